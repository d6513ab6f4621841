-- CreateTable
CREATE TABLE "wait_announcements" (
    "id" BIGSERIAL NOT NULL,
    "queue_id" UUID NOT NULL,
    "queued_call_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "position" INTEGER NOT NULL,
    "spoken_position" INTEGER,
    "ahead" INTEGER NOT NULL,
    "waited_seconds" DOUBLE PRECISION NOT NULL,
    "basis" TEXT NOT NULL,
    "expected_seconds" DOUBLE PRECISION NOT NULL,
    "low_seconds" DOUBLE PRECISION NOT NULL,
    "high_seconds" DOUBLE PRECISION NOT NULL,
    "low_minutes" INTEGER NOT NULL,
    "high_minutes" INTEGER NOT NULL,
    "last_wait_seconds" DOUBLE PRECISION,
    "average_wait_seconds" DOUBLE PRECISION,
    "facts" JSONB NOT NULL,
    "outcome" TEXT,
    "outcome_seconds" DOUBLE PRECISION,

    CONSTRAINT "wait_announcements_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "wait_announcements_queue_id_at_idx" ON "wait_announcements"("queue_id", "at");

-- CreateIndex
CREATE INDEX "wait_announcements_queued_call_id_idx" ON "wait_announcements"("queued_call_id");

-- AddForeignKey
ALTER TABLE "wait_announcements" ADD CONSTRAINT "wait_announcements_queued_call_id_fkey" FOREIGN KEY ("queued_call_id") REFERENCES "inbound_call_queue"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Announcements whose caller still waits: few, whatever the table's size.
CREATE INDEX "wait_announcements_open" ON "wait_announcements"("queued_call_id") WHERE "outcome" IS NULL;

-- The last handled calls of a queue, by their end: what the average handle time is made from.
CREATE INDEX "inbound_call_queue_done" ON "inbound_call_queue"("queue_id", "state_since") WHERE "state" = 'done';
