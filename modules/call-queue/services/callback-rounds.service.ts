import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { CallbackRepository } from "../repositories/callback.repository";
import type { QueuedCallRepository } from "../repositories/queued-call.repository";
import type { CallbackAttemptsService } from "./callback-attempts.service";
import type { CallbackDeskService } from "./callback-desk.service";
import type { CommandKick } from "../domain/carrier-commands";
import type { Wake } from "./offer-ending.service";

export interface CallbackCounts {
  entered: number;
  expired: number;
  healed: number;
}

export interface Healed {
  note(kind: "callback_lost", about: object): Promise<void>;
}

/** Callbacks of one kind that one round looks at. */
const MOST_A_ROUND = 100;
/** Seconds past the ringing until a customer of whom nothing is heard counts as lost. */
const GRACE_SECONDS = 30;

/** What keeps callbacks moving: their time has come, their time is over, nobody told us how it went on. */
export class CallbackRoundsService {
  constructor(
    private readonly db: Db,
    private readonly callbacks: CallbackRepository,
    private readonly queued: Pick<QueuedCallRepository, "lock">,
    private readonly desk: CallbackDeskService,
    private readonly attempts: CallbackAttemptsService,
    private readonly healing: Healed,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /** One bounded round; safe at any time, anywhere, many at once. */
  async round(actor: Actor): Promise<CallbackCounts> {
    const healed = await this.each(await this.callbacks.findAstray(GRACE_SECONDS, MOST_A_ROUND), async (id) => {
      if (!(await this.heal(id, actor))) return false;
      await this.healing.note("callback_lost", { callbackId: id });
      return true;
    });
    const expired = await this.each(await this.callbacks.findExpired(MOST_A_ROUND), (id) =>
      this.close(id, "expired", actor, (callback) => callback.isExpired),
    );
    const entered = await this.each(await this.callbacks.findDue(MOST_A_ROUND), (id) => this.enter(id, actor));
    if (healed + expired + entered > 0) {
      this.kick.kick();
      this.dispatcher.wake();
    }
    return { entered, expired, healed };
  }

  /**
   * Ends an open callback, in line or not, unless its customer is being rung or spoken with; answers whether it did.
   * `still` is asked once everything is locked.
   */
  async close(
    id: string,
    as: "cancelled" | "expired",
    actor: Actor,
    still: (callback: { isExpired: boolean }) => boolean = () => true,
  ): Promise<boolean> {
    const seen = await this.callbacks.find(id);
    return inTransaction(this.db, async (tx) => {
      const entryId = seen?.entryId ?? null;
      const call = entryId === null ? undefined : await this.queued.lock(tx, { id: entryId });
      const callback = await this.callbacks.lock(tx, id);
      if (!callback || callback.entryId !== entryId || !still(callback)) return false;
      if (callback.status === "scheduled") {
        await this.desk.end(tx, callback, as, as, actor);
        return true;
      }
      if (callback.status !== "in_line" || (call?.state !== "waiting" && call?.state !== "offered")) return false;
      await this.attempts.over(tx, call, as, actor);
      return true;
    });
  }

  private async enter(id: string, actor: Actor): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const callback = await this.callbacks.lock(tx, id);
      return callback ? this.desk.enter(tx, callback, actor) : false;
    });
  }

  private async heal(id: string, actor: Actor): Promise<boolean> {
    const seen = await this.callbacks.find(id);
    const { entryId } = seen ?? { entryId: null };
    return inTransaction(this.db, async (tx) => {
      const call = entryId === null ? undefined : await this.queued.lock(tx, { id: entryId });
      const callback = await this.callbacks.lock(tx, id);
      if (callback?.status !== "in_line" || callback.entryId !== entryId) return false;
      if (call?.state === "connecting") await this.attempts.over(tx, call, "lost", actor);
      else if (call && SPOKEN.has(call.state)) await this.desk.end(tx, callback, "done", "answered", actor);
      else if (call?.state === "waiting" || call?.state === "offered") return false;
      else await this.callbacks.settle(tx, id, { status: "scheduled", result: "lost", counts: false, retrySeconds: 0 });
      return true;
    });
  }

  private async each(ids: readonly string[], work: (id: string) => Promise<boolean>): Promise<number> {
    let done = 0;
    for (const id of ids) if (await work(id)) done += 1;
    return done;
  }
}

const SPOKEN: ReadonlySet<string> = new Set(["in_conversation", "wrap_up", "done"]);
