-- AlterTable
ALTER TABLE "assignment_batches" ADD COLUMN     "plan_id" UUID;

-- AlterTable
ALTER TABLE "leads" ADD COLUMN     "lock_reason" TEXT,
ADD COLUMN     "locked_at" TIMESTAMPTZ(3),
ADD COLUMN     "locked_by" TEXT,
ADD COLUMN     "merged_into" UUID,
ADD COLUMN     "return_due_at" TIMESTAMPTZ(3),
ADD COLUMN     "team_id" UUID,
ADD COLUMN     "touched_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "teams" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "teams_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team_members" (
    "team_id" UUID NOT NULL,
    "agent_id" UUID NOT NULL,

    CONSTRAINT "team_members_pkey" PRIMARY KEY ("team_id","agent_id")
);

-- CreateTable
CREATE TABLE "agent_performance" (
    "agent_id" UUID NOT NULL,
    "score" DOUBLE PRECISION NOT NULL,
    "low" DOUBLE PRECISION NOT NULL,
    "high" DOUBLE PRECISION NOT NULL,
    "parts" JSONB NOT NULL,
    "computed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "agent_performance_pkey" PRIMARY KEY ("agent_id")
);

-- CreateTable
CREATE TABLE "assignment_rotations" (
    "pool" TEXT NOT NULL,
    "turns" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "assignment_rotations_pkey" PRIMARY KEY ("pool")
);

-- CreateTable
CREATE TABLE "lead_reservations" (
    "plan_id" UUID NOT NULL,
    "agent_id" UUID NOT NULL,
    "slots" INTEGER NOT NULL,

    CONSTRAINT "lead_reservations_pkey" PRIMARY KEY ("plan_id","agent_id")
);

-- CreateTable
CREATE TABLE "bulk_plans" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'preparing',
    "request" JSONB NOT NULL,
    "selection" JSONB NOT NULL,
    "on_changed" TEXT NOT NULL DEFAULT 'skip',
    "undo_of" UUID,
    "batch_id" UUID,
    "created_by" UUID NOT NULL,
    "created_by_label" TEXT NOT NULL,
    "request_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "total" INTEGER NOT NULL DEFAULT 0,
    "will_change" INTEGER NOT NULL DEFAULT 0,
    "already_equal" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "processed" INTEGER NOT NULL DEFAULT 0,
    "succeeded" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "apply_started_at" TIMESTAMPTZ(3),
    "cancel_requested_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "locked_by" TEXT,
    "locked_until" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "bulk_plans_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bulk_plan_chunks" (
    "plan_id" UUID NOT NULL,
    "place" INTEGER NOT NULL,
    "lead_ids" UUID[],
    "versions" INTEGER[],
    "verdicts" TEXT[],
    "differences" JSONB NOT NULL,
    "owners" UUID[],
    "open_before" INTEGER[],
    "outcomes" TEXT[],
    "versions_after" INTEGER[],
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "bulk_plan_chunks_pkey" PRIMARY KEY ("plan_id","place")
);

-- CreateTable
CREATE TABLE "business_calendars" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "weekly" JSONB NOT NULL,
    "holidays" JSONB NOT NULL DEFAULT '[]',
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "business_calendars_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lead_return_policy" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "calendar_name" TEXT NOT NULL DEFAULT 'default',
    "normal_minutes" INTEGER NOT NULL DEFAULT 960,
    "high_minutes" INTEGER NOT NULL DEFAULT 480,
    "urgent_minutes" INTEGER NOT NULL DEFAULT 120,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lead_return_policy_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "teams_name_key" ON "teams"("name");

-- CreateIndex
CREATE INDEX "team_members_agent_id_idx" ON "team_members"("agent_id");

-- CreateIndex
CREATE INDEX "lead_reservations_agent_id_idx" ON "lead_reservations"("agent_id");

-- CreateIndex
CREATE INDEX "bulk_plans_created_by_created_at_idx" ON "bulk_plans"("created_by", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "business_calendars_name_key" ON "business_calendars"("name");

-- AddForeignKey
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_performance" ADD CONSTRAINT "agent_performance_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leads" ADD CONSTRAINT "leads_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_reservations" ADD CONSTRAINT "lead_reservations_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "bulk_plans"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_reservations" ADD CONSTRAINT "lead_reservations_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulk_plans" ADD CONSTRAINT "bulk_plans_undo_of_fkey" FOREIGN KEY ("undo_of") REFERENCES "bulk_plans"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "bulk_plan_chunks" ADD CONSTRAINT "bulk_plan_chunks_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "bulk_plans"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- ── What Prisma's schema language cannot say ──────────────────────────────────────────────────────────────────────

-- Law 5 with reservations: room promised to a plan under way counts like open leads, for everyone but that plan. A
-- plan's transaction names itself in evenhand.reservation, and what it assigns is taken off what it was promised.
CREATE OR REPLACE FUNCTION "apply_open_lead_deltas"(agent_ids uuid[], deltas int[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  over_capacity uuid;
  reservation uuid := nullif(current_setting('evenhand.reservation', true), '')::uuid;
BEGIN
  -- Agents are locked in id order, after the leads that the statement itself has locked.
  PERFORM 1 FROM "agents" a WHERE a."id" = ANY (agent_ids) ORDER BY a."id" FOR NO KEY UPDATE;
  IF reservation IS NOT NULL THEN
    UPDATE "lead_reservations" r SET "slots" = r."slots" - least(r."slots", d.delta)
      FROM unnest(agent_ids, deltas) AS d(id, delta)
      WHERE r."plan_id" = reservation AND r."agent_id" = d.id AND d.delta > 0 AND r."slots" > 0;
  END IF;
  UPDATE "agents" a SET "open_leads" = a."open_leads" + d.delta
    FROM unnest(agent_ids, deltas) AS d(id, delta) WHERE a."id" = d.id;
  IF coalesce(current_setting('evenhand.capacity_override', true), '') <> 'on' THEN
    SELECT a."id" INTO over_capacity
      FROM "agents" a JOIN unnest(agent_ids, deltas) AS d(id, delta) ON a."id" = d.id
      WHERE d.delta > 0 AND a."open_leads" + "reserved_leads"(a."id") > a."max_capacity" LIMIT 1;
    IF over_capacity IS NOT NULL THEN
      RAISE EXCEPTION 'agent % would pass max_capacity', over_capacity
        USING ERRCODE = 'EH001', CONSTRAINT = 'agents_open_leads_within_capacity';
    END IF;
  END IF;
END $$;

-- Places at an agent that plans under way have been promised and have not used yet.
CREATE FUNCTION "reserved_leads"(agent uuid) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(r."slots"), 0)::int FROM "lead_reservations" r WHERE r."agent_id" = agent
$$;

ALTER TABLE "lead_reservations" ADD CONSTRAINT "lead_reservations_not_negative" CHECK ("slots" >= 0);
ALTER TABLE "lead_reservations" SET (fillfactor = 50);

-- A plan is undone once; what was cancelled half way may be undone again for the rest.
CREATE UNIQUE INDEX "bulk_plans_one_undo" ON "bulk_plans" ("undo_of")
  WHERE "undo_of" IS NOT NULL AND "state" IN ('preparing', 'ready', 'applying', 'done');
-- What a worker looks for: plans somebody has begun and nobody is at work on.
CREATE INDEX "bulk_plans_under_way" ON "bulk_plans" ("locked_until") WHERE "state" IN ('preparing', 'applying');
-- Return timers that run; few rows, and none for leads that were worked on.
CREATE INDEX "leads_return_due" ON "leads" ("return_due_at", "id") WHERE "return_due_at" IS NOT NULL;

ALTER TABLE "lead_return_policy" ADD CONSTRAINT "lead_return_policy_one_row" CHECK ("id" = 1);
INSERT INTO "lead_return_policy" ("id") VALUES (1);
INSERT INTO "business_calendars" ("id", "name", "weekly") VALUES ('00000000-0000-7000-8000-000000000001', 'default',
  '[{"day": 1, "from": "09:00", "to": "17:00"}, {"day": 2, "from": "09:00", "to": "17:00"},
    {"day": 3, "from": "09:00", "to": "17:00"}, {"day": 4, "from": "09:00", "to": "17:00"},
    {"day": 5, "from": "09:00", "to": "17:00"}]');
