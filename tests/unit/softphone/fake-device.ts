import { EventEmitter } from "node:events";
import type { Device } from "@twilio/voice-sdk";

/** A call of the SDK as far as the softphone uses it; the test plays the carrier. */
export class FakeCall extends EventEmitter {
  readonly parameters: Record<string, string>;
  readonly customParameters: Map<string, string>;
  readonly did: string[] = [];
  state = "pending";

  constructor(callSid: string, callId?: string) {
    super();
    this.parameters = { CallSid: callSid, From: "+15550100100" };
    this.customParameters = new Map(callId === undefined ? [] : [["callId", callId]]);
  }

  accept(): void {
    this.did.push("accept");
    this.state = "connecting";
  }
  reject(): void {
    this.did.push("reject");
    this.state = "closed";
    this.emit("reject");
  }
  ignore(): void {
    this.did.push("ignore");
  }
  disconnect(): void {
    this.did.push("disconnect");
    this.state = "closed";
    this.emit("disconnect");
  }
  mute(muted: boolean): void {
    this.emit("mute", muted);
  }
  status(): string {
    return this.state;
  }
  getLocalStream(): undefined {
    return undefined;
  }
  opens(): void {
    this.state = "open";
    this.emit("accept");
  }
}

/** The SDK's device as far as the softphone uses it. `onRegister` says what registering comes to. */
export class FakeDevice extends EventEmitter {
  state = "unregistered";
  readonly audio = null;
  readonly tokens: string[] = [];
  destroyed = false;

  constructor(
    token: string,
    private readonly onRegister: (device: FakeDevice) => Promise<void>,
  ) {
    super();
    this.tokens.push(token);
  }

  async register(): Promise<void> {
    await this.onRegister(this);
    this.state = "registered";
    this.emit("registered");
  }
  updateToken(token: string): void {
    this.tokens.push(token);
  }
  /** What dialling out comes to. */
  onConnect: () => Promise<FakeCall> = () => Promise.reject(new Error("nobody is there"));
  dialled: Record<string, string> | undefined;

  connect({ params }: { params: Record<string, string> }): Promise<FakeCall> {
    this.dialled = params;
    return this.onConnect();
  }
  destroy(): void {
    this.destroyed = true;
    this.state = "destroyed";
  }
  loses(): void {
    this.state = "unregistered";
    this.emit("unregistered");
  }
  returns(): void {
    this.state = "registered";
    this.emit("registered");
  }
  asSdk(): Device {
    return this as unknown as Device;
  }
}
