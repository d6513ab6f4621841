-- What callers hear: texts by language, the house's and each queue's own, over those that come with the product.

CREATE TABLE "announcement_texts" (
    "language" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "announcement_texts_pkey" PRIMARY KEY ("language", "key")
);
CREATE TABLE "queue_announcement_texts" (
    "queue_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "queue_announcement_texts_pkey" PRIMARY KEY ("queue_id", "language", "key")
);
ALTER TABLE "queue_announcement_texts" ADD CONSTRAINT "queue_announcement_texts_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "call_queues"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Who is calling may be spoken to in another language than the queue's.
ALTER TABLE "calls" ADD COLUMN "language" TEXT;
ALTER TABLE "call_routes" ADD COLUMN "language" TEXT;
ALTER TABLE "call_menu_options" ADD COLUMN "language" TEXT;

-- What queues said so far in words of their own.
INSERT INTO "queue_announcement_texts" ("queue_id", "language", "key", "text")
  SELECT "id", split_part("language", '-', 1), 'welcome', "welcome_text" FROM "call_queues"
    WHERE "welcome_text" NOT IN ('', 'Welcome. Thank you for calling.')
  UNION ALL
  SELECT "id", split_part("language", '-', 1), 'recording_consent', "recording_text" FROM "call_queues"
    WHERE "recording_text" NOT IN ('', 'This call is recorded. Tell us if you do not want that.');
ALTER TABLE "call_queues" ALTER COLUMN "welcome_text" SET DEFAULT '';
