import { systemActor, type Actor } from "@/lib/principal";
import { isFinalStatus } from "../domain/call-status";
import type { ConversationService } from "@/modules/call-queue/services/conversation.service";
import type { LostAgents } from "@/modules/call-queue/services/lost-agents.service";
import type { InboundCallQueueService } from "@/modules/call-queue/services/inbound-call-queue.service";
import { CarrierError, type CarrierPort } from "../domain/carrier";
import type { Healing, HealKind } from "@/modules/alerts/services/healing.service";
import type { RunnerLog } from "./carrier-command-runner.service";

/** A live call that should have been heard of. */
export interface StaleCall {
  entryId: string;
  callSid: string;
  state: string;
  agentCallSid: string | null;
  silentSeconds: number;
  stateSeconds: number;
}

/** Those who take part in a call beside its caller and its owner. */
export interface CallParties {
  joined(entryId: string): Promise<{ participantId: string; callSid: string }[]>;
  over(participantId: string, callSid: string, reason: "left", actor: Actor): Promise<void>;
}

export interface StaleCalls {
  find(limit: number): Promise<StaleCall[]>;
}

/** Calls compared in one round, and at once. */
const MOST_A_ROUND = 40;
const AT_ONCE = 8;
/** Seconds of silence after which a waiting caller who is on the line, but not in the queue, is sent back into it. */
const LOST_IN_LINE_SECONDS = 60;
/** Seconds after which a caller who never arrived at the agent goes back to the head of the line. */
const CONNECTING_SECONDS = 15;
const actor = systemActor("reconciler");

/**
 * Compares live calls with the carrier's, for callbacks that never came, and heals what differs. How often it had to
 * is a figure whose ideal is 0.
 */
export class CallReconcilerService {
  constructor(
    private readonly carrier: CarrierPort,
    private readonly stale: StaleCalls,
    private readonly signs: { touch(entryId: string): Promise<void> },
    private readonly queue: InboundCallQueueService,
    private readonly conversations: Pick<ConversationService, "bringBack">,
    private readonly lost: Pick<LostAgents, "agentLost">,
    private readonly parties: CallParties,
    private readonly log: RunnerLog,
    private readonly healing: Pick<Healing, "note">,
  ) {}

  /** One round; answers how many calls had to be healed. */
  async reconcile(): Promise<number> {
    const calls = await this.stale.find(MOST_A_ROUND);
    let healed = 0;
    for (let i = 0; i < calls.length; i += AT_ONCE) {
      const results = await Promise.all(calls.slice(i, i + AT_ONCE).map((call) => this.compare(call)));
      healed += results.filter(Boolean).length;
    }
    return healed;
  }

  private async compare(call: StaleCall): Promise<boolean> {
    try {
      const healed = await this.heal(call);
      if (healed) await this.healing.note(healed, { entryId: call.entryId, callSid: call.callSid, state: call.state });
      return healed !== undefined;
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      this.log.warn({ err: error, callSid: call.callSid }, "the carrier could not be asked about a call");
      return false;
    }
  }

  /** Answers what was wrong, or undefined when nothing was. */
  private async heal(call: StaleCall): Promise<HealKind | undefined> {
    const status = await this.carrier.callStatus(call.callSid);
    if (status === undefined || isFinalStatus(status)) {
      await this.queue.callStatus(call.callSid, status ?? "completed", undefined, actor);
      return "caller_gone";
    }
    switch (call.state) {
      case "waiting":
        if (call.silentSeconds < LOST_IN_LINE_SECONDS) return undefined;
        await this.conversations.bringBack(call.entryId);
        return "caller_out_of_line";
      case "connecting":
        if (call.agentCallSid === null || call.stateSeconds < CONNECTING_SECONDS) return undefined;
        // The customer of a call out still rings; the carrier ends that in its time.
        if (status !== "in-progress") {
          await this.signs.touch(call.entryId);
          return undefined;
        }
        await this.lost.agentLost(call.entryId, call.agentCallSid, actor);
        return "never_connected";
      case "in_conversation":
        return this.healConversation(call);
      case "wrap_up":
      case "done":
        // The caller talks on with somebody outside.
        return this.healParties(call);
      default:
        // Offered: the offer's own expiry moves it on.
        await this.signs.touch(call.entryId);
        return undefined;
    }
  }

  private async healConversation(call: StaleCall): Promise<HealKind | undefined> {
    const agent = call.agentCallSid === null ? undefined : await this.carrier.callStatus(call.agentCallSid);
    if (call.agentCallSid !== null && (agent === undefined || isFinalStatus(agent))) {
      await this.lost.agentLost(call.entryId, call.agentCallSid, actor);
      return "agent_gone";
    }
    return this.healParties(call);
  }

  /** Takes those out of a call whose legs the carrier has no more. */
  private async healParties(call: StaleCall): Promise<HealKind | undefined> {
    let gone = false;
    for (const { participantId, callSid } of await this.parties.joined(call.entryId)) {
      const status = await this.carrier.callStatus(callSid);
      if (status !== undefined && !isFinalStatus(status)) continue;
      await this.parties.over(participantId, callSid, "left", actor);
      gone = true;
    }
    await this.signs.touch(call.entryId);
    return gone ? "participant_gone" : undefined;
  }
}
