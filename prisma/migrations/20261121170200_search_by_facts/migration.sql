-- CreateIndex
CREATE INDEX "leads_disposition_source_idx" ON "leads"("disposition", "source");


-- ── What Prisma's schema language cannot say ──────────────────────────────────────────────────────────────────────

-- Leads' own texts and notes apart: a search in names alone does not go through notes with the same letters.
DROP INDEX "lead_search_text_idx";
CREATE INDEX "lead_search_own_text" ON "lead_search" USING GIN ("text" gin_trgm_ops) WHERE "note_id" = 0;
CREATE INDEX "lead_search_note_text" ON "lead_search" USING GIN ("text" gin_trgm_ops) WHERE "note_id" <> 0;

-- What waits to be sorted into an index is read by every search: keep it short.
ALTER INDEX "lead_search_own_text" SET (gin_pending_list_limit = 512);
ALTER INDEX "lead_search_note_text" SET (gin_pending_list_limit = 512);
