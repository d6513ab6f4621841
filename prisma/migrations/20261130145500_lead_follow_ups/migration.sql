-- When to get in touch with a lead next: a calendar date, without a time zone. A column that may be empty is only
-- noted in the catalogue, however many leads there are.
ALTER TABLE "leads" ADD COLUMN "follow_up_on" DATE;

-- Leads in the order of their dates, and those of some days. The many that have none are not in it: writing them costs
-- nothing more, and in order of their ids they lie in the primary key already.
CREATE INDEX "leads_follow_up" ON "leads" ("follow_up_on", "id") WHERE "follow_up_on" IS NOT NULL;
