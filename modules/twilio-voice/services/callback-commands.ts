import { systemActor } from "@/lib/principal";
import type { CallbackAttemptsService } from "@/modules/call-queue/services/callback-attempts.service";
import type { CarrierPort } from "../domain/carrier";
import type { CommandOutcome, CommandPayloads } from "../domain/carrier-commands";
import type { VoiceUrls } from "../domain/voice-urls";

type Dial = CommandPayloads["dial_callback"];

const DONE: CommandOutcome = { kind: "done" };
const MOOT: CommandOutcome = { kind: "moot" };
const actor = systemActor("carrier-commands");

export interface KnownLegs {
  /** Of these legs, those that nobody of the house knows. */
  unknownLegs(callSids: readonly string[]): Promise<string[]>;
}

/** Rings customers who are called back: one of them once for each agent who waits. */
export class CallbackCommands {
  constructor(
    private readonly carrier: CarrierPort,
    private readonly urls: VoiceUrls,
    private readonly attempts: CallbackAttemptsService,
    private readonly legs: KnownLegs,
  ) {}

  /** One attempt. After an unknown outcome the carrier is looked at first: nobody is rung twice. */
  async dial({ entryId, offerId, ringSeconds }: Dial, outcomeUnknown: boolean): Promise<CommandOutcome> {
    const wanted = await this.attempts.wantedDial(entryId, offerId, actor);
    if (!wanted) return MOOT;
    if (wanted.callSid !== undefined) return DONE;
    const [found] = outcomeUnknown ? await this.legs.unknownLegs(await this.carrier.findDials(wanted.to)) : [];
    const callSid =
      found ??
      (
        await this.carrier.dial({
          to: wanted.to,
          from: wanted.from,
          url: this.urls.callbackLeg(entryId, offerId),
          statusUrl: this.urls.callbackLegStatus(entryId, offerId),
          timeoutSeconds: ringSeconds,
          ...(wanted.detection === undefined ? {} : { detection: { mode: wanted.detection } }),
        })
      ).callSid;
    await this.attempts.placed(entryId, offerId, callSid);
    return DONE;
  }

  /** The carrier will not ring this number, or has not for too long. */
  async giveUp({ entryId, offerId }: Dial): Promise<void> {
    await this.attempts.unreachable(entryId, offerId, actor);
  }
}
