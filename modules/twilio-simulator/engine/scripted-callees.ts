import type { CalleeBehaviour } from "../configuration";

export interface CalleeScript {
  behaviour: CalleeBehaviour;
  /** Milliseconds of ringing before it. */
  delayMs: number;
}

/** "machine": an answering machine answers. */
export type CalleeDecision = "answer" | "decline" | "busy" | "machine";

/** People behind telephone numbers whom nobody plays by hand: what they do when rung, and orders to one who rings now. */
export class ScriptedCallees {
  private readonly byNumber = new Map<string, CalleeScript>();
  private readonly ringing = new Map<string, (decision: CalleeDecision) => void>();
  private everyone: CalleeScript;

  constructor(everyone: CalleeScript) {
    this.everyone = everyone;
  }

  /** Sets what one number does from now on; without a number, what all others do. */
  script(number: string | undefined, script: CalleeScript): void {
    if (number === undefined) this.everyone = script;
    else this.byNumber.set(number, script);
  }

  scriptFor(number: string): CalleeScript {
    return this.byNumber.get(number) ?? this.everyone;
  }

  /** Waits for an order from the control API to this ringing call. `stop` must be called when the ringing is over. */
  listen(callSid: string): { decision: Promise<CalleeDecision>; stop(): void } {
    const decision = new Promise<CalleeDecision>((resolve) => this.ringing.set(callSid, resolve));
    return { decision, stop: () => this.ringing.delete(callSid) };
  }

  /** Has a ringing callee do something now; false when that call does not ring at a scripted callee. */
  order(callSid: string, decision: CalleeDecision): boolean {
    const decide = this.ringing.get(callSid);
    decide?.(decision);
    return decide !== undefined;
  }

  reset(everyone: CalleeScript): void {
    this.byNumber.clear();
    this.everyone = everyone;
  }
}
