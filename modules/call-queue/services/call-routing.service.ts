import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { CallRoutingRepository, MenuRow } from "../repositories/call-routing.repository";

export type CallMenu = MenuRow;

/** The queue a call is to enter, and what its agent must be able to do beside what the queue asks for. */
export interface QueueChoice {
  queueId: string;
  skills: readonly string[];
  /** What the caller is spoken to in, where the way in says so. */
  language?: string | null;
}

/** Where a number leads. */
export type CallWay = ({ choice: QueueChoice } | { menu: CallMenu }) & { language: string | null };

/** What a key in a menu means. */
export type MenuAnswer =
  | { kind: "queue"; choice: QueueChoice }
  | { kind: "again"; menu: CallMenu; attempt: number; wrongKey: boolean }
  /** The menu is gone: the call goes where its number leads now. */
  | { kind: "unknown" };

/** Minutes after which a call that reached no queue is over, whatever was not heard of it. */
const FORGOTTEN_MINUTES = 15;

/** From a dialled number, perhaps through a menu, to a queue. */
export class CallRoutingService {
  constructor(
    private readonly db: Db,
    private readonly routes: CallRoutingRepository,
  ) {}

  /** Where a number leads; undefined when no queue has been set up. */
  async route(tx: Tx, number: string): Promise<CallWay | undefined> {
    const target = await this.routes.target(tx, number);
    const language = target?.language ?? null;
    if (target?.queueId) return { choice: { queueId: target.queueId, skills: [] }, language };
    const menu = target?.menuId ? await this.routes.menu(target.menuId, tx) : undefined;
    return menu && { menu, language };
  }

  /** What the pressed key (none: an empty text) means; after the menu's repeats the default queue takes the call. */
  async pressed(menuId: string, digits: string, attempt: number): Promise<MenuAnswer> {
    const menu = isId(menuId) ? await this.routes.menu(menuId) : undefined;
    if (!menu) return { kind: "unknown" };
    const option = menu.options.find(({ digit }) => digit === digits);
    if (option) {
      const { queueId, skills, language } = option;
      return { kind: "queue", choice: { queueId, skills, language } };
    }
    if (attempt < menu.repeats) return { kind: "again", menu, attempt: attempt + 1, wrongKey: digits !== "" };
    return { kind: "queue", choice: { queueId: menu.defaultQueueId, skills: [] } };
  }

  /** A call that never reached a queue is over. */
  async endUnqueued(tx: Tx, callSid: string): Promise<boolean> {
    return this.routes.endUnqueued(tx, callSid);
  }

  /** Ends calls that were lost in a menu: a sweeper for the status callback that never came. Answers how many. */
  async endForgotten(actor: Actor): Promise<number> {
    return inTransaction(this.db, async (tx) => {
      const ended = await this.routes.endForgotten(tx, FORGOTTEN_MINUTES);
      const after = { endedBy: "system" };
      await writeAudit(
        tx,
        actor,
        ended.map((entityId) => ({ action: "call.forgotten", entityType: "call", entityId, after })),
      );
      return ended.length;
    });
  }
}
