import type { Actor } from "@/lib/principal";

/** Whose name rows bear that a webhook of the carrier has written. */
export const carrierActor = (label: string): Actor => ({ type: "carrier", id: undefined, label });
