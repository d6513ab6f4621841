-- What went wrong with background jobs, kept for people: each failure, and each time a process died over one.
CREATE TABLE "job_failures" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "job_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "runner" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "error" TEXT,

    CONSTRAINT "job_failures_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "job_failures_kind_job_id_at_key" ON "job_failures"("kind", "job_id", "at");
CREATE INDEX "job_failures_at_idx" ON "job_failures"("at");

-- The last round of everything that is done again and again, by a worker or by a cron call. Written every few seconds:
-- half of each page stays free, so that an update finds room on its own.
CREATE TABLE "duty_rounds" (
    "name" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "runner" TEXT NOT NULL,
    "interval_ms" INTEGER,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,
    "took_ms" INTEGER NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failed_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "duty_rounds_pkey" PRIMARY KEY ("name", "source"),
    CONSTRAINT "duty_rounds_source" CHECK ("source" IN ('worker', 'cron'))
) WITH (fillfactor = 50);

ALTER TABLE "worker_beats" ADD COLUMN "started_at" TIMESTAMPTZ(3);

-- Plans that are work in the background: under way, broken off, or too large to have been written while somebody waited.
CREATE INDEX "bulk_plans_background" ON "bulk_plans"("created_at", "id")
  WHERE "state" IN ('preparing', 'applying', 'failed', 'cancelled') OR ("state" = 'done' AND "total" > 10000);
