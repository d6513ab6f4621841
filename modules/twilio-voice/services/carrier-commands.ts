import { systemActor } from "@/lib/principal";
import { isFinalStatus } from "../domain/call-status";
import type { CarrierCommand, CommandOutcome, CommandPayloads } from "../domain/carrier-commands";
import type { AgentRingService } from "@/modules/call-queue/services/agent-ring.service";
import type { LostAgents } from "@/modules/call-queue/services/lost-agents.service";
import type { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import type { OfferEndingService } from "@/modules/call-queue/services/offer-ending.service";
import { CarrierError, type AgentRing, type CarrierPort } from "../domain/carrier";
import { clientIdentity } from "../domain/client-identity";
import type { VoiceUrls } from "../domain/voice-urls";
import type { CallbackCommands } from "./callback-commands";
import type { RecordingCommands } from "./recording-commands";
import type { TalkCommands } from "./talk-commands";

/** What a command looks at before it acts. */
export interface QueuedCallView {
  state: string;
  agentCallSid: string | null;
  carrierQueueSid: string | null;
}

export interface QueuedCalls {
  find(key: { id: string }): Promise<QueuedCallView | undefined>;
}

const DONE: CommandOutcome = { kind: "done" };
const MOOT: CommandOutcome = { kind: "moot" };
const actor = systemActor("carrier-commands");
/** Looks at a caller who is neither in the conference nor hung up before the agent counts as lost. */
const MOST_LOOKS = 4;
const LOOK_AGAIN_SECONDS = 0.4;

/**
 * What each command means at the carrier. Every one begins by asking whether it is still wanted, since it may run long
 * after it was written, and may have been carried out before without our knowing.
 */
export class CarrierCommands {
  constructor(
    private readonly carrier: CarrierPort,
    private readonly urls: VoiceUrls,
    private readonly queued: QueuedCalls,
    private readonly rings: AgentRingService,
    private readonly offers: OfferEndingService,
    private readonly lost: Pick<LostAgents, "agentLost">,
    private readonly queue: InboundCallQueueService,
    private readonly talk: Pick<TalkCommands, "run" | "giveUp">,
    private readonly callbacks: Pick<CallbackCommands, "dial" | "giveUp">,
    private readonly recordings: Pick<RecordingCommands, "run" | "giveUp">,
  ) {}

  /** Runs one attempt. Throws CarrierError when the carrier does not do it, other errors when the house does not. */
  async run(command: CarrierCommand): Promise<CommandOutcome> {
    switch (command.kind) {
      case "ring_agent":
        return this.ringAgent(command.payload, command.outcomeUnknown);
      case "move_caller":
        return this.moveCaller(command.payload);
      case "redirect_caller":
        return this.redirectCaller(command.payload);
      case "exit_caller":
        // Out of the carrier's queue, to ask where to go: its own next tick may have been faster.
        if (await orGone(this.carrier.redirectCall(command.payload.callSid, this.urls.callerRequeue()))) {
          await this.callerIsThere(command.payload.callSid);
        }
        return DONE;
      case "leave_message":
        await orGone(this.carrier.redirectCall(command.payload.callSid, this.urls.machineMessage()));
        return DONE;
      case "ask_rating":
        await orGone(this.carrier.redirectCall(command.payload.callSid, this.urls.rating()));
        return DONE;
      case "end_leg":
        await orGone(this.carrier.endCall(command.payload.callSid));
        return DONE;
      case "check_agent_lost":
        return this.checkAgentLost(command.payload, command.attempts);
      case "dial_callback":
        return this.callbacks.dial(command.payload, command.outcomeUnknown);
      case "sync_recording":
      case "delete_sound":
        return this.recordings.run(command);
      default:
        return this.talk.run(command);
    }
  }

  /** The carrier will not do it, or has not for too long: what that means for the call. */
  async giveUp(command: CarrierCommand, because: CarrierError): Promise<void> {
    switch (command.kind) {
      case "ring_agent": {
        const end = { as: "failed", reason: "ring_not_possible", endLeg: true, blameDevice: false } as const;
        await this.offers.unanswered(command.payload.offerId, end, actor);
        return;
      }
      case "move_caller":
      case "redirect_caller":
      case "exit_caller":
      case "leave_message":
      case "ask_rating":
      case "end_leg":
      case "check_agent_lost":
        // The reconciler compares these calls with the carrier's and finds the way from there.
        return;
      case "dial_callback":
        return this.callbacks.giveUp(command.payload);
      case "sync_recording":
      case "delete_sound":
        return this.recordings.giveUp(command);
      default:
        return this.talk.giveUp(command, because);
    }
  }

  private async ringAgent(payload: CommandPayloads["ring_agent"], outcomeUnknown: boolean): Promise<CommandOutcome> {
    const { agentId, callId, offerId } = payload;
    if (!(await this.rings.isOpen(offerId))) return MOOT;
    const ring: AgentRing = {
      identity: clientIdentity(agentId),
      parameters: { callId, offerId },
      url: this.urls.agentLeg(offerId),
      statusUrl: this.urls.agentLegStatus(offerId),
      timeoutSeconds: payload.ringSeconds,
    };
    if (outcomeUnknown) {
      const [found] = await this.rings.unknownLegs(agentId, await this.carrier.findRings(ring));
      if (found !== undefined) {
        await this.rings.placed(offerId, found);
        return DONE;
      }
      if (await this.rings.hasLeg(offerId)) return DONE;
    }
    const { callSid } = await this.carrier.ringAgent(ring);
    await this.rings.placed(offerId, callSid);
    return DONE;
  }

  private async moveCaller(payload: CommandPayloads["move_caller"]): Promise<CommandOutcome> {
    const { callSid, queueSid, entryId, offerId } = payload;
    // In conversation already: the caller's leg has asked for its document, the move was made.
    if ((await this.queued.find({ id: entryId }))?.state !== "connecting") return MOOT;
    const url = this.urls.callerConnect(offerId);
    if (!(await orGone(this.carrier.moveQueueMember(queueSid, callSid, url)))) return DONE;
    if (!(await this.callerIsThere(callSid))) return DONE;
    if (await this.carrier.isInConference(offerId, callSid)) return DONE;
    if ((await this.queued.find({ id: entryId }))?.state !== "connecting") return MOOT;
    if (await orGone(this.carrier.redirectCall(callSid, url))) await this.callerIsThere(callSid);
    return DONE;
  }

  private async redirectCaller({ callSid, entryId }: CommandPayloads["redirect_caller"]): Promise<CommandOutcome> {
    const call = await this.queued.find({ id: entryId });
    // Back in the carrier's queue already, or on the way to another agent: a redirect would tear the caller out of it.
    if (call?.state !== "waiting" || call.carrierQueueSid !== null) return MOOT;
    if (await orGone(this.carrier.redirectCall(callSid, this.urls.callerRequeue()))) {
      await this.callerIsThere(callSid);
    }
    return DONE;
  }

  private async checkAgentLost(payload: CommandPayloads["check_agent_lost"], attempt: number): Promise<CommandOutcome> {
    const { callSid, entryId, agentCallSid, offerId } = payload;
    const call = await this.queued.find({ id: entryId });
    if (!call || !isHeldBy(call, agentCallSid)) return MOOT;
    if (!(await this.callerIsThere(callSid))) return DONE;
    if (await this.carrier.isInConference(offerId, agentCallSid)) return MOOT;
    const callerWaits = call.state === "connecting" || (await this.carrier.isInConference(offerId, callSid));
    // A caller who is leaving may be shown as connected for a moment longer.
    if (!callerWaits && attempt < MOST_LOOKS) return { kind: "again", seconds: LOOK_AGAIN_SECONDS };
    await this.lost.agentLost(entryId, agentCallSid, actor);
    return DONE;
  }

  /** Asks the carrier whether the caller is still on the line; ends the call here when not. */
  private async callerIsThere(callSid: string): Promise<boolean> {
    const status = await this.carrier.callStatus(callSid);
    if (status !== undefined && !isFinalStatus(status)) return true;
    await this.queue.callStatus(callSid, status ?? "completed", undefined, actor);
    return false;
  }
}

function isHeldBy(call: QueuedCallView, agentCallSid: string): boolean {
  return call.agentCallSid === agentCallSid && (call.state === "connecting" || call.state === "in_conversation");
}

/** Resolves true when the thing was gone: for orders whose end that is. Throws every other failure. */
async function orGone(order: Promise<void>): Promise<boolean> {
  try {
    await order;
    return false;
  } catch (error) {
    if (error instanceof CarrierError && error.failure === "gone") return true;
    throw error;
  }
}
