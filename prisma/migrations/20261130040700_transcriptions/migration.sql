-- Messages are written down by the carrier where a queue wants it.
ALTER TABLE "call_queues" ADD COLUMN "transcribe_messages" BOOLEAN NOT NULL DEFAULT false;
-- Those that the carrier still has to answer for.
CREATE INDEX "voicemails_transcription_open_idx" ON "voicemails"("created_at") WHERE "transcription_status" = 'requested';
