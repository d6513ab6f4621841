-- A way of looking at leads that somebody has given a name: which ones, in which order, in which columns.
CREATE TABLE "saved_searches" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "shared" BOOLEAN NOT NULL DEFAULT false,
    "filter" JSONB NOT NULL,
    "sort" JSONB NOT NULL,
    "layout" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_searches_pkey" PRIMARY KEY ("id")
);

-- One name once for each person, whatever its case.
CREATE UNIQUE INDEX "saved_searches_owner_name" ON "saved_searches" ("owner_id", lower("name"));

-- What each person's list begins with.
CREATE TABLE "saved_search_defaults" (
    "user_id" UUID NOT NULL,
    "search_id" UUID NOT NULL,

    CONSTRAINT "saved_search_defaults_pkey" PRIMARY KEY ("user_id")
);
CREATE INDEX "saved_search_defaults_search_id_idx" ON "saved_search_defaults"("search_id");

ALTER TABLE "saved_searches" ADD CONSTRAINT "saved_searches_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "saved_search_defaults" ADD CONSTRAINT "saved_search_defaults_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "saved_search_defaults" ADD CONSTRAINT "saved_search_defaults_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "saved_searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;
