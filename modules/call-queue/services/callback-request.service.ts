import { isDeepStrictEqual } from "node:util";
import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { conflict, forbidden, notFound, unprocessable } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, isStaff, requireStaff, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { CallbackRecord } from "../callback.schemas";
import type { CallbackSettings } from "../domain/callback";
import type { CallbackListRepository, ListedCallback } from "../repositories/callback-list.repository";
import type { CallbackRepository } from "../repositories/callback.repository";
import type { CallbackDeskService } from "./callback-desk.service";
import type { CallbackRoundsService } from "./callback-rounds.service";
import type { Wake } from "./offer-ending.service";

export interface CallbackLeads {
  /** Throws 404 for a lead that the asker may not see. */
  find(principal: Principal, leadId: string): Promise<{ id: string; phone: string }>;
}

export interface CallbackOrder {
  leadId: string | undefined;
  number: string | undefined;
  queueId: string | undefined;
  at: string | undefined;
  note: string | undefined;
  timeZone: string | undefined;
}

/** No callback is planned further ahead. */
const MOST_DAYS_AHEAD = 90;

/** What people do with callbacks: see them, schedule, move and cancel them, and set how a queue makes them. */
export class CallbackRequestService {
  constructor(
    private readonly db: Db,
    private readonly callbacks: CallbackRepository,
    private readonly list: CallbackListRepository,
    private readonly desk: CallbackDeskService,
    private readonly rounds: CallbackRoundsService,
    private readonly leads: CallbackLeads,
    private readonly dispatcher: Wake,
  ) {}

  async read(
    principal: Principal,
    { open, leadId, limit }: { open: boolean | undefined; leadId: string | undefined; limit: number },
  ): Promise<{ callbacks: CallbackRecord[]; open: number }> {
    if (leadId !== undefined && !isId(leadId)) return { callbacks: [], open: 0 };
    const seen = this.seenBy(principal);
    if (!seen) return { callbacks: [], open: 0 };
    const rows = await this.list.find({ ...seen, open, leadId }, limit);
    return { callbacks: rows.map(record), open: await this.list.count({ ...seen, leadId, open: true }) };
  }

  /**
   * Schedules a callback: at a time, or at once. Throws 404 for an unknown lead or queue, 403 for a queue the asker does
   * not work in, 409 do_not_call, 422 for a time that has passed or a number that cannot be called.
   */
  async create(principal: Principal, order: CallbackOrder): Promise<CallbackRecord> {
    const lead = order.leadId === undefined ? undefined : await this.leads.find(principal, order.leadId);
    const number = order.number ?? lead?.phone ?? "";
    const at = futureTime(order.at);
    if (order.queueId !== undefined && !isId(order.queueId)) throw notFound("This queue");
    const queue = await this.list.queue(order.queueId, principal.agentId);
    if (!queue) throw notFound("This queue");
    if (!isStaff(principal) && !queue.member) throw forbidden("You do not work in this queue.");
    const { note, timeZone } = order;
    const made = await inTransaction(
      this.db,
      async (tx) => {
        if (await this.callbacks.mustNotCall(tx, number)) {
          throw conflict("do_not_call", "This number must not be called.");
        }
        const wish = { number, leadId: lead?.id, at, note, timeZone, source: "person" as const };
        return this.desk.add(tx, { ...wish, queueId: queue.id, actor: actorOf(principal) });
      },
      { once: "callback" },
    );
    if (!made) throw unprocessable("not_dialable", "This number cannot be called.", { number });
    this.dispatcher.wake();
    return this.one(made.callbackId);
  }

  /** Moves an open callback, or changes its note or its customer's time zone. Throws 404, 409 once it stands in the line, 422 for a time past. */
  async change(
    principal: Principal,
    callbackId: string,
    to: { at: string | undefined; note: string | undefined; timeZone?: string | undefined },
  ): Promise<CallbackRecord> {
    await this.visible(principal, callbackId);
    const at = futureTime(to.at);
    await inTransaction(this.db, async (tx) => {
      const callback = await this.callbacks.lock(tx, callbackId);
      if (!callback) throw notFound("This callback");
      if (callback.status !== "scheduled") {
        throw conflict("not_scheduled", "Only a callback that is not in line yet can be changed.", {
          status: callback.status,
        });
      }
      const { expiresHours } = await this.callbacks.settings(tx, callback.queueId);
      await this.callbacks.reschedule(tx, callbackId, { ...to, at, expiresHours });
      const data = { at: at?.toISOString() ?? null, ...(to.timeZone === undefined ? {} : { timeZone: to.timeZone }) };
      await this.desk.tell(tx, callback, "rescheduled", actorOf(principal), data);
    });
    return this.one(callbackId);
  }

  /** Cancels an open callback; repeating it is harmless. Throws 404, 409 while its customer is rung, or after its end. */
  async cancel(principal: Principal, callbackId: string): Promise<CallbackRecord> {
    const seen = await this.visible(principal, callbackId);
    if (seen.status === "cancelled") return record(seen);
    if (!(await this.rounds.close(callbackId, "cancelled", actorOf(principal)))) {
      const now = await this.one(callbackId);
      if (now.status === "cancelled") return now;
      throw conflict("not_open", "This callback is over, or its customer is being rung.", { status: now.status });
    }
    this.dispatcher.wake();
    return this.one(callbackId);
  }

  /** How a queue calls people back (managers). Throws 404. */
  async settings(principal: Principal, queueId: string): Promise<CallbackSettings> {
    requireStaff(principal);
    await this.requireQueue(queueId);
    return this.callbacks.settings(this.db, queueId);
  }

  /** Changes how a queue calls people back (managers); what it is already writes nothing. Throws 404. */
  async changeSettings(principal: Principal, queueId: string, settings: CallbackSettings): Promise<CallbackSettings> {
    requireStaff(principal);
    await this.requireQueue(queueId);
    const change = { action: "queue.callback_settings_changed", entityType: "queue", entityId: queueId } as const;
    return inTransaction(
      this.db,
      async (tx) => {
        const before = await this.callbacks.settings(tx, queueId);
        if (isDeepStrictEqual(before, settings)) return settings;
        await this.callbacks.saveSettings(tx, queueId, settings);
        await writeAudit(tx, actorOf(principal), [{ ...change, before: { ...before }, after: { ...settings } }]);
        return settings;
      },
      { once: "callback-settings" },
    );
  }

  private async requireQueue(queueId: string): Promise<void> {
    if (!isId(queueId) || !(await this.list.queue(queueId, undefined))) throw notFound("This queue");
  }

  /** What this person sees: staff everything, agents their queues', nobody else anything. */
  private seenBy(principal: Principal): { agentId?: string } | undefined {
    if (isStaff(principal)) return {};
    return principal.agentId === undefined ? undefined : { agentId: principal.agentId };
  }

  private async visible(principal: Principal, callbackId: string): Promise<ListedCallback> {
    const seen = this.seenBy(principal);
    const [row] = seen && isId(callbackId) ? await this.list.find({ ...seen, callbackId }, 1) : [];
    if (!row) throw notFound("This callback");
    return row;
  }

  private async one(callbackId: string): Promise<CallbackRecord> {
    const [row] = await this.list.find({ callbackId }, 1);
    if (!row) throw notFound("This callback");
    return record(row);
  }
}

function futureTime(at: string | undefined): Date | undefined {
  if (at === undefined) return undefined;
  const ahead = Date.parse(at) - Date.now();
  if (ahead < -60_000) throw unprocessable("time_past", "This time has passed.", { at });
  if (ahead > MOST_DAYS_AHEAD * 86_400_000) {
    throw unprocessable("time_too_far", `A callback can be planned ${MOST_DAYS_AHEAD} days ahead.`, { at });
  }
  return new Date(at);
}

function record({
  queueId,
  queueName,
  leadId,
  leadName,
  dueAt,
  expiresAt,
  createdAt,
  tries,
  agentId,
  agentEmail,
  agentName,
  ...rest
}: ListedCallback): CallbackRecord {
  return {
    ...rest,
    queue: { queueId, name: queueName },
    lead: leadId === null ? null : { leadId, name: leadName ?? "" },
    agent: agentId === null ? null : { agentId, email: agentEmail ?? "", name: agentName ?? "" },
    dueAt: dueAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    createdAt: createdAt.toISOString(),
    tries: tries.map(({ beganAt, dialledAt, result }) => ({
      beganAt: new Date(beganAt).toISOString(),
      dialledAt: dialledAt === null ? null : new Date(dialledAt).toISOString(),
      result,
    })),
  };
}
