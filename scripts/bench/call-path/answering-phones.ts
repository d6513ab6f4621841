import { setTimeout as delay } from "node:timers/promises";
import type { OutgoingFromBrowser, RingingClient, Signalling } from "../../../modules/twilio-simulator/contract";
import { deafEndpoint } from "@/tests/support/carrier/scripted-signalling";

/** Milliseconds after which a phone declines that declines everything. */
const DECLINE_MS = 50;

/**
 * Softphones without a browser: each answers what rings it after `answerMs`, and stays until it is hung up; those in
 * `declining` decline at once.
 */
export class AnsweringPhones implements Signalling {
  private readonly identities: string[];

  constructor(
    identities: readonly string[],
    private readonly answerMs: number,
    private readonly declining: ReadonlySet<string>,
  ) {
    this.identities = [...identities];
  }

  ring(identity: string): RingingClient {
    const answered = { kind: "answered", endpoint: deafEndpoint() } as const;
    return {
      outcome: this.declining.has(identity)
        ? delay(DECLINE_MS).then(() => ({ kind: "rejected" }) as const)
        : delay(this.answerMs).then(() => answered),
      cancel: () => undefined,
      onHangup: () => () => undefined,
      hangup: () => undefined,
    };
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
