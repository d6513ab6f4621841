/** The queue and the carrier's webhooks speak of a leg's state in the same words. */
export { isFinalStatus, readCarrierStatus, type CarrierStatus } from "@/modules/call-queue/domain/call-status";
