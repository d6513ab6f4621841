-- Messages that are not out: few among those of ninety days, looked for by the page of background work.
CREATE INDEX "notification_deliveries_not_out" ON "notification_deliveries"("created_at", "id")
  WHERE "state" IN ('gathering', 'retrying', 'sending', 'failed');
