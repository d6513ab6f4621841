import type {
  AudioEndpoint,
  OutgoingFromBrowser,
  RingingClient,
  Signalling,
} from "../../../modules/twilio-simulator/contract";

type Outcome = Awaited<RingingClient["outcome"]>;

/** An endpoint that nobody listens to. */
export function deafEndpoint(): AudioEndpoint & { closed: boolean } {
  return {
    closed: false,
    send: () => undefined,
    onFrame: () => () => undefined,
    onDigit: () => () => undefined,
    close() {
      this.closed = true;
    },
  };
}

export class RingingDevice {
  readonly identity: string;
  readonly invite: { callSid: string; from: string; to: string; params: Record<string, string> };
  cancelled = false;
  hungUp = false;
  private settle: (outcome: Outcome) => void = () => undefined;
  private readonly onHangup = new Set<() => void>();
  readonly client: RingingClient;

  constructor(identity: string, invite: RingingDevice["invite"]) {
    this.identity = identity;
    this.invite = invite;
    const outcome = new Promise<Outcome>((resolve) => {
      this.settle = resolve;
    });
    this.client = {
      outcome,
      cancel: () => {
        this.cancelled = true;
      },
      onHangup: (listener) => {
        this.onHangup.add(listener);
        return () => this.onHangup.delete(listener);
      },
      hangup: () => {
        this.hungUp = true;
      },
    };
  }

  answer(): void {
    this.settle({ kind: "answered", endpoint: deafEndpoint() });
  }

  reject(): void {
    this.settle({ kind: "rejected" });
  }

  fail(reason: string): void {
    this.settle({ kind: "failed", reason });
  }

  noDevice(): void {
    this.settle({ kind: "no-device" });
  }

  hangUpHere(): void {
    for (const listener of this.onHangup) listener();
  }
}

/** Voice SDK devices that do what the test says. */
export class ScriptedSignalling implements Signalling {
  readonly rung: RingingDevice[] = [];
  readonly registered = new Set<string>();
  private handler: (call: OutgoingFromBrowser) => void = () => undefined;

  ring(identity: string, invite: RingingDevice["invite"]): RingingClient {
    const device = new RingingDevice(identity, invite);
    this.rung.push(device);
    if (!this.registered.has(identity)) device.noDevice();
    return device.client;
  }

  registeredIdentities(): string[] {
    return [...this.registered];
  }

  onOutgoing(handler: (call: OutgoingFromBrowser) => void): void {
    this.handler = handler;
  }

  /** A browser makes a call; gives back what it was told. */
  dialFrom(details: Pick<OutgoingFromBrowser, "callSid" | "from" | "to" | "params" | "applicationSid">) {
    const told: string[] = [];
    const listeners = new Set<() => void>();
    this.handler({
      ...details,
      endpoint: Promise.resolve(deafEndpoint()),
      ringing: () => told.push("ringing"),
      answered: () => told.push("answered"),
      hangup: (error) => told.push(error ? `hangup ${error.code}` : "hangup"),
      onHangup: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      caption: (text) => told.push(`caption ${text}`),
      progress: (state, detail) => told.push(detail === undefined ? state : `${state} ${detail}`),
    });
    return {
      told,
      hangUp: () => {
        for (const listener of listeners) listener();
      },
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
