import { setTimeout as delay } from "node:timers/promises";
import type { OutgoingFromBrowser, RingingClient, Signalling } from "../../../modules/twilio-simulator/contract";
import { deafEndpoint } from "@/tests/support/carrier/scripted-signalling";
import type { DeclineSchedule } from "./decline-schedule";

/**
 * Softphones without a browser: each answers what rings it after `answerMs`, and stays until it is hung up; those in
 * `declining` ring until the schedule has them decline.
 */
export class AnsweringPhones implements Signalling {
  private readonly identities: string[];

  constructor(
    identities: readonly string[],
    private readonly answerMs: number,
    private readonly declining: ReadonlySet<string>,
    private readonly schedule: DeclineSchedule,
  ) {
    this.identities = [...identities];
  }

  ring(identity: string): RingingClient {
    const client = { onHangup: () => () => undefined, hangup: () => undefined };
    if (this.declining.has(identity)) {
      const { promise: outcome, resolve } = Promise.withResolvers<{ kind: "rejected" }>();
      const cancel = this.schedule.rings(() => resolve({ kind: "rejected" }));
      return { ...client, outcome, cancel };
    }
    const answered = { kind: "answered", endpoint: deafEndpoint() } as const;
    return { ...client, outcome: delay(this.answerMs).then(() => answered), cancel: () => undefined };
  }

  registeredIdentities(): string[] {
    return this.identities;
  }

  onOutgoing(_handler: (call: OutgoingFromBrowser) => void): void {
    // These phones dial nobody.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
