-- Everything one can do in a call: hold, transfer, conference, supervision, recording, and calls out.

ALTER TABLE "call_queues"
  ADD COLUMN "recording" TEXT NOT NULL DEFAULT 'off',
  ADD COLUMN "recording_text" TEXT NOT NULL DEFAULT 'This call is recorded. Tell us if you do not want that.',
  ADD COLUMN "wrap_up_extension_seconds" INTEGER NOT NULL DEFAULT 60,
  ADD COLUMN "wrap_up_extensions" INTEGER NOT NULL DEFAULT 2,
  ADD COLUMN "caller_id" TEXT;
ALTER TABLE "call_queues" ADD CONSTRAINT "call_queues_recording_known" CHECK ("recording" IN ('off', 'announced'));
ALTER TABLE "agents" ADD COLUMN "caller_id" TEXT;

ALTER TABLE "inbound_call_queue"
  ADD COLUMN "talk_id" UUID,
  ADD COLUMN "held_since" TIMESTAMPTZ(3),
  ADD COLUMN "back_reason" TEXT,
  ADD COLUMN "wrap_up_extended" INTEGER NOT NULL DEFAULT 0;
UPDATE "inbound_call_queue" q SET "talk_id" = o."id" FROM "call_offers" o
  WHERE o."agent_call_sid" = q."agent_call_sid" AND q."state" IN ('connecting', 'in_conversation');

-- A second agent in a call takes a slot of their own; the owner's stays one a call.
ALTER TABLE "agent_call_slots" ADD COLUMN "owns" BOOLEAN NOT NULL DEFAULT true;
DROP INDEX "agent_call_slots_queued_call_id_key";
CREATE UNIQUE INDEX "agent_call_slots_queued_call_id_agent_id_key" ON "agent_call_slots"("queued_call_id", "agent_id");
CREATE UNIQUE INDEX "agent_call_slots_one_owner" ON "agent_call_slots" ("queued_call_id") WHERE "owns";

CREATE TYPE "ParticipantRole" AS ENUM ('transfer', 'consult', 'member', 'monitor', 'whisper', 'barge');
CREATE TYPE "ParticipantState" AS ENUM ('ringing', 'joined', 'ended');
CREATE TABLE "call_participants" (
    "id" UUID NOT NULL,
    "queued_call_id" UUID NOT NULL,
    "role" "ParticipantRole" NOT NULL,
    "state" "ParticipantState" NOT NULL DEFAULT 'ringing',
    "agent_id" UUID,
    "user_id" UUID,
    "number" TEXT,
    "call_sid" TEXT,
    "held" BOOLEAN NOT NULL DEFAULT false,
    "requested_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "joined_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,

    CONSTRAINT "call_participants_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "call_participants_call_sid_key" ON "call_participants"("call_sid");
CREATE INDEX "call_participants_queued_call_id_created_at_idx" ON "call_participants"("queued_call_id", "created_at");
ALTER TABLE "call_participants" ADD CONSTRAINT "call_participants_queued_call_id_fkey" FOREIGN KEY ("queued_call_id") REFERENCES "inbound_call_queue"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "call_participants" ADD CONSTRAINT "call_participants_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
-- One third person a call, and nobody in it twice.
CREATE UNIQUE INDEX "call_participants_one_third" ON "call_participants" ("queued_call_id")
  WHERE "state" <> 'ended' AND "role" IN ('transfer', 'consult', 'member');
CREATE UNIQUE INDEX "call_participants_user_once" ON "call_participants" ("queued_call_id", "user_id") WHERE "state" <> 'ended';
CREATE INDEX "call_participants_expiry" ON "call_participants" ("expires_at") WHERE "state" = 'ringing';

CREATE TABLE "call_recordings" (
    "id" UUID NOT NULL,
    "call_id" UUID NOT NULL,
    "talk_id" UUID NOT NULL,
    "conference_sid" TEXT,
    "recording_sid" TEXT,
    "status" TEXT NOT NULL DEFAULT 'recording',
    "paused_by_agent" BOOLEAN NOT NULL DEFAULT false,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),
    "duration_seconds" INTEGER,
    "media_url" TEXT,

    CONSTRAINT "call_recordings_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "call_recordings_talk_id_key" ON "call_recordings"("talk_id");
CREATE UNIQUE INDEX "call_recordings_recording_sid_key" ON "call_recordings"("recording_sid");
CREATE INDEX "call_recordings_call_id_started_at_idx" ON "call_recordings"("call_id", "started_at");
ALTER TABLE "call_recordings" ADD CONSTRAINT "call_recordings_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "do_not_call" (
    "number" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "do_not_call_pkey" PRIMARY KEY ("number")
);

CREATE TABLE "caller_ids" (
    "number" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "caller_ids_pkey" PRIMARY KEY ("number")
);

-- Calls that go on: the reconciler asks for them every round.
CREATE INDEX "calls_open" ON "calls" ("started_at") WHERE "ended_at" IS NULL;
