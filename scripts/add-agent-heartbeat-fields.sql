-- The columns that presence needs, for people who run SQL by hand instead of `npm run migrate`. It only adds, and may
-- be run twice. Installations made by the migrations have all of it already.
--
-- No index holds "lastHeartbeat": beats then stay heap-only updates, which write no index at all.

ALTER TABLE "agent_sessions" ADD COLUMN IF NOT EXISTS "lastHeartbeat" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE "agent_sessions" ADD COLUMN IF NOT EXISTS "deviceConnected" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "agent_sessions" ADD COLUMN IF NOT EXISTS "maxConcurrentCalls" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "agent_sessions" ADD COLUMN IF NOT EXISTS "statusReason" TEXT;
ALTER TABLE "agent_sessions" ADD COLUMN IF NOT EXISTS "logoutReason" TEXT;
ALTER TABLE "agent_sessions" ADD COLUMN IF NOT EXISTS "device" JSONB;
ALTER TABLE "agent_sessions" ADD COLUMN IF NOT EXISTS "missedRings" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "agent_sessions" ADD COLUMN IF NOT EXISTS "choice" TEXT;
ALTER TABLE "agent_sessions" ADD COLUMN IF NOT EXISTS "hasRoom" BOOLEAN NOT NULL DEFAULT true;

-- One open session an agent.
CREATE UNIQUE INDEX IF NOT EXISTS "agent_sessions_one_open" ON "agent_sessions" ("agentId") WHERE "logoutAt" IS NULL;

-- Who may be offered a call.
CREATE INDEX IF NOT EXISTS "agent_sessions_with_room" ON "agent_sessions" ("agentId")
  WHERE "logoutAt" IS NULL AND "status" = 'available' AND "hasRoom";

-- Beats rewrite rows all day: leave room on the page for the next version of a row.
ALTER TABLE "agent_sessions" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
