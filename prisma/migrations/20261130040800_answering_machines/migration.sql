-- Answering machines: whether the carrier is asked who answers, and what happens when it is a machine.
ALTER TABLE "callback_settings"
  ADD COLUMN "on_machine" TEXT NOT NULL DEFAULT 'ignore',
  ADD COLUMN "machine_counts" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "callback_settings" ADD CONSTRAINT "callback_settings_on_machine"
  CHECK ("on_machine" IN ('ignore', 'hang_up', 'leave_message'));
ALTER TABLE "call_queues" ADD COLUMN "outbound_machine" TEXT NOT NULL DEFAULT 'ignore';
ALTER TABLE "call_queues" ADD CONSTRAINT "call_queues_outbound_machine"
  CHECK ("outbound_machine" IN ('ignore', 'tell', 'hang_up', 'leave_message'));
ALTER TABLE "calls" ADD COLUMN "answered_by" TEXT;
ALTER TABLE "calls" ADD CONSTRAINT "calls_answered_by_known" CHECK ("answered_by" IN ('human', 'machine'));
