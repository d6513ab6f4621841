import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, isStaff, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { AbandonedRepository } from "../repositories/abandoned.repository";
import type { AbandonedView } from "../records.schemas";

/** Numbers that one list shows. */
const MOST = 200;
/** An agent who serves no queue. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * Callers who hung up before anybody took their call, each number once. One who was spoken with since leaves the list by
 * itself; managers see all, agents those of their queues.
 */
export class AbandonedCallers {
  constructor(
    private readonly db: Db,
    private readonly callers: AbandonedRepository,
  ) {}

  /** The latest first. */
  async list(principal: Principal): Promise<AbandonedView[]> {
    const rows = await this.callers.list(scopeOf(principal), MOST);
    return rows.map(({ leadId, leadName, at, ...row }) => ({
      ...row,
      at: at.toISOString(),
      lead: leadId === null ? null : { leadId, name: leadName ?? "" },
    }));
  }

  /** Marks the number behind a call as followed up, or as to be called after all. Repeating it is harmless. Throws 404. */
  async follow(principal: Principal, callId: string, done: boolean, requestId: string): Promise<void> {
    await inTransaction(
      this.db,
      async (tx) => {
        const number = isId(callId) ? await this.callers.numberOf(tx, callId, scopeOf(principal)) : undefined;
        if (number === undefined) throw notFound("This abandoned call");
        if (done) await this.callers.done(tx, number, principal.userId);
        else if (!(await this.callers.undone(tx, number))) return;
        const action = done ? "call.followed_up" : "call.follow_up_again";
        const actor = { ...actorOf(principal), requestId };
        await writeAudit(tx, actor, [{ action, entityType: "call", entityId: callId }]);
        await publishLive(tx, [{ topic: "call", audience: "everyone", data: { callId } }]);
      },
      { once: "follow-up" },
    );
  }
}

const scopeOf = (principal: Principal): string | undefined =>
  isStaff(principal) ? undefined : (principal.agentId ?? NOBODY);
