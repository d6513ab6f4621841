-- What people are told: events as they were noted with the change itself, notifications, and what goes out of the house.
CREATE TABLE "notification_events" (
    "id" BIGSERIAL NOT NULL,
    "event" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL,
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_events_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "notification_events_event_source_key" ON "notification_events"("event", "source");
CREATE INDEX "notification_events_untold" ON "notification_events"("id") WHERE "told_at" IS NULL;
CREATE INDEX "notification_events_told" ON "notification_events"("told_at") WHERE "told_at" IS NOT NULL;

CREATE TABLE "notifications" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "event" TEXT NOT NULL,
    "group_key" TEXT,
    "count" INTEGER NOT NULL DEFAULT 1,
    "data" JSONB NOT NULL DEFAULT '{}',
    "in_app" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "read_at" TIMESTAMPTZ(3),

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "notifications_count" CHECK ("count" >= 1)
);

CREATE INDEX "notifications_user_id_updated_at_id_idx" ON "notifications"("user_id", "updated_at", "id");
CREATE INDEX "notifications_unread" ON "notifications"("user_id", "group_key") WHERE "read_at" IS NULL;
CREATE INDEX "notifications_updated_at_idx" ON "notifications"("updated_at");

CREATE TABLE "notification_deliveries" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'gathering',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "quiet" BOOLEAN NOT NULL DEFAULT false,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "first_tried_at" TIMESTAMPTZ(3),
    "locked_by" TEXT,
    "locked_until" TIMESTAMPTZ(3),
    "claim" INTEGER NOT NULL DEFAULT 0,
    "uncertain" BOOLEAN NOT NULL DEFAULT false,
    "address" TEXT,
    "subject" TEXT,
    "provider_id" TEXT,
    "provider_status" TEXT,
    "error_code" TEXT,
    "error" TEXT,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_deliveries_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "notification_deliveries_channel" CHECK ("channel" IN ('email', 'sms')),
    CONSTRAINT "notification_deliveries_state" CHECK ("state" IN ('gathering', 'retrying', 'sending', 'sent', 'delivered',
      'failed', 'skipped')),
    CONSTRAINT "notification_deliveries_held" CHECK ("state" <> 'sending' OR "locked_until" IS NOT NULL),
    CONSTRAINT "notification_deliveries_why" CHECK ("state" NOT IN ('failed', 'skipped') OR "error_code" IS NOT NULL)
);

-- One envelope a person and channel is open: what comes while it is goes into it.
CREATE UNIQUE INDEX "notification_deliveries_one_open" ON "notification_deliveries"("user_id", "channel")
  WHERE "state" = 'gathering';
CREATE INDEX "notification_deliveries_due" ON "notification_deliveries"("due_at")
  WHERE "state" IN ('gathering', 'retrying');
CREATE INDEX "notification_deliveries_sending" ON "notification_deliveries"("locked_until") WHERE "state" = 'sending';
CREATE INDEX "notification_deliveries_user_id_channel_first_tried_at_idx" ON "notification_deliveries"("user_id", "channel", "first_tried_at");
CREATE INDEX "notification_deliveries_created_at_id_idx" ON "notification_deliveries"("created_at", "id");
-- What the carrier calls a message stands for one delivery.
CREATE UNIQUE INDEX "notification_deliveries_provider_id" ON "notification_deliveries"("provider_id")
  WHERE "channel" = 'sms' AND "provider_id" IS NOT NULL;

CREATE TABLE "notification_delivery_items" (
    "delivery_id" UUID NOT NULL,
    "notification_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,

    CONSTRAINT "notification_delivery_items_pkey" PRIMARY KEY ("delivery_id", "notification_id")
);

-- A notification goes out once a channel.
CREATE UNIQUE INDEX "notification_delivery_items_notification_id_channel_key" ON "notification_delivery_items"("notification_id", "channel");

CREATE TABLE "notification_preferences" (
    "user_id" UUID NOT NULL,
    "choices" JSONB NOT NULL DEFAULT '{}',
    "time_zone" TEXT,
    "quiet_from" TEXT,
    "quiet_until" TEXT,
    "digest_minutes" INTEGER NOT NULL DEFAULT 15,
    "phone" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notification_preferences_pkey" PRIMARY KEY ("user_id"),
    CONSTRAINT "notification_preferences_quiet" CHECK (("quiet_from" IS NULL) = ("quiet_until" IS NULL))
);

ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "notification_deliveries" ADD CONSTRAINT "notification_deliveries_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "notification_delivery_items" ADD CONSTRAINT "notification_delivery_items_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "notification_deliveries"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "notification_delivery_items" ADD CONSTRAINT "notification_delivery_items_notification_id_fkey" FOREIGN KEY ("notification_id") REFERENCES "notifications"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "notification_preferences" ADD CONSTRAINT "notification_preferences_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- An agent has come to the end of their capacity: noted once a crossing, whoever counts the leads or sets the bound. Rows
-- that do not cross are left by the trigger's condition.
CREATE FUNCTION "note_capacity_reached"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "notification_events" ("event", "source", "data", "at")
    VALUES ('capacity_reached', NEW."id" || ':' || pg_current_xact_id()::text,
      jsonb_build_object('agentId', NEW."id", 'maxCapacity', NEW."max_capacity"), evenhand_now())
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER "agents_note_capacity_reached" AFTER UPDATE OF "open_leads", "max_capacity" ON "agents"
  FOR EACH ROW WHEN (NEW."open_leads" >= NEW."max_capacity" AND OLD."open_leads" < OLD."max_capacity"
    AND NEW."max_capacity" > 0)
  EXECUTE FUNCTION "note_capacity_reached"();
