import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, forbidden, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { isStaff, type Principal } from "@/lib/principal";
import type { CommandKick } from "../domain/carrier-commands";
import type { QueuedCallState } from "../domain/queued-call-transitions";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { Wake } from "./offer-ending.service";

/** Does something in a conversation for the one whose call it is: found, locked, authorised, and run afterwards. */
export class OwnedTalk {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /**
   * Runs `work` with the call locked, when the asker owns it (or is staff) and its conversation goes on; then the
   * carrier's orders that it wrote. Answers the call's state afterwards. Throws 403, 404, 409.
   */
  async change(
    principal: Principal,
    callId: string,
    work: (tx: Tx, call: QueuedCallRow) => Promise<QueuedCallState | void>,
    { withoutQueueToo = false }: { withoutQueueToo?: boolean } = {},
  ): Promise<QueuedCallState> {
    const state = await inTransaction(
      this.db,
      async (tx) => {
        const call = isId(callId) ? await this.queued.lock(tx, { callId }) : undefined;
        if (!call) throw notFound("This call");
        requireOwner(principal, call);
        if (call.flow === "legacy" && !withoutQueueToo) {
          throw conflict(
            "no_conference",
            "This call came without a queue: it can be muted, its recording paused, and ended, no more.",
          );
        }
        if (call.state !== "in_conversation") {
          throw conflict("no_conversation", "There is no conversation in this call now.", { state: call.state });
        }
        return (await work(tx, call)) ?? call.state;
      },
      { once: "talk" },
    );
    this.kick.kick();
    this.dispatcher.wake();
    return state;
  }
}

/** Throws 403 unless the call is the asker's, or the asker is staff. */
export function requireOwner(principal: Principal, call: { agentId: string | null }): void {
  if (isStaff(principal)) return;
  if (principal.agentId === undefined || call.agentId !== principal.agentId) {
    throw forbidden("Only the agent of this call may do this.");
  }
}
