-- An alert on a saved search: raised when more leads match than `more_than` for `for_minutes`. It goes with its search.
CREATE TABLE "saved_search_alerts" (
    "search_id" UUID NOT NULL,
    "more_than" INTEGER NOT NULL,
    "for_minutes" INTEGER NOT NULL,
    "set_by" UUID,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "over_since" TIMESTAMPTZ(3),
    "checked_at" TIMESTAMPTZ(3),

    CONSTRAINT "saved_search_alerts_pkey" PRIMARY KEY ("search_id"),
    CONSTRAINT "saved_search_alerts_bounds" CHECK ("more_than" BETWEEN 0 AND 10000 AND "for_minutes" BETWEEN 0 AND 1440)
);

ALTER TABLE "saved_search_alerts" ADD CONSTRAINT "saved_search_alerts_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "saved_searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "saved_search_alerts" ADD CONSTRAINT "saved_search_alerts_set_by_fkey" FOREIGN KEY ("set_by") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
