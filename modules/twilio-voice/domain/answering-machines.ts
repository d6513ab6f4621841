/** The queue and the carrier's webhooks speak of machines in the same words. */
export { readAnsweredBy, type DetectionMode } from "@/modules/call-queue/domain/answering-machines";
