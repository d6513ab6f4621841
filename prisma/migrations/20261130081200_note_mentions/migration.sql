-- Whom a note mentions, for whoever tells them.
CREATE TABLE "note_mentions" (
    "activity_id" BIGINT NOT NULL,
    "user_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "note_mentions_pkey" PRIMARY KEY ("activity_id", "user_id")
);
CREATE INDEX "note_mentions_user_id_at_idx" ON "note_mentions"("user_id", "at");
ALTER TABLE "note_mentions" ADD CONSTRAINT "note_mentions_activity_id_fkey" FOREIGN KEY ("activity_id") REFERENCES "lead_activities"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "note_mentions" ADD CONSTRAINT "note_mentions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
