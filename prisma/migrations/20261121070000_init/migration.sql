-- CreateEnum
CREATE TYPE "Role" AS ENUM ('admin', 'manager', 'agent');

-- CreateEnum
CREATE TYPE "Availability" AS ENUM ('active', 'busy', 'away', 'offline');

-- CreateEnum
CREATE TYPE "AgentSessionStatus" AS ENUM ('available', 'on_call', 'wrap_up', 'break', 'away', 'offline');

-- CreateEnum
CREATE TYPE "Priority" AS ENUM ('normal', 'high', 'urgent');

-- CreateEnum
CREATE TYPE "QueuedCallState" AS ENUM ('waiting', 'offered', 'connecting', 'in_conversation', 'wrap_up', 'done', 'abandoned', 'short_abandoned', 'callback_scheduled', 'voicemail', 'overflowed', 'closed', 'failed');

-- CreateEnum
CREATE TYPE "OfferStatus" AS ENUM ('open', 'accepted', 'declined', 'missed', 'cancelled', 'failed');

-- CreateEnum
CREATE TYPE "CommandStatus" AS ENUM ('pending', 'running', 'done', 'failed', 'cancelled');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "password_hash" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "auth_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agents" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "open_leads" INTEGER NOT NULL DEFAULT 0,
    "max_capacity" INTEGER NOT NULL DEFAULT 100,
    "availability" "Availability" NOT NULL DEFAULT 'active',
    "last_assigned_at" TIMESTAMPTZ(6),
    "last_call_ended_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "agents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent_sessions" (
    "id" UUID NOT NULL,
    "agentId" UUID NOT NULL,
    "loginAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "logoutAt" TIMESTAMPTZ(3),
    "logoutReason" TEXT,
    "status" "AgentSessionStatus" NOT NULL DEFAULT 'away',
    "statusReason" TEXT,
    "statusSince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastHeartbeat" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deviceConnected" BOOLEAN NOT NULL DEFAULT false,
    "maxConcurrentCalls" INTEGER NOT NULL DEFAULT 1,
    "device" JSONB,
    "missedRings" INTEGER NOT NULL DEFAULT 0,
    "clientId" TEXT NOT NULL,
    "choice" TEXT,

    CONSTRAINT "agent_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dispositions" (
    "code" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "is_open" BOOLEAN NOT NULL,
    "is_converted" BOOLEAN NOT NULL DEFAULT false,
    "is_contacted" BOOLEAN NOT NULL DEFAULT false,
    "position" INTEGER NOT NULL,

    CONSTRAINT "dispositions_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "leads" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "phone" TEXT NOT NULL,
    "email" TEXT,
    "source" TEXT NOT NULL DEFAULT 'manual',
    "disposition" TEXT NOT NULL DEFAULT 'new',
    "priority" "Priority" NOT NULL DEFAULT 'normal',
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "assigned_agent" UUID,
    "assigned_at" TIMESTAMPTZ(3),
    "first_touched_at" TIMESTAMPTZ(3),
    "last_activity_at" TIMESTAMPTZ(3),
    "notes_count" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "leads_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lead_activities" (
    "id" BIGSERIAL NOT NULL,
    "lead_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "actor_id" UUID,
    "actor_label" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lead_activities_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "assignment_decisions" (
    "id" BIGSERIAL NOT NULL,
    "lead_id" UUID NOT NULL,
    "agent_id" UUID,
    "previous_agent_id" UUID,
    "strategy" TEXT NOT NULL,
    "policy_version" TEXT NOT NULL,
    "explanation" JSONB NOT NULL,
    "override_reason" TEXT,
    "actor_id" UUID,
    "batch_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "assignment_decisions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "assignment_batches" (
    "id" UUID NOT NULL,
    "strategy" TEXT NOT NULL,
    "policy_version" TEXT NOT NULL,
    "input" JSONB NOT NULL,
    "actor_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "assignment_batches_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "call_queues" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "strategy" TEXT NOT NULL DEFAULT 'longest_idle',
    "language" TEXT NOT NULL DEFAULT 'en-US',
    "welcome_text" TEXT NOT NULL,
    "ring_timeout_seconds" INTEGER NOT NULL DEFAULT 20,
    "wrap_up_seconds" INTEGER NOT NULL DEFAULT 60,
    "announce_every_seconds" INTEGER NOT NULL DEFAULT 30,
    "service_level_seconds" INTEGER NOT NULL DEFAULT 20,
    "short_abandon_seconds" INTEGER NOT NULL DEFAULT 5,
    "missed_rings_to_away" INTEGER NOT NULL DEFAULT 2,
    "decline_cooldown_seconds" INTEGER NOT NULL DEFAULT 30,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "call_queues_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "queue_memberships" (
    "queue_id" UUID NOT NULL,
    "agent_id" UUID NOT NULL,
    "level" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "queue_memberships_pkey" PRIMARY KEY ("queue_id","agent_id")
);

-- CreateTable
CREATE TABLE "calls" (
    "id" UUID NOT NULL,
    "call_sid" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "from_number" TEXT NOT NULL,
    "to_number" TEXT NOT NULL,
    "lead_id" UUID,
    "agent_id" UUID,
    "flow" TEXT NOT NULL DEFAULT 'enhanced',
    "carrier_status" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "answered_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" TEXT,
    "disposition" TEXT,
    "note" TEXT,

    CONSTRAINT "calls_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbound_call_queue" (
    "id" UUID NOT NULL,
    "call_id" UUID NOT NULL,
    "queue_id" UUID NOT NULL,
    "state" "QueuedCallState" NOT NULL DEFAULT 'waiting',
    "state_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "priority" "Priority" NOT NULL DEFAULT 'normal',
    "order_key" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "enqueued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "carrier_queue_sid" TEXT,
    "agent_id" UUID,
    "agent_call_sid" TEXT,
    "conference_sid" TEXT,
    "connected_at" TIMESTAMPTZ(3),
    "conversation_ended_at" TIMESTAMPTZ(3),
    "wrap_up_ends_at" TIMESTAMPTZ(3),
    "end_requested_by" TEXT,
    "last_spoken_position" INTEGER,
    "last_announced_at" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbound_call_queue_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "queued_call_events" (
    "id" BIGSERIAL NOT NULL,
    "queued_call_id" UUID NOT NULL,
    "from_state" TEXT,
    "to_state" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "queued_call_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "call_offers" (
    "id" UUID NOT NULL,
    "queued_call_id" UUID NOT NULL,
    "agent_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "status" "OfferStatus" NOT NULL DEFAULT 'open',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ringing_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "agent_call_sid" TEXT,
    "explanation" JSONB NOT NULL,

    CONSTRAINT "call_offers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "agent_call_slots" (
    "agent_id" UUID NOT NULL,
    "slot" INTEGER NOT NULL,
    "queued_call_id" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "agent_call_slots_pkey" PRIMARY KEY ("agent_id","slot")
);

-- CreateTable
CREATE TABLE "carrier_commands" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "queued_call_id" UUID,
    "offer_id" UUID,
    "payload" JSONB NOT NULL,
    "status" "CommandStatus" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "locked_until" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "result" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "carrier_commands_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_receipts" (
    "dedupe_key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "call_sid" TEXT,
    "payload" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_receipts_pkey" PRIMARY KEY ("dedupe_key")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "id" BIGSERIAL NOT NULL,
    "tx" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT,
    "actor_label" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "entity_type" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "request_id" TEXT,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_seals" (
    "audit_id" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_seals_pkey" PRIMARY KEY ("audit_id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "principal" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" INTEGER,
    "body" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "locked_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("principal","key")
);

-- CreateTable
CREATE TABLE "live_events" (
    "id" BIGSERIAL NOT NULL,
    "tx" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "topic" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "live_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker_beats" (
    "id" TEXT NOT NULL,
    "beat_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "worker_beats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "clock_offset" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "clock_offset_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "auth_sessions_user_id_idx" ON "auth_sessions"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "agents_user_id_key" ON "agents"("user_id");

-- CreateIndex
CREATE INDEX "agent_sessions_agentId_idx" ON "agent_sessions"("agentId");

-- CreateIndex
CREATE INDEX "leads_assigned_agent_assigned_at_idx" ON "leads"("assigned_agent", "assigned_at");

-- CreateIndex
CREATE INDEX "leads_priority_created_at_idx" ON "leads"("priority", "created_at");

-- CreateIndex
CREATE INDEX "leads_created_at_id_idx" ON "leads"("created_at", "id");

-- CreateIndex
CREATE INDEX "leads_phone_idx" ON "leads"("phone");

-- CreateIndex
CREATE INDEX "lead_activities_lead_id_id_idx" ON "lead_activities"("lead_id", "id");

-- CreateIndex
CREATE INDEX "assignment_decisions_lead_id_id_idx" ON "assignment_decisions"("lead_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "call_queues_key_key" ON "call_queues"("key");

-- CreateIndex
CREATE INDEX "queue_memberships_agent_id_idx" ON "queue_memberships"("agent_id");

-- CreateIndex
CREATE UNIQUE INDEX "calls_call_sid_key" ON "calls"("call_sid");

-- CreateIndex
CREATE INDEX "calls_started_at_id_idx" ON "calls"("started_at", "id");

-- CreateIndex
CREATE INDEX "calls_lead_id_idx" ON "calls"("lead_id");

-- CreateIndex
CREATE INDEX "calls_agent_id_started_at_idx" ON "calls"("agent_id", "started_at");

-- CreateIndex
CREATE UNIQUE INDEX "inbound_call_queue_call_id_key" ON "inbound_call_queue"("call_id");

-- CreateIndex
CREATE INDEX "inbound_call_queue_queue_id_enqueued_at_idx" ON "inbound_call_queue"("queue_id", "enqueued_at");

-- CreateIndex
CREATE INDEX "queued_call_events_queued_call_id_id_idx" ON "queued_call_events"("queued_call_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "call_offers_agent_call_sid_key" ON "call_offers"("agent_call_sid");

-- CreateIndex
CREATE INDEX "call_offers_queued_call_id_created_at_idx" ON "call_offers"("queued_call_id", "created_at");

-- CreateIndex
CREATE INDEX "call_offers_agent_id_created_at_idx" ON "call_offers"("agent_id", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "agent_call_slots_queued_call_id_key" ON "agent_call_slots"("queued_call_id");

-- CreateIndex
CREATE INDEX "carrier_commands_queued_call_id_idx" ON "carrier_commands"("queued_call_id");

-- CreateIndex
CREATE INDEX "webhook_receipts_call_sid_idx" ON "webhook_receipts"("call_sid");

-- CreateIndex
CREATE INDEX "audit_log_entity_type_entity_id_id_idx" ON "audit_log"("entity_type", "entity_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_seals_seq_key" ON "audit_seals"("seq");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "live_events_at_idx" ON "live_events"("at");

-- AddForeignKey
ALTER TABLE "auth_sessions" ADD CONSTRAINT "auth_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agents" ADD CONSTRAINT "agents_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_sessions" ADD CONSTRAINT "agent_sessions_agentId_fkey" FOREIGN KEY ("agentId") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leads" ADD CONSTRAINT "leads_disposition_fkey" FOREIGN KEY ("disposition") REFERENCES "dispositions"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leads" ADD CONSTRAINT "leads_assigned_agent_fkey" FOREIGN KEY ("assigned_agent") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_activities" ADD CONSTRAINT "lead_activities_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assignment_decisions" ADD CONSTRAINT "assignment_decisions_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assignment_decisions" ADD CONSTRAINT "assignment_decisions_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "assignment_batches"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "queue_memberships" ADD CONSTRAINT "queue_memberships_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "call_queues"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "queue_memberships" ADD CONSTRAINT "queue_memberships_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calls" ADD CONSTRAINT "calls_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calls" ADD CONSTRAINT "calls_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inbound_call_queue" ADD CONSTRAINT "inbound_call_queue_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inbound_call_queue" ADD CONSTRAINT "inbound_call_queue_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "call_queues"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "queued_call_events" ADD CONSTRAINT "queued_call_events_queued_call_id_fkey" FOREIGN KEY ("queued_call_id") REFERENCES "inbound_call_queue"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_offers" ADD CONSTRAINT "call_offers_queued_call_id_fkey" FOREIGN KEY ("queued_call_id") REFERENCES "inbound_call_queue"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_offers" ADD CONSTRAINT "call_offers_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_call_slots" ADD CONSTRAINT "agent_call_slots_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agent_call_slots" ADD CONSTRAINT "agent_call_slots_queued_call_id_fkey" FOREIGN KEY ("queued_call_id") REFERENCES "inbound_call_queue"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_seals" ADD CONSTRAINT "audit_seals_audit_id_fkey" FOREIGN KEY ("audit_id") REFERENCES "audit_log"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ── What Prisma's schema language cannot say ─────────────────────────────────────────────────────────────────────

-- Law 7: only the database's clock decides. clock_timestamp(), not now(): a transaction's start is stale after a wait
-- for a lock. The offset row is zero outside tests.
INSERT INTO "clock_offset" ("id", "seconds") VALUES (1, 0);
ALTER TABLE "clock_offset" ADD CONSTRAINT "clock_offset_one_row" CHECK ("id" = 1);

CREATE FUNCTION "evenhand_now"() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT clock_timestamp() + make_interval(secs => (SELECT "seconds" FROM "clock_offset" WHERE "id" = 1))
$$;

-- Law 5: agents.open_leads equals the count of assigned leads whose disposition is open, whoever writes leads, and
-- never passes max_capacity by a write to leads unless that transaction declared an override.
CREATE FUNCTION "apply_open_lead_deltas"(agent_ids uuid[], deltas int[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  over_capacity uuid;
BEGIN
  -- Agents are locked in id order, after the leads that the statement itself has locked.
  PERFORM 1 FROM "agents" a WHERE a."id" = ANY (agent_ids) ORDER BY a."id" FOR NO KEY UPDATE;
  UPDATE "agents" a SET "open_leads" = a."open_leads" + d.delta
    FROM unnest(agent_ids, deltas) AS d(id, delta) WHERE a."id" = d.id;
  IF coalesce(current_setting('evenhand.capacity_override', true), '') <> 'on' THEN
    SELECT a."id" INTO over_capacity
      FROM "agents" a JOIN unnest(agent_ids, deltas) AS d(id, delta) ON a."id" = d.id
      WHERE d.delta > 0 AND a."open_leads" > a."max_capacity" LIMIT 1;
    IF over_capacity IS NOT NULL THEN
      RAISE EXCEPTION 'agent % would pass max_capacity', over_capacity
        USING ERRCODE = 'EH001', CONSTRAINT = 'agents_open_leads_within_capacity';
    END IF;
  END IF;
END $$;

CREATE FUNCTION "leads_keep_open_leads"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  agent_ids uuid[];
  deltas int[];
BEGIN
  -- old_rows and new_rows exist only for the operations that have them, hence one branch each.
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg(x.id), array_agg(x.delta) INTO agent_ids, deltas FROM (
      SELECT n."assigned_agent" AS id, count(*)::int AS delta
        FROM new_rows n JOIN "dispositions" d ON d."code" = n."disposition"
        WHERE n."assigned_agent" IS NOT NULL AND n."deleted_at" IS NULL AND d."is_open"
        GROUP BY 1) x;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(x.id), array_agg(x.delta) INTO agent_ids, deltas FROM (
      SELECT o."assigned_agent" AS id, -count(*)::int AS delta
        FROM old_rows o JOIN "dispositions" d ON d."code" = o."disposition"
        WHERE o."assigned_agent" IS NOT NULL AND o."deleted_at" IS NULL AND d."is_open"
        GROUP BY 1) x;
  ELSE
    SELECT array_agg(x.id), array_agg(x.delta) INTO agent_ids, deltas FROM (
      SELECT c.id, sum(c.delta)::int AS delta FROM (
        SELECT o."assigned_agent" AS id, -1 AS delta
          FROM old_rows o JOIN "dispositions" d ON d."code" = o."disposition"
          WHERE o."assigned_agent" IS NOT NULL AND o."deleted_at" IS NULL AND d."is_open"
        UNION ALL
        SELECT n."assigned_agent", 1
          FROM new_rows n JOIN "dispositions" d ON d."code" = n."disposition"
          WHERE n."assigned_agent" IS NOT NULL AND n."deleted_at" IS NULL AND d."is_open") c
      GROUP BY c.id HAVING sum(c.delta) <> 0) x;
  END IF;
  IF agent_ids IS NOT NULL THEN
    PERFORM "apply_open_lead_deltas"(agent_ids, deltas);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "leads_keep_open_leads_insert" AFTER INSERT ON "leads"
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "leads_keep_open_leads"();
CREATE TRIGGER "leads_keep_open_leads_update" AFTER UPDATE ON "leads"
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "leads_keep_open_leads"();
CREATE TRIGGER "leads_keep_open_leads_delete" AFTER DELETE ON "leads"
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "leads_keep_open_leads"();

ALTER TABLE "agents" ADD CONSTRAINT "agents_open_leads_not_negative" CHECK ("open_leads" >= 0);
ALTER TABLE "agents" ADD CONSTRAINT "agents_max_capacity_bounds" CHECK ("max_capacity" BETWEEN 0 AND 100000);

-- Whether a disposition counts as open decides past counts: it is fixed once the row exists.
CREATE FUNCTION "dispositions_is_open_is_fixed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'is_open of disposition % cannot change: add another disposition instead', OLD."code"
    USING ERRCODE = 'EH002';
END $$;
CREATE TRIGGER "dispositions_is_open_is_fixed" BEFORE UPDATE OF "is_open" ON "dispositions"
  FOR EACH ROW WHEN (OLD."is_open" IS DISTINCT FROM NEW."is_open") EXECUTE FUNCTION "dispositions_is_open_is_fixed"();

-- One open session an agent; one open offer a call.
CREATE UNIQUE INDEX "agent_sessions_one_open" ON "agent_sessions" ("agentId") WHERE "logoutAt" IS NULL;
CREATE UNIQUE INDEX "call_offers_one_open" ON "call_offers" ("queued_call_id") WHERE "status" = 'open';
CREATE INDEX "call_offers_open_expiry" ON "call_offers" ("expires_at") WHERE "status" = 'open';
CREATE INDEX "inbound_call_queue_waiting" ON "inbound_call_queue" ("order_key", "id") WHERE "state" = 'waiting';
CREATE INDEX "inbound_call_queue_live" ON "inbound_call_queue" ("state", "state_since")
  WHERE "state" IN ('waiting', 'offered', 'connecting', 'in_conversation', 'wrap_up');
CREATE INDEX "carrier_commands_due" ON "carrier_commands" ("not_before", "id") WHERE "status" IN ('pending', 'running');

-- Beats rewrite rows all day: leave room on the page so that they stay heap-only updates.
ALTER TABLE "agent_sessions" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE "agents" SET (fillfactor = 70);

-- Law 1: a slot beyond the session's maxConcurrentCalls is refused; the primary key refuses a second holder.
CREATE FUNCTION "agent_call_slots_within_limit"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed int;
BEGIN
  SELECT s."maxConcurrentCalls" INTO allowed FROM "agent_sessions" s
    WHERE s."agentId" = NEW."agent_id" AND s."logoutAt" IS NULL;
  IF NEW."slot" < 0 OR NEW."slot" >= coalesce(allowed, 1) THEN
    RAISE EXCEPTION 'agent % has no call slot %', NEW."agent_id", NEW."slot" USING ERRCODE = 'EH003';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "agent_call_slots_within_limit" BEFORE INSERT ON "agent_call_slots"
  FOR EACH ROW EXECUTE FUNCTION "agent_call_slots_within_limit"();

-- Law 3: terminal states are sticky, whoever writes.
CREATE FUNCTION "inbound_call_queue_terminal_is_sticky"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'queued call % ended as % and stays so', OLD."id", OLD."state" USING ERRCODE = 'EH004';
END $$;
CREATE TRIGGER "inbound_call_queue_terminal_is_sticky" BEFORE UPDATE OF "state" ON "inbound_call_queue"
  FOR EACH ROW
  WHEN (OLD."state" IS DISTINCT FROM NEW."state" AND OLD."state" IN
    ('done', 'abandoned', 'short_abandoned', 'callback_scheduled', 'voicemail', 'overflowed', 'closed', 'failed'))
  EXECUTE FUNCTION "inbound_call_queue_terminal_is_sticky"();

-- Law 6: audit rows are append-only, and so is their chain of seals.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'EH005';
END $$;
CREATE TRIGGER "audit_log_append_only" BEFORE UPDATE OR DELETE ON "audit_log"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_log_no_truncate" BEFORE TRUNCATE ON "audit_log"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_seals_append_only" BEFORE UPDATE OR DELETE ON "audit_seals"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_seals_no_truncate" BEFORE TRUNCATE ON "audit_seals"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- Partial although it leaves nothing out: Prisma cannot name an index over xid8 and would drop a plain one as drift.
-- Every reader bounds tx, which implies the predicate.
CREATE INDEX "live_events_order" ON "live_events" ("tx", "id") WHERE "tx" IS NOT NULL;
CREATE INDEX "audit_log_order" ON "audit_log" ("tx", "id") WHERE "tx" IS NOT NULL;
-- What the reconciler had to heal: a figure whose ideal is 0, counted at every scrape.
CREATE INDEX "audit_log_reconciled" ON "audit_log" ("id") WHERE "actor_label" = 'reconciler';

-- The dispositions every installation begins with.
INSERT INTO "dispositions" ("code", "label", "is_open", "is_converted", "is_contacted", "position") VALUES
  ('new', 'New', true, false, false, 10),
  ('attempted', 'Attempted', true, false, false, 20),
  ('contacted', 'Contacted', true, false, true, 30),
  ('interested', 'Interested', true, false, true, 40),
  ('follow_up', 'Follow-up', true, false, true, 50),
  ('converted', 'Converted', false, true, true, 60),
  ('not_interested', 'Not interested', false, false, true, 70),
  ('wrong_number', 'Wrong number', false, false, false, 80),
  ('do_not_call', 'Do not call', false, false, true, 90),
  ('closed', 'Closed', false, false, false, 100);
