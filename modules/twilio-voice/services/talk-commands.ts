import { systemActor } from "@/lib/principal";
import type { OutboundService } from "@/modules/call-queue/services/outbound.service";
import type {
  ParticipantLegsService,
  WantedRing,
  WantedSeat,
} from "@/modules/call-queue/services/participant-legs.service";
import type { CarrierCommand, CommandOutcome, CommandPayloads } from "../domain/carrier-commands";
import { CarrierError, type CarrierPort, type ParticipantChange } from "../domain/carrier";
import { clientIdentity } from "../domain/client-identity";
import type { VoiceUrls } from "../domain/voice-urls";

export type TalkCommand = Extract<
  CarrierCommand,
  { kind: "ring_participant" | "dial_customer" | "sync_hold" | "sync_participant" }
>;

/** A conversation as far as the caller's hold goes. */
export interface HeldCaller {
  callSid: string;
  talkId: string | null;
  held: boolean;
  ended: boolean;
  state: string;
}

export interface HeldCallers {
  find(key: { id: string }): Promise<HeldCaller | undefined>;
}

const DONE: CommandOutcome = { kind: "done" };
const MOOT: CommandOutcome = { kind: "moot" };
const actor = systemActor("carrier-commands");
/** Somebody who was just told to join may not be there yet: looked for this often, at this distance. */
const MOST_LOOKS = 8;
const LOOK_AGAIN_SECONDS = 0.3;
/** What is wanted may change while it is being done; it is done again, this often at most. */
const MOST_CORRECTIONS = 4;

/** What the commands of a conversation mean at the carrier. Each reads what is wanted now, not when it was written. */
export class TalkCommands {
  constructor(
    private readonly carrier: CarrierPort,
    private readonly urls: VoiceUrls,
    private readonly callers: HeldCallers,
    private readonly legs: ParticipantLegsService,
    private readonly outbound: Pick<OutboundService, "wantedDial" | "dialled" | "refused">,
  ) {}

  /** Runs one attempt. Throws CarrierError when the carrier does not do it. */
  async run(command: TalkCommand): Promise<CommandOutcome> {
    switch (command.kind) {
      case "ring_participant":
        return this.ring(command.payload, command.outcomeUnknown);
      case "dial_customer":
        return this.dial(command.payload, command.outcomeUnknown);
      case "sync_hold":
        return this.sync(command.attempts, () => this.wantedHold(command.payload.entryId));
      case "sync_participant":
        return this.sync(command.attempts, () => this.wantedSeat(command.payload.participantId));
    }
  }

  /** The carrier will not do it, or has not for too long. */
  async giveUp(command: TalkCommand, { failure, code }: CarrierError): Promise<void> {
    if (command.kind === "ring_participant") await this.legs.unreachable(command.payload.participantId, actor);
    if (command.kind !== "dial_customer") return;
    await this.outbound.refused(command.payload.entryId, { refused: failure === "refused", code }, actor);
  }

  private async ring(
    { participantId, callId, ringSeconds }: CommandPayloads["ring_participant"],
    outcomeUnknown: boolean,
  ): Promise<CommandOutcome> {
    const wanted = await this.legs.wantedRing(participantId);
    if (wanted === undefined) return MOOT;
    if (outcomeUnknown) {
      if (wanted.callSid !== null) return DONE;
      const [found] = await this.legs.unknownLegs(await this.find(participantId, callId, wanted));
      if (found !== undefined) {
        await this.legs.placed(participantId, found);
        return DONE;
      }
    }
    const urls = { url: this.urls.participant(participantId), statusUrl: this.urls.participantStatus(participantId) };
    const { callSid } =
      wanted.number === null
        ? await this.carrier.ringAgent({
            ...clientOf(participantId, callId, wanted),
            ...urls,
            timeoutSeconds: ringSeconds,
          })
        : await this.carrier.dial({
            to: wanted.number,
            from: wanted.shownNumber,
            ...urls,
            timeoutSeconds: ringSeconds,
          });
    await this.legs.placed(participantId, callSid);
    return DONE;
  }

  private async dial(
    { entryId, offerId, ringSeconds }: CommandPayloads["dial_customer"],
    outcomeUnknown: boolean,
  ): Promise<CommandOutcome> {
    const wanted = await this.outbound.wantedDial(entryId);
    if (wanted === undefined) return MOOT;
    const { callId, to, from, detection: mode } = wanted;
    const [found] = outcomeUnknown ? await this.legs.unknownLegs(await this.carrier.findDials(to)) : [];
    const statusUrl = this.urls.customerStatus(callId);
    const url = this.urls.customerConnect(callId, offerId);
    // The agent hears what answers: nothing waits for the result.
    const detection = mode && { mode, resultUrl: this.urls.answeredBy(callId) };
    const call = { to, from, url, statusUrl, timeoutSeconds: ringSeconds, detection };
    const callSid = found ?? (await this.carrier.dial(call)).callSid;
    await this.outbound.dialled(callId, callSid);
    return DONE;
  }

  private async find(participantId: string, callId: string, wanted: WantedRing): Promise<string[]> {
    if (wanted.number !== null) return this.carrier.findDials(wanted.number);
    return this.carrier.findRings({
      ...clientOf(participantId, callId, wanted),
      url: this.urls.participant(participantId),
      statusUrl: "",
      timeoutSeconds: 0,
    });
  }

  private async wantedHold(entryId: string): Promise<WantedChange | undefined> {
    const caller = await this.callers.find({ id: entryId });
    if (!caller || caller.ended || caller.talkId === null) return undefined;
    if (caller.state !== "in_conversation" && caller.state !== "wrap_up") return undefined;
    const { talkId, callSid, held } = caller;
    return { talkId, callSid, change: { holdUrl: held ? this.urls.onHold() : null } };
  }

  private async wantedSeat(participantId: string): Promise<WantedChange | undefined> {
    const wanted = await this.legs.wantedSeat(participantId);
    return wanted && { talkId: wanted.talkId, callSid: wanted.callSid, change: this.changeOf(wanted) };
  }

  private changeOf({ held, seat, ownerLeg }: WantedSeat): ParticipantChange {
    return {
      holdUrl: held ? this.urls.onHold() : null,
      muted: seat.muted,
      coaches: seat.coaches ? ownerLeg : null,
    };
  }

  /** Does what is wanted, and again when that changed meanwhile: two such orders may overtake each other. */
  private async sync(attempt: number, read: () => Promise<WantedChange | undefined>): Promise<CommandOutcome> {
    let wanted = await read();
    if (wanted === undefined) return MOOT;
    for (let round = 0; round < MOST_CORRECTIONS; round += 1) {
      try {
        await this.carrier.updateParticipant(wanted.talkId, wanted.callSid, wanted.change);
      } catch (error) {
        if (!(error instanceof CarrierError) || error.failure !== "gone") throw error;
        return attempt < MOST_LOOKS ? { kind: "again", seconds: LOOK_AGAIN_SECONDS } : DONE;
      }
      const now = await read();
      if (now === undefined || JSON.stringify(now) === JSON.stringify(wanted)) return DONE;
      wanted = now;
    }
    return { kind: "again", seconds: LOOK_AGAIN_SECONDS };
  }
}

interface WantedChange {
  talkId: string;
  callSid: string;
  change: ParticipantChange;
}

function clientOf(participantId: string, callId: string, wanted: WantedRing) {
  if (wanted.agentId === null) throw new Error(`Participant ${participantId} has neither agent nor number.`);
  return { identity: clientIdentity(wanted.agentId), parameters: { callId, participantId } };
}
