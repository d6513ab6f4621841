-- Calls that ended where a message could be left are looked at once more when nobody told of one.
ALTER TABLE "inbound_call_queue" ADD COLUMN "message_settled" BOOLEAN NOT NULL DEFAULT false;
-- Those of before are let be.
UPDATE "inbound_call_queue" SET "message_settled" = true WHERE "state" IN ('voicemail', 'overflowed');
CREATE INDEX "inbound_call_queue_message_unsettled" ON "inbound_call_queue" ("state_since" DESC)
  WHERE "state" IN ('voicemail', 'overflowed') AND NOT "message_settled";

-- Written and read by nothing: announcement texts and each queue's own settings have taken their place, and conferences
-- are found by their name.
ALTER TABLE "call_queues" DROP COLUMN "welcome_text", DROP COLUMN "recording_text";
ALTER TABLE "call_record_policy" DROP COLUMN "transcribe_voicemails";
ALTER TABLE "inbound_call_queue" DROP COLUMN "conference_sid";
