-- The logs of leads are looked at a statement at a time, not a row at a time (ADR 33): a foreign key asks for, and
-- locks, the lead of each row by a statement of its own, which was a sixth of what a bulk assignment cost the database.

-- DropForeignKey
ALTER TABLE "lead_activities" DROP CONSTRAINT "lead_activities_lead_id_fkey";

-- DropForeignKey
ALTER TABLE "assignment_decisions" DROP CONSTRAINT "assignment_decisions_lead_id_fkey";

-- DropForeignKey
ALTER TABLE "assignment_decisions" DROP CONSTRAINT "assignment_decisions_batch_id_fkey";


-- ── What Prisma's schema language cannot say ─────────────────────────────────────────────────────────────────────

-- A row of a log names a lead that there is. By key, one after the other: a join whose plan is kept from a statement
-- with many rows would read all leads for one.
CREATE FUNCTION "log_names_known_leads"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stray uuid;
BEGIN
  SELECT n."lead_id" INTO stray FROM new_rows n
    WHERE (SELECT l."id" FROM "leads" l WHERE l."id" = n."lead_id") IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% names the unknown lead %', TG_TABLE_NAME, stray
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_TABLE_NAME || '_of_known_leads';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "lead_activities_of_known_leads" AFTER INSERT ON "lead_activities"
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "log_names_known_leads"();
CREATE TRIGGER "assignment_decisions_of_known_leads" AFTER INSERT ON "assignment_decisions"
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "log_names_known_leads"();

-- Merging leads moves their timelines.
CREATE FUNCTION "timeline_moves_to_known_leads"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "leads" l WHERE l."id" = NEW."lead_id") THEN
    RAISE EXCEPTION 'lead_activities names the unknown lead %', NEW."lead_id"
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'lead_activities_of_known_leads';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "lead_activities_move_to_known_leads" AFTER UPDATE OF "lead_id" ON "lead_activities" FOR EACH ROW
  WHEN (OLD."lead_id" IS DISTINCT FROM NEW."lead_id") EXECUTE FUNCTION "timeline_moves_to_known_leads"();

-- A decision of a deal names one that there is; a statement has few of them.
CREATE FUNCTION "decisions_name_known_batches"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stray uuid;
BEGIN
  SELECT n."batch_id" INTO stray FROM (SELECT DISTINCT "batch_id" FROM new_rows WHERE "batch_id" IS NOT NULL) n
    WHERE (SELECT b."id" FROM "assignment_batches" b WHERE b."id" = n."batch_id") IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'assignment_decisions names the unknown batch %', stray
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'assignment_decisions_of_known_batches';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "assignment_decisions_of_known_batches" AFTER INSERT ON "assignment_decisions"
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "decisions_name_known_batches"();

CREATE FUNCTION "assignment_batches_stay_with_decisions"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "assignment_decisions" d WHERE d."batch_id" = OLD."id") THEN
    RAISE EXCEPTION 'decisions rest on batch %', OLD."id"
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'assignment_decisions_of_known_batches';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER "assignment_batches_stay_with_decisions" BEFORE DELETE ON "assignment_batches"
  FOR EACH ROW EXECUTE FUNCTION "assignment_batches_stay_with_decisions"();

-- The product removes no lead's row and changes no id. Who does it by hand takes the logs along, or is refused.
CREATE FUNCTION "leads_take_their_logs_along"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM "lead_activities" WHERE "lead_id" = ANY (ARRAY(SELECT o."id" FROM old_rows o));
  DELETE FROM "assignment_decisions" WHERE "lead_id" = ANY (ARRAY(SELECT o."id" FROM old_rows o));
  RETURN NULL;
END $$;
CREATE TRIGGER "leads_take_their_logs_along" AFTER DELETE ON "leads"
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION "leads_take_their_logs_along"();

CREATE FUNCTION "leads_id_is_fixed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the id of lead % cannot change: its logs name it', OLD."id" USING ERRCODE = 'foreign_key_violation';
END $$;
CREATE TRIGGER "leads_id_is_fixed" BEFORE UPDATE OF "id" ON "leads" FOR EACH ROW
  WHEN (OLD."id" IS DISTINCT FROM NEW."id") EXECUTE FUNCTION "leads_id_is_fixed"();
