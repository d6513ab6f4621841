import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { leadChanged } from "@/modules/leads/services/lead-events";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { CallRepository } from "../repositories/call.repository";
import type { LeadTimelineRepository } from "../repositories/lead-timeline.repository";
import type { QueuedCallRow } from "../repositories/queued-call.repository";

/** The outcome of a call that only a machine has answered. */
export const MACHINE = "machine";

export type EndedBy = "caller" | "agent" | "carrier" | "system";

/** Closes a customer's call, once, and writes its one entry in the lead's timeline. */
export class CallEnding {
  constructor(
    private readonly calls: Pick<CallRepository, "end">,
    private readonly timeline: LeadTimelineRepository,
  ) {}

  /** Ends the call in the transaction that has it locked; harmless when it has ended already. */
  async end(tx: Tx, call: QueuedCallRow, outcome: string, endedBy: EndedBy, actor: Actor): Promise<void> {
    const times = await this.calls.end(tx, call.callId, endedBy);
    if (!times || call.leadId === null) return;
    const agent = times.agentId === null ? undefined : await this.timeline.findAgentName(tx, times.agentId);
    const answered = times.talkSeconds !== null && outcome !== MACHINE;
    const assignedAgentId = await this.timeline.addCall(tx, {
      leadId: call.leadId,
      actorId: agent?.userId ?? null,
      actorLabel: agent?.email ?? "caller",
      answered,
      data: {
        callId: call.callId,
        direction: call.direction,
        from: call.fromNumber,
        ...(call.direction === "outbound" ? { to: call.toNumber } : {}),
        outcome: answered ? "answered" : outcome,
        durationSeconds: Math.round(times.durationSeconds),
        talkSeconds: answered && times.talkSeconds !== null ? Math.round(times.talkSeconds) : null,
        endedBy,
        agent: agent?.email ?? null,
        agentName: agent?.name ?? null,
        ...(times.disposition === null ? {} : { disposition: times.disposition }),
        ...(times.note === null ? {} : { note: times.note }),
      },
    });
    await writeAudit(tx, actor, [
      {
        action: "lead.call_logged",
        entityType: "lead",
        entityId: call.leadId,
        after: { callId: call.callId, outcome },
      },
    ]);
    await publishLive(tx, leadChanged(call.leadId, assignedAgentId));
  }
}
