-- CreateEnum
CREATE TYPE "CallbackStatus" AS ENUM ('scheduled', 'in_line', 'done', 'cancelled', 'expired', 'failed');

-- AlterTable
ALTER TABLE "inbound_call_queue" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'caller',
ADD COLUMN "callback_offered_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "callbacks" (
    "id" UUID NOT NULL,
    "queue_id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "lead_id" UUID,
    "status" "CallbackStatus" NOT NULL DEFAULT 'scheduled',
    "source" TEXT NOT NULL,
    "requested_by" TEXT NOT NULL,
    "source_queued_call_id" UUID,
    "note" TEXT,
    "time_zone" TEXT NOT NULL,
    "order_key" TIMESTAMPTZ(6) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_result" TEXT,
    "queued_call_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "callbacks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "callback_attempts" (
    "queued_call_id" UUID NOT NULL,
    "callback_id" UUID NOT NULL,
    "began_at" TIMESTAMPTZ(3) NOT NULL,
    "dialled_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "result" TEXT,

    CONSTRAINT "callback_attempts_pkey" PRIMARY KEY ("queued_call_id")
);

-- CreateTable
CREATE TABLE "callback_settings" (
    "queue_id" UUID NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "offer_after_seconds" INTEGER NOT NULL DEFAULT 600,
    "offer_above_seconds" INTEGER NOT NULL DEFAULT 900,
    "offer_again_seconds" INTEGER NOT NULL DEFAULT 120,
    "most_attempts" INTEGER NOT NULL DEFAULT 3,
    "retry_minutes" INTEGER NOT NULL DEFAULT 15,
    "ring_seconds" INTEGER NOT NULL DEFAULT 30,
    "expires_hours" INTEGER NOT NULL DEFAULT 24,
    "calls_from" TEXT NOT NULL DEFAULT '08:00',
    "calls_until" TEXT NOT NULL DEFAULT '20:00',
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',

    CONSTRAINT "callback_settings_pkey" PRIMARY KEY ("queue_id")
);

-- CreateIndex
CREATE INDEX "callbacks_queue_id_created_at_idx" ON "callbacks"("queue_id", "created_at");

-- CreateIndex
CREATE INDEX "callbacks_lead_id_idx" ON "callbacks"("lead_id");

-- CreateIndex
CREATE INDEX "callbacks_queued_call_id_idx" ON "callbacks"("queued_call_id");

-- CreateIndex
CREATE INDEX "callback_attempts_callback_id_idx" ON "callback_attempts"("callback_id");

-- AddForeignKey
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "call_queues"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "callbacks" ADD CONSTRAINT "callbacks_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "callback_attempts" ADD CONSTRAINT "callback_attempts_callback_id_fkey" FOREIGN KEY ("callback_id") REFERENCES "callbacks"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "callback_attempts" ADD CONSTRAINT "callback_attempts_queued_call_id_fkey" FOREIGN KEY ("queued_call_id") REFERENCES "inbound_call_queue"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "callback_settings" ADD CONSTRAINT "callback_settings_queue_id_fkey" FOREIGN KEY ("queue_id") REFERENCES "call_queues"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "inbound_call_queue" ADD CONSTRAINT "inbound_call_queue_kind_known" CHECK ("kind" IN ('caller', 'callback'));

-- One open callback a number, whoever asks for it and however often.
CREATE UNIQUE INDEX "callbacks_one_open" ON "callbacks"("number") WHERE "status" IN ('scheduled', 'in_line');

-- What the sweepers look for.
CREATE INDEX "callbacks_due" ON "callbacks"("due_at") WHERE "status" = 'scheduled';
CREATE INDEX "callbacks_in_line" ON "callbacks"("expires_at") WHERE "status" IN ('scheduled', 'in_line');
