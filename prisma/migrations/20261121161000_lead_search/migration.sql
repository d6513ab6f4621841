-- Substrings are found by their trigrams.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- CreateTable
CREATE TABLE "lead_search" (
    "lead_id" UUID NOT NULL,
    "note_id" BIGINT NOT NULL DEFAULT 0,
    "text" TEXT NOT NULL,

    CONSTRAINT "lead_search_pkey" PRIMARY KEY ("lead_id","note_id")
);

-- CreateIndex
CREATE INDEX "leads_name_id_idx" ON "leads"("name", "id");

-- CreateIndex
CREATE INDEX "leads_assigned_at_id_idx" ON "leads"("assigned_at", "id");

-- AddForeignKey
ALTER TABLE "lead_search" ADD CONSTRAINT "lead_search_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- ── What Prisma's schema language cannot say ──────────────────────────────────────────────────────────────────────

-- The form in which text is searched: lower case, and in letters and digits of ASCII only, since pg_trgm takes every
-- other letter for a gap between words in the C.UTF-8 locale. 0-9 become A-J, each byte of another letter becomes X
-- and three octal digits, a backslash XX. Lower-cased text holds none of these, so that a text contains another exactly
-- when its form contains the other's form.
CREATE FUNCTION "search_form"(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT replace(encode(convert_to(translate(lower(given), '0123456789', 'ABCDEFGHIJ'), 'UTF8'), 'escape'), '\', 'X')
$$;

-- A lead's own row (note_id 0): " name", then "Z e-mail", then "Z" and the digits of the phone number. The space
-- before a word is what texts too short for trigrams are found by.
CREATE FUNCTION "lead_search_text"(name text, email text, phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ' ' || "search_form"(name) || 'Z ' || coalesce("search_form"(email), '') || 'Z' ||
    "search_form"(regexp_replace(phone, '\D', '', 'g'))
$$;

-- Builds the table anew from leads and their notes.
CREATE FUNCTION "refill_lead_search"() RETURNS void LANGUAGE sql AS $$
  DELETE FROM "lead_search";
  INSERT INTO "lead_search" ("lead_id", "text")
    SELECT l."id", "lead_search_text"(l."name", l."email", l."phone") FROM "leads" l;
  INSERT INTO "lead_search" ("lead_id", "note_id", "text")
    SELECT n."lead_id", n."id", "search_form"(n."data"->>'text') FROM "lead_activities" n
    WHERE n."type" = 'note' AND n."data"->>'text' IS NOT NULL;
$$;
SELECT "refill_lead_search"();

-- After the rows: many times quicker than row by row.
CREATE INDEX "lead_search_text_idx" ON "lead_search" USING GIN ("text" gin_trgm_ops);

CREATE FUNCTION "leads_keep_search_inserted"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "lead_search" ("lead_id", "text")
    SELECT n."id", "lead_search_text"(n."name", n."email", n."phone") FROM new_rows n;
  RETURN NULL;
END $$;
CREATE TRIGGER "leads_keep_search_insert" AFTER INSERT ON "leads"
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION "leads_keep_search_inserted"();

-- Only an update that names one of these columns gets here at all: bulk work on dispositions, priorities, tags and
-- agents leaves the trigram index alone.
CREATE FUNCTION "leads_keep_search_updated"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "lead_search" SET "text" = "lead_search_text"(NEW."name", NEW."email", NEW."phone")
    WHERE "lead_id" = NEW."id" AND "note_id" = 0;
  RETURN NULL;
END $$;
CREATE TRIGGER "leads_keep_search_update" AFTER UPDATE OF "name", "email", "phone" ON "leads" FOR EACH ROW
  WHEN ((OLD."name", OLD."email", OLD."phone") IS DISTINCT FROM (NEW."name", NEW."email", NEW."phone"))
  EXECUTE FUNCTION "leads_keep_search_updated"();

CREATE FUNCTION "notes_keep_search"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM "lead_search" WHERE "lead_id" = OLD."lead_id" AND "note_id" = OLD."id";
  END IF;
  IF TG_OP <> 'DELETE' AND NEW."type" = 'note' AND NEW."data"->>'text' IS NOT NULL THEN
    INSERT INTO "lead_search" ("lead_id", "note_id", "text")
      VALUES (NEW."lead_id", NEW."id", "search_form"(NEW."data"->>'text'));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "notes_keep_search_insert" AFTER INSERT ON "lead_activities" FOR EACH ROW
  WHEN (NEW."type" = 'note') EXECUTE FUNCTION "notes_keep_search"();
CREATE TRIGGER "notes_keep_search_update" AFTER UPDATE OF "lead_id", "type", "data" ON "lead_activities" FOR EACH ROW
  WHEN (OLD."type" = 'note' OR NEW."type" = 'note') EXECUTE FUNCTION "notes_keep_search"();
CREATE TRIGGER "notes_keep_search_delete" AFTER DELETE ON "lead_activities" FOR EACH ROW
  WHEN (OLD."type" = 'note') EXECUTE FUNCTION "notes_keep_search"();

-- What waits to be sorted into the index is read by every search: keep it short.
ALTER INDEX "lead_search_text_idx" SET (gin_pending_list_limit = 512);
-- How many rows a text matches is judged by these samples.
ALTER TABLE "lead_search" ALTER COLUMN "text" SET STATISTICS 500;
