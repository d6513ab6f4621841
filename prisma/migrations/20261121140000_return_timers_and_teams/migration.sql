-- AlterTable
ALTER TABLE "lead_return_policy" ADD COLUMN     "counts_from" TIMESTAMPTZ(3),
ADD COLUMN     "recount_after" UUID,
ADD COLUMN     "recount_began_at" TIMESTAMPTZ(3);


-- ── What Prisma's schema language cannot say ──────────────────────────────────────────────────────────────────────

-- Leads that were assigned before timers existed get their full time from now on, those that were worked on none.
UPDATE "lead_return_policy" SET "recount_began_at" = clock_timestamp() + interval '1 minute';
UPDATE "lead_return_policy" SET "counts_from" = clock_timestamp(),
  "recount_after" = '00000000-0000-0000-0000-000000000000' WHERE EXISTS (SELECT 1 FROM "leads");
UPDATE "leads" SET "touched_at" = "last_activity_at"
  WHERE "assigned_agent" IS NOT NULL AND "touched_at" IS NULL AND "last_activity_at" > "assigned_at";

-- Leads that were given back untouched, which performance counts; every other decision stays out of it.
CREATE INDEX "assignment_decisions_returned" ON "assignment_decisions" ("at") WHERE "strategy" = 'return_timer';

-- Teams are called by their names, whatever the case, and asked for their leads.
CREATE UNIQUE INDEX "teams_name_any_case" ON "teams" (lower("name"));
CREATE INDEX "leads_team" ON "leads" ("team_id", "id") WHERE "team_id" IS NOT NULL;
