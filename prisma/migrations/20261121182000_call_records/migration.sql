-- What a call leaves behind: recordings, messages and whom to call back, and how long each is kept.

ALTER TABLE "call_recordings"
  ADD COLUMN "delete_requested_at" TIMESTAMPTZ(3),
  ADD COLUMN "deleted_at" TIMESTAMPTZ(3);
ALTER TABLE "call_recordings" ALTER COLUMN "status" SET DEFAULT 'planned';
ALTER TABLE "call_recordings" ADD CONSTRAINT "call_recordings_status_known"
  CHECK ("status" IN ('planned', 'recording', 'paused', 'completed', 'absent'));
-- Those that somebody still has to tell the end of, and those that are kept.
CREATE INDEX "call_recordings_unfinished_idx" ON "call_recordings"("started_at")
  WHERE "status" IN ('planned', 'recording', 'paused');
CREATE INDEX "call_recordings_kept_idx" ON "call_recordings"("completed_at")
  WHERE "status" = 'completed' AND "deleted_at" IS NULL;

ALTER TABLE "voicemails"
  ADD COLUMN "transcription_status" TEXT,
  ADD COLUMN "transcribed_at" TIMESTAMPTZ(3),
  ADD COLUMN "heard_by" UUID,
  ADD COLUMN "assigned_agent" UUID,
  ADD COLUMN "done_at" TIMESTAMPTZ(3),
  ADD COLUMN "done_by" UUID,
  ADD COLUMN "delete_requested_at" TIMESTAMPTZ(3),
  ADD COLUMN "deleted_at" TIMESTAMPTZ(3);
ALTER TABLE "voicemails" ADD CONSTRAINT "voicemails_transcription_status_known"
  CHECK ("transcription_status" IN ('requested', 'completed', 'failed'));
ALTER TABLE "voicemails" ADD CONSTRAINT "voicemails_assigned_agent_fkey" FOREIGN KEY ("assigned_agent") REFERENCES "agents"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE INDEX "voicemails_assigned_agent_created_at_idx" ON "voicemails"("assigned_agent", "created_at");
CREATE INDEX "voicemails_kept_idx" ON "voicemails"("created_at") WHERE "deleted_at" IS NULL;

CREATE TABLE "call_record_policy" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "recording_days" INTEGER,
    "voicemail_days" INTEGER,
    "transcribe_voicemails" BOOLEAN NOT NULL DEFAULT false,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "call_record_policy_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "call_record_policy_one_row" CHECK ("id" = 1),
    CONSTRAINT "call_record_policy_days" CHECK ("recording_days" BETWEEN 1 AND 3650 AND "voicemail_days" BETWEEN 1 AND 3650)
);
-- Nothing is deleted before an admin has said how long it is kept.
INSERT INTO "call_record_policy" ("id") VALUES (1);

-- Callers who hung up before somebody took their call and whom nobody need call back any more, by number.
CREATE TABLE "abandoned_follow_ups" (
    "number" TEXT NOT NULL,
    "done_at" TIMESTAMPTZ(3) NOT NULL,
    "done_by" UUID NOT NULL,
    CONSTRAINT "abandoned_follow_ups_pkey" PRIMARY KEY ("number")
);

-- A number's calls: for the call log's search, and for whether somebody who hung up was spoken with since.
CREATE INDEX "calls_from_number_started_at_idx" ON "calls"("from_number", "started_at");
CREATE INDEX "calls_to_number_started_at_idx" ON "calls"("to_number", "started_at");
