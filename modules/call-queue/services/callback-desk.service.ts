import { parsePhoneNumberFromString } from "libphonenumber-js";
import type { Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { readArms } from "@/lib/types/flags";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { leadChanged } from "@/modules/leads/services/lead-events";
import { type NewEvent, noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { nextCallable } from "../domain/callback";
import type { CallRepository } from "../repositories/call.repository";
import type { CallbackRepository, CallbackRow } from "../repositories/callback.repository";
import type { QueuedCallRepository } from "../repositories/queued-call.repository";
import type { CallbackDesk, CallbackWish } from "./callback-desk";
import { callEvents } from "./queued-call-mover";

/** A wish of any kind. */
export interface NewWish {
  queueId: string;
  number: string;
  leadId?: string | undefined;
  at?: Date | undefined;
  note?: string | undefined;
  timeZone?: string | undefined;
  source: "caller" | "exit" | "person";
  sourceEntryId?: string | undefined;
  actor: Actor;
}

/** Takes wishes to be called back, and puts them into the line when their time has come. */
export class CallbackDeskService implements CallbackDesk {
  constructor(
    private readonly callbacks: CallbackRepository,
    private readonly calls: Pick<CallRepository, "findLead">,
    private readonly queued: Pick<QueuedCallRepository, "lock" | "addEvent">,
    /** The number that customers see. */
    private readonly houseNumber: string,
  ) {}

  async request(tx: Tx, wish: CallbackWish): Promise<{ callbackId: string } | undefined> {
    const call = await this.queued.lock(tx, { id: wish.queuedCallId });
    if (!call || !readArms(call.arms).FEATURE_CALLBACKS) return undefined;
    const made = await this.add(tx, {
      queueId: call.queueId,
      number: wish.number,
      leadId: call.leadId ?? undefined,
      at: wish.at,
      source: wish.by,
      sourceEntryId: call.id,
      actor: wish.actor,
    });
    return made && { callbackId: made.callbackId };
  }

  /**
   * Writes the callback, and its row in the line when it is to be at once. A number has one open callback, which is
   * answered again. Undefined when this number cannot be called back.
   */
  async add(tx: Tx, wish: NewWish): Promise<{ callbackId: string; isNew: boolean } | undefined> {
    const number = dialable(wish.number);
    const settings = await this.callbacks.settings(tx, wish.queueId);
    if (number === undefined || (!settings.enabled && wish.source !== "person")) return undefined;
    if (await this.callbacks.mustNotCall(tx, number)) return undefined;
    const leadId = wish.leadId ?? (await this.calls.findLead(tx, number))?.leadId ?? null;
    const { id: callbackId, isNew } = await this.callbacks.add(tx, {
      id: newId(),
      queueId: wish.queueId,
      number,
      leadId,
      source: wish.source,
      requestedBy: wish.actor.label,
      sourceEntryId: wish.sourceEntryId ?? null,
      note: wish.note ?? null,
      timeZone: wish.timeZone ?? settings.timeZone,
      at: wish.at,
      expiresHours: settings.expiresHours,
    });
    if (!isNew) return { callbackId, isNew };
    await this.tell(tx, { id: callbackId, queueId: wish.queueId, leadId }, "requested", wish.actor, {
      source: wish.source,
      at: wish.at?.toISOString() ?? null,
    });
    const callback = await this.callbacks.lock(tx, callbackId);
    if (callback?.isDue) await this.enter(tx, callback, wish.actor);
    return { callbackId, isNew };
  }

  /**
   * Puts a locked, due callback into the line; answers whether it stands there now. Later, when it is too early or too
   * late to ring this person; never, when they must not be called.
   */
  async enter(tx: Tx, callback: CallbackRow, actor: Actor): Promise<boolean> {
    if (callback.status !== "scheduled" || !callback.isDue || callback.isExpired) return false;
    if (await this.callbacks.mustNotCall(tx, callback.number)) {
      await this.end(tx, callback, "cancelled", "do_not_call", actor);
      return false;
    }
    const settings = await this.callbacks.settings(tx, callback.queueId);
    // Whoever has just called, and asked to be rung at once, is awake.
    const opens = callback.askedNow ? callback.now : nextCallable(callback.now, settings, callback.timeZone);
    if (opens.getTime() > callback.now.getTime()) {
      await this.callbacks.postpone(tx, callback.id, opens);
      return false;
    }
    const [callId, entryId] = [newId(), newId()];
    const callSid = placeholderOf(entryId);
    await this.callbacks.enter(tx, { callbackId: callback.id, callId, entryId, callSid, from: this.houseNumber });
    await this.queued.addEvent(tx, {
      entryId,
      from: null,
      to: "waiting",
      reason: "callback_due",
      data: { callbackId: callback.id },
    });
    await writeAudit(tx, actor, [
      {
        action: "call.callback_due",
        entityType: "call",
        entityId: callId,
        after: { callbackId: callback.id, state: "waiting" },
      },
    ]);
    await publishLive(tx, [
      ...callEvents({ callId, queueId: callback.queueId, state: "waiting", agentIds: [] }),
      { topic: "callback", audience: "everyone", data: { callbackId: callback.id, status: "in_line" } },
    ]);
    await noteEvents(tx, [callbackDue(callback)]);
    return true;
  }

  /** Ends an open callback whose row in the line, if there is one, is over or with an agent. */
  async end(
    tx: Tx,
    callback: CallbackRow,
    status: "cancelled" | "expired" | "failed" | "done",
    result: string,
    actor: Actor,
  ): Promise<void> {
    // The customer was rung, in vain or not.
    const counts = status === "failed" || status === "done";
    const ended = await this.callbacks.settle(tx, callback.id, { status, result, counts, retrySeconds: 0 });
    if (ended) await this.tell(tx, callback, status, actor, { result });
  }

  /** Audit, live event and the lead's timeline of one change of a callback. */
  async tell(
    tx: Tx,
    callback: Pick<CallbackRow, "id" | "queueId" | "leadId">,
    event: string,
    actor: Actor,
    data: Record<string, string | number | null>,
  ): Promise<void> {
    await writeAudit(tx, actor, [
      { action: `callback.${event}`, entityType: "callback", entityId: callback.id, after: data },
    ]);
    await publishLive(tx, [
      { topic: "callback", audience: "everyone", data: { callbackId: callback.id, status: event } },
    ]);
    if (callback.leadId === null) return;
    const owner = await this.callbacks.note(tx, callback.leadId, actor, { callbackId: callback.id, event, ...data });
    await publishLive(tx, leadChanged(callback.leadId, owner));
  }
}

/** Has those told whom a callback concerns, once for each time that it is promised for. */
const callbackDue = ({ id, orderKey }: CallbackRow): NewEvent => ({
  event: "callback_due",
  source: `${id}:${orderKey.toISOString()}`,
  data: { callbackId: id },
});

/** What stands for the customer's leg until there is one. */
export const placeholderOf = (entryId: string): string => `callback:${entryId}`;

/** The number in E.164; undefined for one that was withheld or that nobody can have. */
export function dialable(number: string): string | undefined {
  const parsed = parsePhoneNumberFromString(number);
  return parsed?.isPossible() ? parsed.number : undefined;
}
