-- Several queues: order by priority with ageing, skills, levels, sticky agents, routing, exits, voicemail.

ALTER TABLE "call_queues"
  ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "archived_at" TIMESTAMPTZ(3),
  ADD COLUMN "required_skills" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "preferred_skills" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "sticky_days" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "sticky_wait_seconds" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "level_wait_seconds" INTEGER NOT NULL DEFAULT 30,
  ADD COLUMN "high_weight_seconds" INTEGER NOT NULL DEFAULT 60,
  ADD COLUMN "urgent_weight_seconds" INTEGER NOT NULL DEFAULT 180,
  ADD COLUMN "vip_weight_seconds" INTEGER NOT NULL DEFAULT 300,
  ADD COLUMN "max_waiting" INTEGER NOT NULL DEFAULT 1000,
  ADD COLUMN "max_wait_seconds" INTEGER NOT NULL DEFAULT 3600,
  ADD COLUMN "overflow_after_seconds" INTEGER,
  ADD COLUMN "calendar_name" TEXT;

ALTER TABLE "agents" ADD COLUMN "skills" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

ALTER TABLE "inbound_call_queue"
  ADD COLUMN "vip" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "required_skills" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "preferred_agent_id" UUID,
  ADD COLUMN "queue_since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ADD COLUMN "moves" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "exit" JSONB;
UPDATE "inbound_call_queue" SET "queue_since" = "enqueued_at";

CREATE TABLE "queue_exits" (
    "queue_id" UUID NOT NULL,
    "occasion" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "number" TEXT,
    "target_queue_id" UUID,

    CONSTRAINT "queue_exits_pkey" PRIMARY KEY ("queue_id","occasion")
);

CREATE TABLE "call_menus" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "name" TEXT NOT NULL,
    "language" TEXT NOT NULL DEFAULT 'en-US',
    "prompt" TEXT NOT NULL,
    "invalid_text" TEXT NOT NULL,
    "timeout_seconds" INTEGER NOT NULL DEFAULT 5,
    "repeats" INTEGER NOT NULL DEFAULT 2,
    "default_queue_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "call_menus_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "call_menu_options" (
    "menu_id" UUID NOT NULL,
    "digit" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "queue_id" UUID NOT NULL,
    "skills" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "call_menu_options_pkey" PRIMARY KEY ("menu_id","digit")
);

CREATE TABLE "call_routes" (
    "number" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "queue_id" UUID,
    "menu_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "call_routes_pkey" PRIMARY KEY ("number")
);

CREATE TABLE "vip_numbers" (
    "number" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vip_numbers_pkey" PRIMARY KEY ("number")
);

CREATE TABLE "voicemails" (
    "id" UUID NOT NULL,
    "call_id" UUID NOT NULL,
    "queue_id" UUID,
    "lead_id" UUID,
    "recording_sid" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "duration_seconds" INTEGER NOT NULL,
    "transcription" TEXT,
    "heard_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "voicemails_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "queue_exits_target_queue_id_idx" ON "queue_exits"("target_queue_id");
CREATE UNIQUE INDEX "call_menus_name_key" ON "call_menus"("name");
CREATE INDEX "call_menus_default_queue_id_idx" ON "call_menus"("default_queue_id");
CREATE INDEX "call_menu_options_queue_id_idx" ON "call_menu_options"("queue_id");
CREATE INDEX "call_routes_queue_id_idx" ON "call_routes"("queue_id");
CREATE INDEX "call_routes_menu_id_idx" ON "call_routes"("menu_id");
CREATE UNIQUE INDEX "voicemails_recording_sid_key" ON "voicemails"("recording_sid");
CREATE INDEX "voicemails_call_id_idx" ON "voicemails"("call_id");
CREATE INDEX "voicemails_created_at_id_idx" ON "voicemails"("created_at", "id");

ALTER TABLE "inbound_call_queue" ADD CONSTRAINT "inbound_call_queue_preferred_agent_id_fkey" FOREIGN KEY ("preferred_agent_id") REFERENCES "agents"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "queue_exits" ADD CONSTRAINT "queue_exits_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "call_queues"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "queue_exits" ADD CONSTRAINT "queue_exits_target_queue_id_fkey" FOREIGN KEY ("target_queue_id") REFERENCES "call_queues"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "call_menus" ADD CONSTRAINT "call_menus_default_queue_id_fkey" FOREIGN KEY ("default_queue_id") REFERENCES "call_queues"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "call_menu_options" ADD CONSTRAINT "call_menu_options_menu_id_fkey" FOREIGN KEY ("menu_id") REFERENCES "call_menus"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "call_menu_options" ADD CONSTRAINT "call_menu_options_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "call_queues"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "call_routes" ADD CONSTRAINT "call_routes_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "call_queues"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "call_routes" ADD CONSTRAINT "call_routes_menu_id_fkey" FOREIGN KEY ("menu_id") REFERENCES "call_menus"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "voicemails" ADD CONSTRAINT "voicemails_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "voicemails" ADD CONSTRAINT "voicemails_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "call_queues"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "voicemails" ADD CONSTRAINT "voicemails_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- ── What Prisma's schema language cannot say ─────────────────────────────────────────────────────────────────────

-- The line of one queue, in its order: the first is what dispatch reads, the second what positions are counted in.
CREATE INDEX "inbound_call_queue_line" ON "inbound_call_queue" ("queue_id", "order_key", "id") WHERE "state" = 'waiting';
CREATE INDEX "inbound_call_queue_places" ON "inbound_call_queue" ("queue_id", "order_key", "id")
  WHERE "state" IN ('waiting', 'offered');
DROP INDEX "inbound_call_queue_waiting";

-- Who might be offered a call. No column in it changes with a beat, so that beats stay heap-only updates.
CREATE INDEX "agent_sessions_free" ON "agent_sessions" ("agentId")
  WHERE "logoutAt" IS NULL AND "status" = 'available' AND "deviceConnected";

-- Whom a caller spoke with last.
CREATE INDEX "calls_answered_by_number" ON "calls" ("from_number", "answered_at" DESC) WHERE "answered_at" IS NOT NULL;

ALTER TABLE "call_queues" ADD CONSTRAINT "call_queues_weights" CHECK (
  "high_weight_seconds" BETWEEN 0 AND 1200 AND "urgent_weight_seconds" BETWEEN "high_weight_seconds" AND 1200
  AND "vip_weight_seconds" BETWEEN 0 AND 1200);
ALTER TABLE "queue_exits" ADD CONSTRAINT "queue_exits_complete" CHECK (
  ("kind" = 'number') = ("number" IS NOT NULL) AND ("kind" = 'queue') = ("target_queue_id" IS NOT NULL)
  AND "target_queue_id" IS DISTINCT FROM "queue_id");
ALTER TABLE "call_routes" ADD CONSTRAINT "call_routes_one_target" CHECK (("queue_id" IS NULL) <> ("menu_id" IS NULL));
