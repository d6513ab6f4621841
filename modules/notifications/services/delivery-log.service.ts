import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { conflict, forbidden, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { saysMore, stateOfSms, type DeliveryState } from "../domain/outgoing";
import type { OutChannel } from "../domain/told-events";
import { inWords } from "../domain/words";
import type { DeliveryLogRepository, DeliveryRow } from "../repositories/delivery-log.repository";
import type { DeliveryView } from "../schemas";
import type { Cursors } from "./notifications.service";

const PURPOSE = "notification deliveries";

/** What the carrier tells of an SMS. */
export interface SmsWord {
  deliveryId: string;
  messageSid: string;
  status: string;
  errorCode: string | undefined;
}

/** What went out, what did not, and why: for admins. */
export class DeliveryLog {
  constructor(
    private readonly db: Db,
    private readonly deliveries: DeliveryLogRepository,
    private readonly cursors: Cursors,
  ) {}

  /** One page, newest first, with how many are in each state. Throws 403, 400 invalid_cursor. */
  async list(
    principal: Principal,
    query: {
      channel?: OutChannel | undefined;
      state?: DeliveryState | undefined;
      cursor?: string | undefined;
      limit: number;
    },
  ): Promise<{
    deliveries: DeliveryView[];
    counts: Partial<Record<DeliveryState, number>>;
    nextCursor: string | null;
  }> {
    requireAdmin(principal);
    const position = query.cursor === undefined ? undefined : this.cursors.decode(PURPOSE, query.cursor);
    const before = position && { at: new Date(position.value ?? 0), id: position.id };
    const states = query.state === undefined ? [] : [query.state];
    const [rows, counts] = await Promise.all([
      this.deliveries.page({ channel: query.channel, states, before, limit: query.limit + 1 }),
      this.deliveries.counts(),
    ]);
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      deliveries: page.map(view),
      counts: Object.fromEntries(counts.map(({ state, count }) => [state, count])),
      nextCursor:
        rows.length > query.limit && last
          ? this.cursors.encode(PURPOSE, { value: last.createdAt.toISOString(), id: last.id })
          : null,
    };
  }

  /** Has a message that failed, or waits for its next try, tried now, with all its tries before it again. Throws 403, 404, 409. */
  async retry(principal: Principal, deliveryId: string): Promise<DeliveryView> {
    requireAdmin(principal);
    const { retried, row } = await this.again(principal, deliveryId);
    if (!retried) {
      throw conflict("not_failed", "Only a message that failed, or waits for its next try, can be tried again.", {
        state: row.state,
      });
    }
    return view(row);
  }

  /** The same for managers, to whom nothing is told of what it says; answers whether it is tried again. Throws 403, 404. */
  async again(
    principal: Principal,
    deliveryId: string,
    requestId?: string,
  ): Promise<{ retried: boolean; row: DeliveryRow }> {
    requireStaff(principal);
    if (!isId(deliveryId)) throw notFound("This message");
    return inTransaction(this.db, async (tx) => {
      const retried = await this.deliveries.retry(tx, deliveryId);
      const row = await this.deliveries.find(tx, deliveryId);
      if (!row) throw notFound("This message");
      if (retried) {
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          { action: "notification.retried", entityType: "notification_delivery", entityId: deliveryId },
        ]);
      }
      return { retried, row };
    });
  }

  /**
   * The carrier says how an SMS stands. Late, repeated and unknown words change nothing, and a message whose sending died
   * before its answer is known by this to have gone out.
   */
  async heard({ deliveryId, messageSid, status, errorCode }: SmsWord): Promise<void> {
    if (!isId(deliveryId)) return;
    await inTransaction(this.db, async (tx) => {
      const row = await this.deliveries.lockSms(tx, deliveryId);
      if (!row || (row.providerId !== null && row.providerId !== messageSid)) return;
      if (row.providerId !== null && !saysMore(row.providerStatus, status)) return;
      if (!saysMore(null, status)) return;
      const state = stateOfSms(status);
      const failed = state === "failed";
      await this.deliveries.heard(tx, deliveryId, {
        providerId: messageSid,
        status,
        state,
        code: failed ? `carrier_${errorCode ?? status}` : null,
        why: failed ? `The carrier says: ${status}${errorCode === undefined ? "" : ` (${errorCode})`}.` : null,
      });
    });
  }
}

function requireAdmin(principal: Principal): void {
  if (principal.role !== "admin") throw forbidden("Only admins may do this.");
}

function view({ id, told, ...row }: DeliveryRow): DeliveryView {
  return {
    ...row,
    deliveryId: id,
    titles: told.slice(0, MOST_TITLES).map((one) => inWords(one).title),
    notifications: told.length,
    createdAt: row.createdAt.toISOString(),
    dueAt: row.dueAt.toISOString(),
    firstTriedAt: row.firstTriedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

const MOST_TITLES = 5;
