-- Leads on their way into the house: the file that was sent, how it is read, what is to come of its rows, who works on it.
CREATE TABLE "imports" (
    "id" UUID NOT NULL,
    "created_by" UUID NOT NULL,
    "created_by_label" TEXT NOT NULL,
    "request_id" TEXT,
    "state" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "file_key" TEXT,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "encoding" TEXT,
    "delimiter" TEXT,
    "sheet" TEXT,
    "header" TEXT[] NOT NULL,
    "sample" JSONB NOT NULL,
    "remarks" TEXT[] NOT NULL,
    "mapping" JSONB NOT NULL,
    "mapping_from" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "total" INTEGER,
    "checked" INTEGER NOT NULL DEFAULT 0,
    "would_create" INTEGER NOT NULL DEFAULT 0,
    "would_update" INTEGER NOT NULL DEFAULT 0,
    "would_stay" INTEGER NOT NULL DEFAULT 0,
    "would_skip" INTEGER NOT NULL DEFAULT 0,
    "would_fail" INTEGER NOT NULL DEFAULT 0,
    "processed" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "undo_total" INTEGER,
    "undo_processed" INTEGER NOT NULL DEFAULT 0,
    "removed" INTEGER NOT NULL DEFAULT 0,
    "set_back" INTEGER NOT NULL DEFAULT 0,
    "left_alone" INTEGER NOT NULL DEFAULT 0,
    "plan_id" UUID,
    "plan_error" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "locked_by" TEXT,
    "locked_until" TIMESTAMPTZ(3),
    "cancel_requested_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "checked_at" TIMESTAMPTZ(3),
    "run_by" UUID,
    "run_by_label" TEXT,
    "run_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "undone_by" UUID,
    "undone_by_label" TEXT,
    "undone_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "error_code" TEXT,
    "error" TEXT,

    CONSTRAINT "imports_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "imports_state" CHECK ("state" IN ('uploaded', 'checking', 'checked', 'running', 'done', 'cancelled',
      'failed', 'undoing', 'undone', 'expired')),
    CONSTRAINT "imports_kind" CHECK ("kind" IN ('csv', 'xlsx')),
    -- Every row that was reached has come to exactly one end.
    CONSTRAINT "imports_rows_add_up" CHECK ("processed" = "created" + "updated" + "unchanged" + "skipped" + "failed"
      AND "processed" <= coalesce("total", 0)),
    CONSTRAINT "imports_done_is_whole" CHECK ("state" <> 'done' OR "processed" = "total"),
    CONSTRAINT "imports_undo_adds_up" CHECK ("undo_processed" = "removed" + "set_back" + "left_alone")
);

CREATE INDEX "imports_created_at_id_idx" ON "imports"("created_at", "id");
CREATE INDEX "imports_under_way" ON "imports"("locked_until") WHERE "state" IN ('checking', 'running', 'undoing');
CREATE INDEX "imports_to_expire" ON "imports"("expires_at") WHERE "state" <> 'expired';

ALTER TABLE "imports" ADD CONSTRAINT "imports_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The rows of a file in pieces, each written by one transaction: what they say, as they stood in the file, what a dry run
-- found, and what came of them.
CREATE TABLE "import_chunks" (
    "import_id" UUID NOT NULL,
    "place" INTEGER NOT NULL,
    "first_row" INTEGER NOT NULL,
    "rows" JSONB NOT NULL,
    "cells" JSONB NOT NULL,
    "row_count" INTEGER NOT NULL,
    "would_fail" INTEGER NOT NULL,
    "forecast" JSONB NOT NULL,
    "failed" INTEGER,
    "results" JSONB,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "import_chunks_pkey" PRIMARY KEY ("import_id","place")
);

ALTER TABLE "import_chunks" ADD CONSTRAINT "import_chunks_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Each lead that an import wrote, once: what is needed to take it back.
CREATE TABLE "import_leads" (
    "import_id" UUID NOT NULL,
    "lead_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "is_new" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,
    "before" JSONB,
    "undo" TEXT,

    CONSTRAINT "import_leads_pkey" PRIMARY KEY ("import_id","lead_id"),
    CONSTRAINT "import_leads_undo" CHECK ("undo" IN ('removed', 'set_back', 'changed_since', 'lead_locked', 'lead_not_found',
      'no_capacity'))
);

ALTER TABLE "import_leads" ADD CONSTRAINT "import_leads_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;
-- What an undo has still to do.
CREATE INDEX "import_leads_to_undo" ON "import_leads"("import_id", "lead_id") WHERE "undo" IS NULL;

-- How a person has mapped the columns of a file of these headers.
CREATE TABLE "import_mappings" (
    "user_id" UUID NOT NULL,
    "signature" TEXT NOT NULL,
    "mapping" JSONB NOT NULL,
    "options" JSONB NOT NULL,
    "used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "import_mappings_pkey" PRIMARY KEY ("user_id","signature")
);

ALTER TABLE "import_mappings" ADD CONSTRAINT "import_mappings_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Leads by their e-mail address. On the table of searched texts, which is written only when a name, a number or an address
-- changes: an index on leads would be written by every assignment. No form of a text has a "Z", so the second part is
-- a blank and the address.
CREATE INDEX "lead_search_email_idx" ON "lead_search" (split_part("text", 'Z', 2)) WHERE "note_id" = 0;
