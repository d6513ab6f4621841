-- Calls that ended where a message could be left are looked at once more when nobody told of one.
ALTER TABLE "inbound_call_queue" ADD COLUMN "message_settled" BOOLEAN NOT NULL DEFAULT false;
-- Those of before are let be.
UPDATE "inbound_call_queue" SET "message_settled" = true WHERE "state" IN ('voicemail', 'overflowed');
CREATE INDEX "inbound_call_queue_message_unsettled" ON "inbound_call_queue" ("state_since" DESC)
  WHERE "state" IN ('voicemail', 'overflowed') AND NOT "message_settled";
