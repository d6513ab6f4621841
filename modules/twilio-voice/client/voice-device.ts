import type { Call, Device } from "@twilio/voice-sdk";
import { backoffMs } from "./backoff";
import { deviceOptions } from "./device-options";
import { DeviceAudio } from "./device-audio";
import type { Levels } from "./phone-commands";
import type { PhoneEvent } from "./phone-reducer";
import type { ProblemCode } from "./phone-problems";
import type { DevicePhase } from "./phone-state";
import { explainVoiceError } from "./voice-errors";
import { VoiceLeg } from "./voice-leg";
import { renewTokenInMs } from "./voice-token-clock";

export interface VoiceToken {
  token: string;
  expiresAt: string;
  signalUrl: string | null;
}

export interface VoiceDevicePorts {
  fetchToken(): Promise<VoiceToken>;
  /** Loads the SDK, its signalling redirected when `signalUrl` says so. */
  createDevice(token: VoiceToken, options: Device.Options): Promise<Device>;
  emit(event: PhoneEvent): void;
  levels(levels: Levels): void;
  now(): number;
  random(): number;
}

/** register() never settles on a bad token. */
const REGISTER_TIMEOUT_MS = 10_000;
/** The SDK reconnects by itself; after this long without success the device is made anew. */
const RECONNECT_PATIENCE_MS = 15_000;
const BACKOFF = { firstMs: 1_000, mostMs: 20_000 };
const DEVICE_PROBLEMS: readonly ProblemCode[] = [
  "token_expired",
  "token_failed",
  "registration_failed",
  "signalling_lost",
  "browser_unsupported",
];

/**
 * Keeps one device of the Voice SDK registered for as long as it is wanted: fetches and renews its token, registers
 * with a timeout, makes it anew with growing pauses when it fails, and never while a call is up. Throws nothing; what
 * goes wrong becomes events.
 */
export class VoiceDevice {
  private wanted = false;
  private device: Device | undefined;
  private leg: VoiceLeg | undefined;
  /** The SDK makes a call of this phone's own, and has not handed it over yet. */
  private dialling = false;
  private failures = 0;
  /** Tokens the carrier refused in a row. */
  private refusedTokens = 0;
  /** Grows with each attempt: an older attempt that is still waiting finds that it is no longer meant. */
  private attempt = 0;
  private renewTimer: ReturnType<typeof setTimeout> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ports: VoiceDevicePorts) {}

  audio: DeviceAudio | undefined;

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.failures = 0;
    void this.connect();
  }

  /** Signs the device off; a call that is up ends with it. */
  stop(): void {
    if (!this.wanted) return;
    this.wanted = false;
    this.discard();
    for (const code of DEVICE_PROBLEMS) this.problem(code, false);
    this.phase("off");
  }

  /** The network is back or the tab awake: try at once instead of waiting for the backoff. */
  wake(): void {
    if (this.wanted && this.leg === undefined && this.device?.state !== "registered") void this.connect();
  }

  /**
   * Signs on with the carrier anew and answers what went wrong, or null. A phone in a call is left alone: that it is
   * signed on, the call has shown.
   */
  async signOnAnew(): Promise<ProblemCode | null> {
    if (this.leg !== undefined) return null;
    if (!this.wanted) return "registration_failed";
    this.failures = 0;
    return this.connect();
  }

  /** Dials into a call out, or an offered call. Rejects with a sentence to read when this phone cannot. */
  async dial({ callId, offerId, to }: { callId: string; offerId: string; to: string }): Promise<void> {
    if (this.leg !== undefined || this.dialling) throw new Error("This phone is in a call already.");
    if (this.device?.state !== "registered") throw new Error("The phone is not ready yet. Choose Available first.");
    this.dialling = true;
    try {
      const call = await this.device.connect({ params: { offerId, callId } });
      this.leg = new VoiceLeg(call, this.ports, () => (this.leg = undefined), { callId, to });
    } finally {
      this.dialling = false;
    }
  }

  accept(): void {
    this.currentLeg().accept();
  }
  reject(): void {
    this.currentLeg().reject();
  }
  hangUp(): void {
    this.leg?.hangUp();
  }
  mute(muted: boolean): void {
    this.currentLeg().mute(muted);
  }
  sendDigits(digits: string): void {
    this.currentLeg().sendDigits(digits);
  }

  private currentLeg(): VoiceLeg {
    if (this.leg === undefined) throw new Error("There is no call on this phone any more.");
    return this.leg;
  }

  /** Answers why the device could not be registered; null when it is, or when a later attempt goes on with it. */
  private async connect(): Promise<ProblemCode | null> {
    const attempt = ++this.attempt;
    this.discardDevice();
    this.phase(this.failures === 0 ? "starting" : "reconnecting");
    try {
      const token = await this.token();
      if (attempt !== this.attempt) return null;
      const device = await this.ports.createDevice(token, deviceOptions);
      if (attempt !== this.attempt) {
        device.destroy();
        return null;
      }
      this.device = device;
      this.listen(device, attempt);
      await this.register(device);
      if (attempt === this.attempt) this.registered(token);
      return null;
    } catch (error) {
      return attempt === this.attempt ? this.failed(error) : null;
    }
  }

  private async token(): Promise<VoiceToken> {
    try {
      return await this.ports.fetchToken();
    } catch (cause) {
      throw new DeviceFailure("token_failed", cause);
    }
  }

  private register(device: Device): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new DeviceFailure("registration_failed")), REGISTER_TIMEOUT_MS);
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        done();
      };
      device.once("error", (error: { code?: number }) =>
        settle(() => reject(new DeviceFailure(explainVoiceError(error.code).problem ?? "registration_failed", error))),
      );
      device.register().then(
        () => settle(resolve),
        (error: unknown) => settle(() => reject(new DeviceFailure("registration_failed", error))),
      );
    });
  }

  private registered(token: VoiceToken): void {
    this.failures = 0;
    for (const code of DEVICE_PROBLEMS) this.problem(code, false);
    this.phase("registered");
    this.renewLater(renewTokenInMs(token.expiresAt, this.ports.now()));
  }

  private failed(error: unknown): ProblemCode {
    this.failures += 1;
    const code = error instanceof DeviceFailure ? error.problem : "registration_failed";
    for (const other of DEVICE_PROBLEMS) if (other !== code) this.problem(other, false);
    this.problem(code, true);
    this.discardDevice();
    this.phase("failed");
    if (code !== "browser_unsupported") this.retryLater(backoffMs(this.failures, BACKOFF, this.ports.random));
    return code;
  }

  private listen(device: Device, attempt: number): void {
    const mine = (): boolean => this.attempt === attempt;
    device.on("registered", () => mine() && this.back());
    device.on("unregistered", () => mine() && this.lost());
    device.on("tokenWillExpire", () => mine() && void this.renew());
    device.on("error", (error: { code?: number }) => mine() && this.complain(error.code));
    device.on("incoming", (call: Call) => mine() && this.incoming(call));
    this.audio = new DeviceAudio(device, (audio) => mine() && this.ports.emit({ type: "audio", audio }));
  }

  private incoming(call: Call): void {
    // Another invitation while one rings, or the late ring for the call that is dialled into: the carrier offers the one
    // elsewhere and calls off the other when this phone stays silent.
    if (this.leg !== undefined || this.dialling) return call.ignore();
    this.leg = new VoiceLeg(call, this.ports, () => {
      this.leg = undefined;
    });
  }

  private back(): void {
    this.refusedTokens = 0;
    if (this.failures === 0 && this.retryTimer === undefined) return this.phase("registered");
    this.clearRetry();
    this.problem("signalling_lost", false);
    this.phase("registered");
  }

  private lost(): void {
    if (!this.wanted) return;
    this.problem("signalling_lost", true);
    this.phase("reconnecting");
    this.retryLater(RECONNECT_PATIENCE_MS);
  }

  private complain(code: number | undefined): void {
    const { recovery, problem } = explainVoiceError(code);
    if (recovery === "new_token") {
      if (problem !== null) this.problem(problem, true);
      this.refusedTokens += 1;
      this.renewLater(backoffMs(this.refusedTokens, BACKOFF, this.ports.random));
    }
    // "reconnect" is the SDK's own business until "unregistered" says that it has lost.
  }

  /** Gives the device a fresh token; tried again soon while that fails, for the old one still has some life in it. */
  private async renew(): Promise<void> {
    const attempt = this.attempt;
    try {
      const token = await this.ports.fetchToken();
      if (attempt !== this.attempt || this.device === undefined) return;
      this.device.updateToken(token.token);
      if (this.device.state === "unregistered") await this.register(this.device);
      this.problem("token_expired", false);
      this.problem("token_failed", false);
      this.renewLater(renewTokenInMs(token.expiresAt, this.ports.now()));
    } catch {
      if (attempt !== this.attempt) return;
      this.problem("token_failed", true);
      this.renewLater(backoffMs(3, BACKOFF, this.ports.random));
    }
  }

  private renewLater(inMs: number): void {
    clearTimeout(this.renewTimer);
    this.renewTimer = setTimeout(() => void this.renew(), inMs);
  }

  private retryLater(inMs: number): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      if (!this.wanted) return;
      // A call that is heard is worth more than the registration: look again later.
      if (this.leg !== undefined) return this.retryLater(RECONNECT_PATIENCE_MS);
      if (this.device?.state !== "registered") void this.connect();
    }, inMs);
  }

  private clearRetry(): void {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
  }

  private discard(): void {
    this.attempt += 1;
    this.clearRetry();
    this.discardDevice();
  }

  private discardDevice(): void {
    clearTimeout(this.renewTimer);
    this.clearRetry();
    this.audio?.close();
    this.audio = undefined;
    const device = this.device;
    this.device = undefined;
    device?.destroy();
  }

  private phase(phase: DevicePhase): void {
    this.ports.emit({ type: "device", phase });
  }

  private problem(code: ProblemCode, present: boolean): void {
    this.ports.emit({ type: "problem", code, present });
  }
}

/** Why the device could not be registered. */
export class DeviceFailure extends Error {
  constructor(
    readonly problem: ProblemCode,
    override readonly cause?: unknown,
  ) {
    super(problem);
    this.name = "DeviceFailure";
  }
}
