-- One question after a call, answered by a key.
ALTER TABLE "call_queues" ADD COLUMN "ask_rating" BOOLEAN NOT NULL DEFAULT false;
CREATE TABLE "call_ratings" (
    "call_id" UUID NOT NULL,
    "queue_id" UUID NOT NULL,
    "agent_id" UUID,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "score" INTEGER,
    "rated_at" TIMESTAMPTZ(3),
    CONSTRAINT "call_ratings_pkey" PRIMARY KEY ("call_id"),
    CONSTRAINT "call_ratings_score" CHECK ("score" BETWEEN 1 AND 5)
);
CREATE INDEX "call_ratings_queue_id_asked_at_idx" ON "call_ratings"("queue_id", "asked_at");
CREATE INDEX "call_ratings_agent_id_idx" ON "call_ratings"("agent_id");
ALTER TABLE "call_ratings" ADD CONSTRAINT "call_ratings_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "call_ratings" ADD CONSTRAINT "call_ratings_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "call_queues"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "call_ratings" ADD CONSTRAINT "call_ratings_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE SET NULL ON UPDATE CASCADE;
