import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { auditRows } from "@/modules/audit/repositories/audit.repository";
import { liveRows } from "@/modules/realtime/repositories/live-event.repository";
import type { LiveEventInput } from "@/modules/realtime/topics";
import { assertMove, type QueuedCallState } from "../domain/queued-call-transitions";
import type {
  EntryPatch,
  EventData,
  QueuedCallRepository,
  QueuedCallRow,
} from "../repositories/queued-call.repository";

export interface Move {
  actor: Actor;
  /** Stable, lower_snake_case: what made the call move. */
  reason: string;
  data?: EventData;
  patch?: EntryPatch;
}

/** The one place where a queued call changes its state: table, row, event, audit and live events in one transaction. */
export class QueuedCallMover {
  constructor(private readonly calls: Pick<QueuedCallRepository, "move">) {}

  /**
   * Moves a locked call.
   * @throws IllegalTransition when the table does not know the move, Error when the row was not locked after all
   */
  async move(tx: Tx, call: QueuedCallRow, to: QueuedCallState, { actor, reason, data, patch }: Move): Promise<void> {
    assertMove(call.state, to);
    const agentId = patch?.agentId === undefined ? call.agentId : patch.agentId;
    const moved = await this.calls.move(tx, {
      id: call.id,
      from: call.state,
      to,
      patch: patch ?? {},
      event: { reason, data: data ?? {} },
      audit: auditRows(actor, [
        {
          action: `call.${to}`,
          entityType: "call",
          entityId: call.callId,
          before: { state: call.state },
          after: { state: to, reason },
        },
      ]),
      live: liveRows(callEvents({ ...call, state: to, agentIds: [call.agentId, agentId] })),
    });
    if (!moved) throw new Error(`Queued call ${call.id} was moved by another although it is locked.`);
  }
}

/** What listeners are told when a queued call has changed: staff, and every agent it concerns. */
export function callEvents(call: {
  callId: string;
  queueId: string;
  state: QueuedCallState;
  agentIds: readonly (string | null)[];
}): LiveEventInput[] {
  const data = { callId: call.callId, queueId: call.queueId, state: call.state };
  const agents = [...new Set(call.agentIds.filter((id) => id !== null))];
  return [
    { topic: "queue", audience: "staff", data },
    { topic: "call", audience: "staff", data },
    ...agents.flatMap((agentId): LiveEventInput[] => [
      { topic: "call", audience: `agent:${agentId}`, data },
      // Busy is derived from these rows: whoever shows presence reads it again.
      { topic: "presence", audience: "staff", data: { agentId } },
      { topic: "presence", audience: `agent:${agentId}`, data: { agentId } },
    ]),
  ];
}
