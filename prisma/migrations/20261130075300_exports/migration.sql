-- Leads on their way out of the house: what was asked for, who works on it, and the receipt of what came of it.
CREATE TABLE "exports" (
    "id" UUID NOT NULL,
    "created_by" UUID NOT NULL,
    "created_by_label" TEXT NOT NULL,
    "visible_to" UUID,
    "request_id" TEXT,
    "format" TEXT NOT NULL,
    "columns" TEXT[] NOT NULL,
    "time_zone" TEXT NOT NULL,
    "search" JSONB,
    "lead_ids" UUID[],
    "named" INTEGER,
    "state" TEXT NOT NULL,
    "total" INTEGER,
    "processed" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "locked_by" TEXT,
    "locked_until" TIMESTAMPTZ(3),
    "cancel_requested_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "file_key" TEXT,
    "rows" INTEGER,
    "bytes" BIGINT,
    "sha256" TEXT,
    "snapshot_at" TIMESTAMPTZ(3),
    "error_code" TEXT,
    "error" TEXT,

    CONSTRAINT "exports_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "exports_state" CHECK ("state" IN ('queued', 'running', 'done', 'failed', 'cancelled', 'expired')),
    CONSTRAINT "exports_format" CHECK ("format" IN ('csv', 'xlsx', 'pdf')),
    -- A receipt is whole, and its rows are those that there were.
    CONSTRAINT "exports_receipt" CHECK ("state" NOT IN ('done', 'expired') OR ("rows" = "total" AND "sha256" IS NOT NULL
      AND "bytes" IS NOT NULL AND "snapshot_at" IS NOT NULL AND "expires_at" IS NOT NULL AND "file_key" IS NOT NULL))
);

CREATE INDEX "exports_created_by_created_at_id_idx" ON "exports"("created_by", "created_at", "id");
CREATE INDEX "exports_created_at_id_idx" ON "exports"("created_at", "id");
CREATE INDEX "exports_under_way" ON "exports"("locked_until") WHERE "state" IN ('queued', 'running');
CREATE INDEX "exports_to_expire" ON "exports"("expires_at") WHERE "state" = 'done';

ALTER TABLE "exports" ADD CONSTRAINT "exports_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
