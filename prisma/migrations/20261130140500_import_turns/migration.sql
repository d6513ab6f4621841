-- Since when an import under way waits for its turn: who is before it in the line can be told.
ALTER TABLE "imports" ADD COLUMN "waiting_since" TIMESTAMPTZ(3);
