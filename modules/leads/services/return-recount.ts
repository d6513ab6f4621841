import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { ReturnPolicyRepository } from "../repositories/return-policy.repository";
import type { ReturnRecountRepository } from "../repositories/return-recount.repository";
import { manyLeadsChanged } from "./lead-events";
import type { ReturnTimer } from "./return-timer";

/** Rows of one transaction. */
const CHUNK = 500;

/**
 * Counts running timers again after a change of the policy or its calendar, chunk by chunk. Where it stands is stored:
 * whoever comes next goes on after a process that died.
 */
export class ReturnRecount {
  constructor(
    private readonly db: Db,
    private readonly policies: ReturnPolicyRepository,
    private readonly rows: ReturnRecountRepository,
    private readonly timer: ReturnTimer,
  ) {}

  /** At most `mostChunks` transactions of 500 leads; answers how many timers got another end. */
  async run(mostChunks: number): Promise<number> {
    let changed = 0;
    for (let chunk = 0; chunk < mostChunks; chunk += 1) {
      const step = await this.chunk();
      changed += step.changed;
      if (step.done) break;
    }
    return changed;
  }

  private async chunk(): Promise<{ changed: number; done: boolean }> {
    return inTransaction(this.db, async (tx) => {
      const after = await this.rows.takeUp(tx);
      if (after === undefined) return { changed: 0, done: true };
      const leads = await this.rows.lockNext(tx, after, CHUNK);
      const last = leads.length < CHUNK ? undefined : leads.at(-1);
      await this.rows.goneThrough(tx, last?.leadId ?? null);
      if (leads.length === 0) return { changed: 0, done: true };
      const ends = this.timer.ends(await this.policies.rules(tx), leads);
      const changed = await this.rows.setDueTimes(tx, ends);
      if (changed > 0) await publishLive(tx, [manyLeadsChanged(changed)]);
      return { changed, done: last === undefined };
    });
  }
}
