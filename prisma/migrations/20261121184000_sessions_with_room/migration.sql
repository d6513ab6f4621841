-- AlterTable
ALTER TABLE "agent_sessions" ADD COLUMN "hasRoom" BOOLEAN NOT NULL DEFAULT true;

-- ── What Prisma's schema language cannot say ─────────────────────────────────────────────────────────────────────

UPDATE "agent_sessions" s SET "hasRoom" = false
  WHERE s."logoutAt" IS NULL AND (
    SELECT count(*) FROM "agent_call_slots" c WHERE c."agent_id" = s."agentId") >= s."maxConcurrentCalls";

-- Whether a session could take one more call: so that discovery reads those who are free, not all who talk. The session
-- is locked before the calls are counted: of two changes at once the later one counts both. It may say true of a session
-- that is full (one that opened while its agent held a call), never false of one with room; slots alone decide.
CREATE FUNCTION "agent_call_slots_keep_room"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  agent uuid := CASE TG_OP WHEN 'DELETE' THEN OLD."agent_id" ELSE NEW."agent_id" END;
BEGIN
  PERFORM 1 FROM "agent_sessions" s WHERE s."agentId" = agent AND s."logoutAt" IS NULL FOR NO KEY UPDATE;
  UPDATE "agent_sessions" s SET "hasRoom" = NOT s."hasRoom"
    WHERE s."agentId" = agent AND s."logoutAt" IS NULL
      AND s."hasRoom" <> ((SELECT count(*) FROM "agent_call_slots" c WHERE c."agent_id" = agent) < s."maxConcurrentCalls");
  RETURN NULL;
END $$;
CREATE TRIGGER "agent_call_slots_keep_room" AFTER INSERT OR DELETE ON "agent_call_slots"
  FOR EACH ROW EXECUTE FUNCTION "agent_call_slots_keep_room"();

CREATE FUNCTION "agent_sessions_have_room"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."hasRoom" := true;
  RETURN NEW;
END $$;
CREATE TRIGGER "agent_sessions_have_room" BEFORE UPDATE OF "maxConcurrentCalls" ON "agent_sessions" FOR EACH ROW
  WHEN (NEW."maxConcurrentCalls" > OLD."maxConcurrentCalls") EXECUTE FUNCTION "agent_sessions_have_room"();

-- No column in it changes with a beat, so that beats stay heap-only updates.
CREATE INDEX "agent_sessions_with_room" ON "agent_sessions" ("agentId")
  WHERE "logoutAt" IS NULL AND "status" = 'available' AND "hasRoom";
DROP INDEX "agent_sessions_free";
