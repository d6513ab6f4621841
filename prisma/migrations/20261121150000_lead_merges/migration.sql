-- CreateTable
CREATE TABLE "lead_merges" (
    "id" BIGSERIAL NOT NULL,
    "lead_id" UUID NOT NULL,
    "merged_id" UUID NOT NULL,
    "lead_before" JSONB NOT NULL,
    "merged_before" JSONB NOT NULL,
    "lead_version" INTEGER NOT NULL,
    "merged_version" INTEGER NOT NULL,
    "activities" BIGINT[],
    "calls" UUID[],
    "carried" UUID[],
    "tags_left_out" TEXT[],
    "merged_by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "lead_merges_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "lead_merges_merged_id_idx" ON "lead_merges"("merged_id");

-- AddForeignKey
ALTER TABLE "lead_merges" ADD CONSTRAINT "lead_merges_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_merges" ADD CONSTRAINT "lead_merges_merged_id_fkey" FOREIGN KEY ("merged_id") REFERENCES "leads"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- ── What Prisma's schema language cannot say ──────────────────────────────────────────────────────────────────────

-- A lead is part of at most one other at a time.
CREATE UNIQUE INDEX "lead_merges_one_standing" ON "lead_merges" ("merged_id") WHERE "undone_at" IS NULL;
-- Only removed leads are part of another, and none of itself.
ALTER TABLE "leads" ADD CONSTRAINT "leads_merged_are_removed"
  CHECK ("merged_into" IS NULL OR ("deleted_at" IS NOT NULL AND "merged_into" <> "id"));
-- What became part of a lead: few rows, none of which bulk work writes.
CREATE INDEX "leads_merged_into" ON "leads" ("merged_into") WHERE "merged_into" IS NOT NULL;
