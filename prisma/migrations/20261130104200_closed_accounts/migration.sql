-- ── What Prisma's schema language cannot say ─────────────────────────────────────────────────────────────────────

-- The few accounts that are closed: dispatch leaves their agents out, and would read all accounts to know them.
CREATE INDEX "users_closed" ON "users" ("id") WHERE "disabled_at" IS NOT NULL;
