import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { readArms } from "@/lib/types/flags";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { CommandKick } from "../domain/carrier-commands";
import {
  exitFor,
  stateAfter,
  wordsOfExit,
  type ExitOccasion,
  type QueueExit,
  type TakenExit,
} from "../domain/queue-exits";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type { ExitLine, QueueExitRepository } from "../repositories/queue-exit.repository";
import type { EntryKey, QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import { voiceOf } from "../domain/announcements/wording";
import type { CallbackDesk } from "./callback-desk";
import type { CallerWordings } from "./caller-wordings.service";
import type { PriorityQueueService } from "./priority-queue.service";
import { callEvents, type QueuedCallMover } from "./queued-call-mover";

export interface BusinessHours {
  /** Whether a calendar is open at this time; one that does not exist always is. */
  isOpen(calendarName: string, at: Date, tx: Tx): Promise<boolean>;
}

/** Queues that one caller is led through in one step. */
const MOST_HOPS = 5;

/** The ways out of a line: at the door (closed, full, nobody there) and while waiting (too long, overflow). */
export class QueueExitService {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly exits: QueueExitRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly mover: QueuedCallMover,
    private readonly priorities: Pick<PriorityQueueService, "place">,
    private readonly hours: BusinessHours,
    private readonly callbacks: CallbackDesk,
    private readonly wordings: Pick<CallerWordings, "of">,
    private readonly kick: CommandKick,
    private readonly dispatcher: { wake(): void },
  ) {}

  /**
   * At the door: a locked call that has just entered its queue leaves it again where that is closed, full or empty.
   * Answers whether it did.
   */
  async admit(tx: Tx, call: QueuedCallRow, actor: Actor): Promise<boolean> {
    const occasion = await this.obstacle(tx, call.queueId, call.id);
    return occasion !== undefined && this.leave(tx, call, occasion, actor);
  }

  /** A waiting caller's time is up, as their own tick noticed; answers whether they left the line. */
  async leaveIfDue(key: EntryKey, actor: Actor): Promise<boolean> {
    const left = await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, key);
      const occasion = call?.state === "waiting" ? await this.exits.due(tx, call.id) : undefined;
      if (!call || !occasion) return false;
      return this.leave(tx, call, occasion, actor);
    });
    this.kick.kick();
    this.dispatcher.wake();
    return left;
  }

  /** The carrier's own queue was full. */
  async carrierFull(key: EntryKey, actor: Actor): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, key);
      if (call?.state === "waiting") await this.leave(tx, call, "full", actor);
    });
  }

  /** Everybody whose time is up: for callers whose tick never comes. Answers how many left or moved. */
  async leaveDue(limit: number, actor: Actor): Promise<number> {
    let left = 0;
    for (const id of await this.exits.findDue(limit)) if (await this.leaveIfDue({ id }, actor)) left += 1;
    return left;
  }

  /** The caller's line with the way out it took, if it did. */
  async taken(callSid: string): Promise<(ExitLine & { exit: TakenExit }) | undefined> {
    const line = await this.exits.line(callSid);
    return line?.exit ? { ...line, exit: line.exit } : undefined;
  }

  /** Takes a locked, waiting call out by what is configured, through other queues if need be. False: it waits on. */
  private async leave(tx: Tx, call: QueuedCallRow, first: ExitOccasion, actor: Actor): Promise<boolean> {
    const visited = new Set([call.queueId]);
    let at = { queueId: call.queueId, occasion: first };
    for (let hop = 0; hop < MOST_HOPS; hop += 1) {
      const exit = exitFor(at.occasion, await this.exits.exit(tx, at.queueId, at.occasion));
      if (!exit) return false;
      if (exit.kind !== "queue" || exit.targetQueueId === null) {
        await this.finish(tx, call, { ...exit, occasion: at.occasion }, actor);
        return true;
      }
      // Round in a circle: whoever could wait on does, and the others hear why they cannot.
      if (visited.has(exit.targetQueueId)) break;
      visited.add(exit.targetQueueId);
      const obstacle = await this.obstacle(tx, exit.targetQueueId, call.id);
      if (!obstacle) {
        await this.moveTo(tx, call, exit.targetQueueId, first, actor);
        return true;
      }
      at = { queueId: exit.targetQueueId, occasion: obstacle };
    }
    const fallback = exitFor(first, undefined);
    if (fallback) await this.finish(tx, call, { ...fallback, occasion: first }, actor);
    return fallback !== undefined;
  }

  /** Why a queue takes no further caller now. */
  private async obstacle(tx: Tx, queueId: string, entryId: string): Promise<ExitOccasion | undefined> {
    const queue = await this.exits.admission(tx, queueId, entryId);
    if (!queue || queue.archived) return "closed";
    if (queue.calendarName !== null && !(await this.hours.isOpen(queue.calendarName, queue.now, tx))) return "closed";
    if (queue.waiting >= queue.maxWaiting) return "full";
    if (!queue.somebodySignedIn && queue.exits.some(({ occasion }) => occasion === "nobody")) return "nobody";
    return undefined;
  }

  private async finish(
    tx: Tx,
    call: QueuedCallRow,
    exit: QueueExit & { occasion: ExitOccasion },
    actor: Actor,
  ): Promise<void> {
    const { occasion, number } = exit;
    let kind = exit.kind === "queue" ? "message" : exit.kind;
    if (kind === "callback" && !(await this.askForCallback(tx, call, actor))) kind = "voicemail";
    const taken: TakenExit = { occasion, kind, number, ...(await this.wordsFor(tx, call, { ...exit, kind })) };
    await this.exits.take(tx, call.id, taken);
    await this.mover.move(tx, call, stateAfter(taken), { actor, reason: occasion, data: { exit: kind, number } });
    // In the carrier's queue already: its own next tick would do, this is sooner and does not depend on it.
    if (call.carrierQueueSid === null) return;
    const payload = { callSid: call.callSid, entryId: call.id };
    await this.commands.add(tx, [{ kind: "exit_caller", payload, entryId: call.id }]);
  }

  /** The exit's own message, in the queue's language, or the announcement that belongs to it, in the caller's. */
  private async wordsFor(
    tx: Tx,
    call: QueuedCallRow,
    { occasion, kind, message }: { occasion: ExitOccasion; kind: TakenExit["kind"]; message: string },
  ): Promise<{ message: string; language: string }> {
    if (message !== "") return { message, language: voiceOf(call.queueLanguage) };
    const wording = await this.wordings.of(call.callSid, tx);
    const key = wordsOfExit(occasion, kind);
    if (key === undefined) return { message: "", language: wording.language };
    const { text, language } = wording.say(key);
    return { message: text, language };
  }

  private async askForCallback(tx: Tx, call: QueuedCallRow, actor: Actor): Promise<boolean> {
    const wish = { queuedCallId: call.id, number: call.fromNumber, by: "exit" as const, actor };
    return (await this.callbacks.request(tx, wish)) !== undefined;
  }

  /** The carrier need not know: it holds the caller, whichever of our queues they wait in. */
  private async moveTo(
    tx: Tx,
    call: QueuedCallRow,
    queueId: string,
    occasion: ExitOccasion,
    actor: Actor,
  ): Promise<void> {
    const { priority } = call;
    const prioritised = readArms(call.arms).FEATURE_PRIORITY_QUEUE;
    const place = await this.priorities.place(tx, { queueId, number: call.fromNumber, priority, prioritised });
    if (!(await this.exits.moveToQueue(tx, call.id, { queueId, ...place }))) {
      throw new Error(`Queued call ${call.id} was moved by another although it is locked.`);
    }
    const data = { occasion, from: call.queueId, to: queueId };
    await this.queued.addEvent(tx, { entryId: call.id, from: "waiting", to: "waiting", reason: "other_queue", data });
    await writeAudit(tx, actor, [
      {
        action: "call.queue_changed",
        entityType: "call",
        entityId: call.callId,
        before: { queueId: call.queueId },
        after: { queueId, occasion },
      },
    ]);
    const event = { callId: call.callId, state: call.state, agentIds: [] };
    await publishLive(tx, [...callEvents({ ...event, queueId: call.queueId }), ...callEvents({ ...event, queueId })]);
  }
}
