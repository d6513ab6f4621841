/**
 * What changes note for people to be told of, each in its own transaction: what happened and to what, by identifiers.
 * Who is told, and in which words, is decided later.
 */
export type NotedEvent =
  | { event: "lead_assigned"; data: { leadId: string; agentId: string; actorId: string | null; by: string } }
  | { event: "plan_ended"; data: { planId: string } }
  | { event: "callback_due"; data: { callbackId: string } }
  | { event: "ring_missed"; data: { agentId: string; callId: string } }
  | { event: "export_ended"; data: { exportId: string; userId: string; failed: boolean } }
  | {
      event: "import_ended";
      data: {
        importId: string;
        userId: string;
        failed: boolean;
        created: number;
        left: number;
        /** The file's name. */
        file?: string;
        /** What it has failed of, in a person's words. */
        why?: string | null;
      };
    }
  | { event: "alert_raised"; data: { alertId: string } }
  | { event: "capacity_reached"; data: { agentId: string; maxCapacity: number } };

export type NotedKind = NotedEvent["event"];

/** With what it is about: the same event of the same source is told once, however often it is noted. */
export type NewEvent = NotedEvent & { source: string };

/** An event as it waits to be told. */
export type WaitingEvent = NotedEvent & { id: bigint; source: string; at: Date };
