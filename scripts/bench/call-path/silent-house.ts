import { setTimeout as delay } from "node:timers/promises";
import type { LegAudio, Mix } from "../../../modules/twilio-simulator/contract";
import { SilentLeg, SilentMedia } from "@/tests/support/carrier/silent-media";

/** A leg that tells when it is no longer alone in its room. */
class MeetingLeg extends SilentLeg {
  constructor(
    callSid: string,
    private readonly met: (legs: readonly SilentLeg[]) => void,
    private readonly gone: () => void,
  ) {
    super(callSid);
  }

  override join(mix: Mix, options?: { coaching: LegAudio }): void {
    super.join(mix, options);
    if (this.mix?.legs.size === 2) this.met([...this.mix.legs]);
  }

  override close(): void {
    super.close();
    this.gone();
  }
}

/** No sound: everything takes its time, and a caller who has talked with an agent for `talkMs` hangs up. */
export class SilentHouse extends SilentMedia {
  override speechMs = 3_000;

  constructor(
    private readonly talkMs: number,
    override clipMs: number,
    private readonly hangUp: (callSid: string) => void,
  ) {
    super();
  }

  override createLeg(callSid: string): SilentLeg {
    const leg = new MeetingLeg(
      callSid,
      (legs) => this.talk(legs),
      () => this.legs.delete(callSid),
    );
    this.legs.set(callSid, leg);
    return leg;
  }

  private talk(legs: readonly SilentLeg[]): void {
    // A scripted caller has nobody at the far end; a softphone has.
    const caller = legs.find((leg) => leg.endpoint === null);
    if (caller) void delay(this.talkMs).then(() => this.hangUp(caller.callSid));
  }
}
