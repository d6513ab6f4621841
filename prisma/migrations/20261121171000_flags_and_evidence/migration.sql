-- Feature flags: a missing row stands for the coded default. One row says whether everything is rolled back.
CREATE TABLE "feature_flags" (
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "percentage" INTEGER NOT NULL,
    "reason" TEXT,
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "feature_flags_pkey" PRIMARY KEY ("name")
);
ALTER TABLE "feature_flags" ADD CONSTRAINT "feature_flags_percentage_bounds" CHECK ("percentage" BETWEEN 0 AND 100);

CREATE TABLE "feature_rollback" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "active" BOOLEAN NOT NULL DEFAULT false,
    "reason" TEXT,
    "updated_by" TEXT,
    "updated_at" TIMESTAMPTZ(3),

    CONSTRAINT "feature_rollback_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "feature_rollback" ADD CONSTRAINT "feature_rollback_one_row" CHECK ("id" = 1);
INSERT INTO "feature_rollback" ("id") VALUES (1);

-- The arm of every flag as it stood when the call came in: the call goes on by them, whatever is switched meanwhile.
ALTER TABLE "calls" ADD COLUMN "arms" JSONB NOT NULL DEFAULT '{}';

-- What the carrier and the rhythm of the beats tell about a softphone. No index holds any of it: beats stay heap-only.
ALTER TABLE "agent_sessions"
    ADD COLUMN "silentRings" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "carrierErrors" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "lateBeats" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "lastAnsweredAt" TIMESTAMPTZ(3),
    ADD COLUMN "lastRingTroubleAt" TIMESTAMPTZ(3),
    ADD COLUMN "proof" TEXT;

-- How an agent comes back who was set to away after missed rings.
CREATE TABLE "presence_settings" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "missed_rings_return" TEXT NOT NULL DEFAULT 'by_hand',
    "updated_by" TEXT,
    "updated_at" TIMESTAMPTZ(3),

    CONSTRAINT "presence_settings_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "presence_settings" ADD CONSTRAINT "presence_settings_one_row" CHECK ("id" = 1);
ALTER TABLE "presence_settings" ADD CONSTRAINT "presence_settings_missed_rings_return"
    CHECK ("missed_rings_return" IN ('by_hand', 'when_proven'));
INSERT INTO "presence_settings" ("id") VALUES (1);
