import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { auditRows } from "@/modules/audit/repositories/audit.repository";
import { liveRows } from "@/modules/realtime/repositories/live-event.repository";
import { readArms, type FlagArms } from "@/lib/types/flags";
import type { CommandKick } from "../domain/carrier-commands";
import type { NotReachedReason } from "../domain/not-reached";
import { isFinalStatus, laterStatus, readCarrierStatus, type CarrierStatus } from "../domain/call-status";
import type { CallPriority } from "../domain/priority";
import type { TakenExit } from "../domain/queue-exits";
import { abandonedAs, type QueuedCallState } from "../domain/queued-call-transitions";
import type { CallRepository } from "../repositories/call.repository";
import type { EntryKey, QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { SettledCallRepository } from "../repositories/settled-call.repository";
import type { CallEnding, EndedBy } from "./call-ending";
import { type ConversationEnding, isBeingCalled } from "./conversation-ending";
import type { OfferEndingService, Wake } from "./offer-ending.service";
import type { CallMenu, CallRoutingService, QueueChoice } from "./call-routing.service";
import type { QueueExitService } from "./queue-exit.service";
import type { PriorityQueueService } from "./priority-queue.service";
import { callEvents, type QueuedCallMover } from "./queued-call-mover";

export interface Arrival {
  callSid: string;
  from: string;
  to: string;
  carrierStatus: CarrierStatus;
  /** The arm of every flag as it stands now: the call goes on by them. */
  arms: FlagArms;
}

/** Where a call stands after it has (once more) been announced to us: in a menu, or with a place in a queue. */
export type QueuedArrival = { kind: "menu"; menu: CallMenu } | PlacedArrival;

export interface PlacedArrival {
  kind: "placed";
  entryId: string;
  state: QueuedCallState;
  flow: "enhanced" | "legacy";
  queueKey: string;
  /** The queue wants messages written down. */
  transcribe: boolean;
  /** The caller hung up before this webhook came. */
  ended: boolean;
  /** The way out that was taken at the door. */
  exit: TakenExit | null;
}

/** How the end of a customer's leg reads that was dialled and never answered. */
const NOT_REACHED: Partial<Record<CarrierStatus, NotReachedReason>> = {
  busy: "customer_busy",
  "no-answer": "customer_no_answer",
  failed: "customer_unreachable",
};

/** Callers entering and leaving the line. Agents and offers are CallAssignmentService's. */
export class InboundCallQueueService {
  constructor(
    private readonly db: Db,
    private readonly calls: CallRepository,
    private readonly queued: QueuedCallRepository,
    private readonly mover: QueuedCallMover,
    private readonly ending: CallEnding,
    private readonly offers: OfferEndingService,
    private readonly conversations: ConversationEnding,
    private readonly priorities: Pick<PriorityQueueService, "place">,
    private readonly routing: CallRoutingService,
    private readonly exits: Pick<QueueExitService, "admit">,
    private readonly settled: Pick<SettledCallRepository, "isOver">,
    private readonly kick: CommandKick,
    private readonly dispatcher: Wake,
  ) {}

  /**
   * Takes a call in: once, however often the carrier says that it has come. Without a `choice` it goes where its number
   * leads, which may be a menu. Undefined when no queue has been set up.
   */
  async arrive(arrival: Arrival, actor: Actor, choice?: QueueChoice): Promise<QueuedArrival | undefined> {
    const arrived = await inTransaction(this.db, async (tx): Promise<QueuedArrival | undefined> => {
      const lead = await this.calls.findLead(tx, arrival.from);
      const row = await this.calls.take(tx, {
        id: newId(),
        ...arrival,
        leadId: lead?.leadId,
        flow: arrival.arms.FEATURE_ENHANCED_QUEUE ? "enhanced" : "legacy",
      });
      const known = row.isNew ? undefined : await this.queued.lock(tx, { callSid: arrival.callSid });
      if (known) return placed(known, known.ended);
      const to = choice ? { choice, language: choice.language } : await this.routing.route(tx, arrival.to);
      if (!to) return undefined;
      if (to.language) await this.calls.speak(tx, row.id, to.language);
      // The flow without a queue knows no menus: its calls go where the menu's would without a key.
      if ("menu" in to && row.flow === "enhanced") return { kind: "menu", menu: to.menu };
      const where = "menu" in to ? { queueId: to.menu.defaultQueueId, skills: [] } : to.choice;
      const prioritised = readArms(row.arms).FEATURE_PRIORITY_QUEUE;
      const caller = { id: row.id, prioritised, priority: lead?.priority ?? "normal" };
      return this.begin(tx, arrival, caller, where, actor);
    });
    // Who is on the way to an agent needs nothing of the carrier yet.
    if (arrived?.kind === "placed" && (arrived.ended || arrived.exit)) this.kick.kick();
    return arrived;
  }

  /** Into the queue; and out of it at once for those who had hung up before, or whom it does not take. */
  private async begin(
    tx: Tx,
    arrival: Arrival,
    caller: { id: string; prioritised: boolean; priority: CallPriority },
    where: QueueChoice,
    actor: Actor,
  ): Promise<PlacedArrival> {
    await this.enter(tx, arrival, caller, where, actor);
    const call = await this.queued.lock(tx, { callSid: arrival.callSid });
    if (!call) throw new Error(`Call ${arrival.callSid} has no place although it entered`);
    const ended = await this.calls.hasEnded(tx, arrival.callSid);
    if (ended) await this.endForCaller(tx, call, { status: "completed", seconds: 0 }, actor);
    const left = !ended && call.flow === "enhanced" && (await this.exits.admit(tx, call, actor));
    const now = ended || left ? await this.queued.lock(tx, { id: call.id }) : call;
    return placed(now ?? call, ended || call.ended);
  }

  /**
   * A leg of the customer has a new state at the carrier. Ends everything that hangs on the call when it is final;
   * `seconds` is how long the call lasted, when the carrier said so. Answers false for a call that is not known (yet).
   */
  async callStatus(
    callSid: string,
    status: CarrierStatus,
    seconds: number | undefined,
    actor: Actor,
  ): Promise<boolean> {
    if (await this.settled.isOver(callSid, status)) return true;
    return this.thenWake(async (tx) => {
      const call = await this.queued.lock(tx, { callSid });
      if (!call) {
        if (!isFinalStatus(status)) return false;
        await this.calls.rememberEnd(tx, callSid, { status });
        return this.routing.endUnqueued(tx, callSid);
      }
      await this.noteStatus(tx, call, status);
      if (isFinalStatus(status)) await this.endForCaller(tx, call, { status, seconds }, actor);
      return true;
    });
  }

  /** The caller left the carrier's queue by hanging up. */
  async hungUpInQueue(key: EntryKey, actor: Actor): Promise<void> {
    await this.thenWake(async (tx) => {
      const call = await this.queued.lock(tx, key);
      if (call) await this.endForCaller(tx, call, { status: "completed", seconds: undefined }, actor);
    });
  }

  /** Gives up on a caller who cannot be served (full queue, error at the carrier); they are told by their own line. */
  async fail(key: EntryKey, reason: string, actor: Actor): Promise<void> {
    await this.thenWake(async (tx) => {
      const call = await this.queued.lock(tx, key);
      if (!call || (call.state !== "waiting" && call.state !== "offered" && call.state !== "connecting")) return;
      await this.leave(tx, call, "failed", reason, "system", actor);
    });
  }

  /** An end may have freed an agent and written commands. */
  private async thenWake<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await inTransaction(this.db, work);
    this.kick.kick();
    this.dispatcher.wake();
    return result;
  }

  private async enter(
    tx: Tx,
    arrival: Arrival,
    call: { id: string; prioritised: boolean; priority: CallPriority },
    { queueId, skills }: QueueChoice,
    actor: Actor,
  ): Promise<void> {
    const { id: callId, priority, prioritised } = call;
    const place = await this.priorities.place(tx, { queueId, number: arrival.from, priority, prioritised });
    const { weightSeconds, vip } = place;
    await this.queued.insert(
      tx,
      { id: newId(), callId, queueId, priority, requiredSkills: skills, ...place },
      {
        event: { reason: "arrived", data: { priority, vip, weightSeconds } },
        audit: auditRows(actor, [
          {
            action: "call.arrived",
            entityType: "call",
            entityId: callId,
            after: { callSid: arrival.callSid, state: "waiting" },
          },
        ]),
        live: liveRows(callEvents({ callId, queueId, state: "waiting", agentIds: [] })),
      },
    );
  }

  private async noteStatus(tx: Tx, call: QueuedCallRow, reported: CarrierStatus): Promise<void> {
    const present = readCarrierStatus(call.carrierStatus) ?? "queued";
    const status = laterStatus(present, reported);
    if (status !== present) await this.calls.setCarrierStatus(tx, call.callId, status);
  }

  /** The caller's own leg is over: whatever was going on around it ends too. Repeats change nothing. */
  private async endForCaller(
    tx: Tx,
    call: QueuedCallRow,
    end: { status: CarrierStatus; seconds: number | undefined },
    actor: Actor,
  ): Promise<void> {
    switch (call.state) {
      case "waiting":
      case "offered":
      case "connecting": {
        if (isBeingCalled(call)) {
          await this.conversations.notReached(tx, call, NOT_REACHED[end.status] ?? "not_reached", "carrier", actor);
          return;
        }
        const seconds = Math.min(end.seconds ?? call.waitedSeconds, call.waitedSeconds);
        const to = abandonedAs(seconds, call.shortAbandonSeconds);
        await this.leave(tx, call, to, "caller_hung_up", end.status === "failed" ? "carrier" : "caller", actor);
        return;
      }
      case "in_conversation":
        await this.conversations.callerLeft(tx, call, actor);
        return;
      case "voicemail":
      case "callback_scheduled":
      case "overflowed":
      case "closed":
        // They had left the line and were still on the telephone: leaving a message, or hearing why.
        await this.ending.end(tx, call, call.state, "caller", actor);
        return;
      default:
        // Wrap-up and every terminal state: the end was known already, unless the caller talked on without an agent.
        if (!call.ended) await this.conversations.talkedOn(tx, call, actor);
        return;
    }
  }

  private async leave(
    tx: Tx,
    call: QueuedCallRow,
    to: "abandoned" | "short_abandoned" | "failed",
    reason: string,
    endedBy: EndedBy,
    actor: Actor,
  ): Promise<void> {
    await this.offers.withdraw(tx, call);
    await this.mover.move(tx, call, to, { actor, reason, patch: { agentId: null, agentCallSid: null } });
    await this.ending.end(tx, call, to, endedBy, actor);
  }
}

function placed(call: QueuedCallRow, ended: boolean): PlacedArrival {
  const { id: entryId, state, flow, queueKey, transcribeMessages: transcribe, exit } = call;
  return { kind: "placed", entryId, state, flow, queueKey, transcribe, exit, ended };
}
