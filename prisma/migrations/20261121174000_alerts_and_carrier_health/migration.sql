-- CreateTable
CREATE TABLE "alerts" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "count" INTEGER NOT NULL DEFAULT 1,
    "details" JSONB NOT NULL DEFAULT '{}',
    "acknowledged_by" UUID,
    "acknowledged_name" TEXT,
    "acknowledged_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "heal_counts" (
    "kind" TEXT NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 0,
    "last_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "heal_counts_pkey" PRIMARY KEY ("kind")
);

-- CreateTable
CREATE TABLE "carrier_circuits" (
    "process_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reported_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,

    CONSTRAINT "carrier_circuits_pkey" PRIMARY KEY ("process_id")
);

-- CreateTable
CREATE TABLE "carrier_budget" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "next_free_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "carrier_budget_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "alerts_last_seen_id_idx" ON "alerts"("last_seen", "id");


-- ── What Prisma's schema language cannot say ──────────────────────────────────────────────────────────────────────

-- One episode at a time of each thing; what repeats counts up.
CREATE UNIQUE INDEX "alerts_one_open" ON "alerts" ("kind", "subject") WHERE "resolved_at" IS NULL;
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_severity_known" CHECK ("severity" IN ('info', 'warning', 'critical'));

INSERT INTO "carrier_budget" ("id") VALUES (1);
