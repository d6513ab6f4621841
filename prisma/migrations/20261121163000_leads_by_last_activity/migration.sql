-- CreateIndex
CREATE INDEX "leads_last_activity_at_id_idx" ON "leads"("last_activity_at", "id");
