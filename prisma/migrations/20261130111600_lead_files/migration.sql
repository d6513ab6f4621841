-- What is attached to leads. The bytes lie in the file store.
CREATE TABLE "lead_files" (
    "id" UUID NOT NULL,
    "lead_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "declared_sha256" TEXT,
    "object_key" TEXT,
    "media_type" TEXT,
    "sha256" TEXT,
    "width" INTEGER,
    "height" INTEGER,
    "created_by" UUID,
    "created_by_label" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "removed_by" TEXT,

    CONSTRAINT "lead_files_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "lead_files_state" CHECK ("state" IN ('pending', 'ready', 'removed', 'erasing')),
    CONSTRAINT "lead_files_bytes" CHECK ("bytes" > 0),
    -- What people can open was looked at before.
    CONSTRAINT "lead_files_looked_at" CHECK ("state" NOT IN ('ready', 'removed')
      OR ("object_key" IS NOT NULL AND "media_type" IS NOT NULL AND "sha256" IS NOT NULL)),
    -- All that is not there to stay ends some day.
    CONSTRAINT "lead_files_ends" CHECK (("state" = 'ready') = ("expires_at" IS NULL))
);

CREATE UNIQUE INDEX "lead_files_object_key_key" ON "lead_files"("object_key");
CREATE INDEX "lead_files_lead_id_created_at_id_idx" ON "lead_files"("lead_id", "created_at", "id");
CREATE INDEX "lead_files_to_sweep" ON "lead_files"("expires_at") WHERE "state" <> 'ready';
CREATE INDEX "lead_files_pending" ON "lead_files"("created_by") WHERE "state" = 'pending';

ALTER TABLE "lead_files" ADD CONSTRAINT "lead_files_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "lead_files" ADD CONSTRAINT "lead_files_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Which files went with a merge, for taking it back.
ALTER TABLE "lead_merges" ADD COLUMN "files" UUID[] NOT NULL DEFAULT '{}';

-- How far the search for objects without a row has come.
CREATE TABLE "object_sweeps" (
    "folder" TEXT NOT NULL,
    "after" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "object_sweeps_pkey" PRIMARY KEY ("folder")
);
