import type { Call } from "@twilio/voice-sdk";
import { QualityWindow, type QualitySample } from "./call-quality";
import type { Levels } from "./phone-commands";
import type { PhoneEvent } from "./phone-reducer";
import { explainVoiceError } from "./voice-errors";

export interface LegPorts {
  emit(event: PhoneEvent): void;
  levels(levels: Levels): void;
  now(): number;
}

/** From accept to sound; after that the call is given up and the person told. */
const ACCEPT_TIMEOUT_MS = 20_000;

/** One call of the SDK, turned into events of the phone. */
export class VoiceLeg {
  readonly callSid: string;
  private over = false;
  private acceptTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly quality = new QualityWindow();

  constructor(
    private readonly call: Call,
    private readonly ports: LegPorts,
    private readonly onOver: () => void,
    /** Set when this phone calls out. */
    outgoing?: { callId: string; to: string },
  ) {
    // A call that this phone makes has no SID before it is answered.
    this.callSid = call.parameters["CallSid"] ?? call.outboundConnectionId ?? "";
    this.listen();
    ports.emit({
      type: "leg_ringing",
      leg: {
        callSid: this.callSid,
        from: outgoing?.to ?? call.customParameters.get("from") ?? call.parameters["From"] ?? "",
        callId: outgoing?.callId ?? call.customParameters.get("callId") ?? null,
      },
      atMs: ports.now(),
    });
    if (outgoing !== undefined) this.phase("connecting");
  }

  accept(): void {
    this.phase("connecting");
    this.acceptTimer = setTimeout(() => {
      this.trouble("The call could not be connected in time.", "The caller keeps their place and is offered again.");
      this.call.disconnect();
      this.end();
    }, ACCEPT_TIMEOUT_MS);
    this.call.accept();
  }

  reject(): void {
    this.call.reject();
    this.end();
  }

  hangUp(): void {
    this.call.disconnect();
  }

  mute(muted: boolean): void {
    this.call.mute(muted);
  }

  sendDigits(digits: string): void {
    this.call.sendDigits(digits);
  }

  private listen(): void {
    const { call, ports, callSid } = this;
    call.on("accept", () => {
      clearTimeout(this.acceptTimer);
      this.phase("open");
      this.watchMicrophone();
    });
    call.on("reconnecting", () => this.phase("reconnecting"));
    call.on("reconnected", () => this.phase("open"));
    call.on("mute", (muted: boolean) => ports.emit({ type: "leg_muted", callSid, muted }));
    call.on("volume", (input: number, output: number) => ports.levels({ input, output }));
    call.on("sample", (sample: QualitySample) =>
      ports.emit({ type: "leg_quality", callSid, quality: this.quality.add(sample) }),
    );
    for (const last of ["cancel", "reject", "disconnect"] as const) call.on(last, () => this.end());
    call.on("error", (error: { code?: number }) => this.failed(error.code));
  }

  private failed(code: number | undefined): void {
    const { message, remedy, problem } = explainVoiceError(code);
    if (problem === "mic_denied") this.ports.emit({ type: "microphone", microphone: "denied" });
    if (problem === "mic_missing") this.ports.emit({ type: "microphone", microphone: "missing" });
    this.trouble(message, remedy);
    // An open call outlives a lost signalling socket: the SDK says "disconnect" itself when it gives up.
    if (this.call.status() === "closed") this.end();
  }

  /** The person must hear of a headset that was pulled out in the middle of a sentence. */
  private watchMicrophone(): void {
    for (const track of this.call.getLocalStream()?.getAudioTracks() ?? []) {
      track.addEventListener("ended", () => {
        if (this.over) return;
        this.ports.emit({ type: "microphone", microphone: "missing" });
        this.trouble(
          "The microphone was disconnected: the caller cannot hear you.",
          "Plug it in again or choose another one.",
        );
      });
    }
  }

  private phase(phase: "connecting" | "open" | "reconnecting"): void {
    if (!this.over) this.ports.emit({ type: "leg_phase", callSid: this.callSid, phase, atMs: this.ports.now() });
  }

  private trouble(message: string, remedy: string): void {
    this.ports.emit({ type: "trouble", message, remedy });
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.acceptTimer);
    this.ports.levels({ input: 0, output: 0 });
    this.ports.emit({ type: "leg_ended", callSid: this.callSid, atMs: this.ports.now() });
    this.onOver();
  }
}
