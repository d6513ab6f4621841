import { clock } from "../../../modules/twilio-simulator/clock";
import type {
  AudioEndpoint,
  AudioSource,
  Frame,
  LegAudio,
  MediaPlane,
  Mix,
  MixRecorder,
} from "../../../modules/twilio-simulator/contract";

/** A source that only knows how long it lasts. */
class TimedSource implements AudioSource {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  read(): Frame | null {
    return null;
  }
}

export class SilentMix implements Mix {
  readonly name: string;
  readonly legs = new Set<SilentLeg>();
  closed = false;
  constructor(name: string) {
    this.name = name;
  }
  record(): MixRecorder {
    // A message is long enough to be written down; a conversation is short.
    const seconds = this.name.startsWith("the recording of") ? 3 : 1;
    return { setPaused: () => undefined, seconds: () => seconds, stop: () => Buffer.from("RIFF") };
  }

  close(): void {
    this.closed = true;
    for (const leg of [...this.legs]) leg.leave();
  }
}

export class SilentLeg implements LegAudio {
  readonly callSid: string;
  mix: SilentMix | null = null;
  coaching: LegAudio | null = null;
  muted = false;
  closed = false;
  endpoint: AudioEndpoint | null = null;
  playing: { stop(): void } | null = null;
  readonly listeners = new Set<(digit: string) => void>();

  constructor(callSid: string) {
    this.callSid = callSid;
  }

  attach(endpoint: AudioEndpoint): void {
    this.endpoint = endpoint;
    endpoint.onDigit((digit) => this.pressDigit(digit));
  }

  say(source: AudioSource, signal?: AbortSignal): Promise<"ended" | "stopped"> {
    const ms = source instanceof TimedSource ? source.ms : 0;
    return new Promise((resolve) => {
      const timer = clock.after(ms, () => resolve("ended"));
      const stop = (): void => {
        timer.cancel();
        resolve("stopped");
      };
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  play(source: AudioSource, signal?: AbortSignal): Promise<"ended" | "stopped"> {
    this.playing?.stop();
    if (this.closed || signal?.aborted) return Promise.resolve("stopped");
    const ms = source instanceof TimedSource ? source.ms : 0;
    return new Promise((resolve) => {
      const finish = (end: "ended" | "stopped"): void => {
        timer?.cancel();
        signal?.removeEventListener("abort", stop);
        this.playing = null;
        resolve(end);
      };
      const stop = (): void => finish("stopped");
      const timer = ms === Infinity ? undefined : clock.after(ms, () => finish("ended"));
      signal?.addEventListener("abort", stop, { once: true });
      this.playing = { stop };
    });
  }

  join(mix: Mix, options?: { coaching: LegAudio }): void {
    if (!(mix instanceof SilentMix)) throw new TypeError("another plane's mix");
    this.leave();
    this.playing?.stop();
    if (this.closed) return;
    this.mix = mix;
    this.coaching = options?.coaching ?? null;
    mix.legs.add(this);
  }

  leave(): void {
    this.mix?.legs.delete(this);
    this.mix = null;
    this.coaching = null;
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
  }

  onDigit(listener: (digit: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  pressDigit(digit: string): void {
    for (const listener of [...this.listeners]) listener(digit);
  }

  levels(): { heard: number; said: number } {
    return { heard: 0, said: 0 };
  }

  exportWav(): Buffer {
    return Buffer.from("RIFF");
  }

  close(): void {
    this.closed = true;
    this.playing?.stop();
    this.leave();
    this.endpoint?.close();
  }
}

/** A media plane without sound: everything takes its time, nothing is heard. */
export class SilentMedia implements MediaPlane {
  readonly legs = new Map<string, SilentLeg>();
  readonly mixes: SilentMix[] = [];
  /** Milliseconds that a spoken text and a clip take. */
  speechMs = 30;
  clipMs = 50;

  createLeg(callSid: string): SilentLeg {
    const leg = new SilentLeg(callSid);
    this.legs.set(callSid, leg);
    return leg;
  }

  createMix(name: string): SilentMix {
    const mix = new SilentMix(name);
    this.mixes.push(mix);
    return mix;
  }

  speak(text: string): Promise<AudioSource> {
    return text.trim() === ""
      ? Promise.reject(new Error("nothing to say"))
      : Promise.resolve(new TimedSource(this.speechMs));
  }

  fetchClip(url: string): Promise<AudioSource> {
    return url.includes("missing")
      ? Promise.reject(new Error(`there is no ${url}`))
      : Promise.resolve(new TimedSource(this.clipMs));
  }

  holdMusic(): AudioSource {
    return new TimedSource(Infinity);
  }

  ringback(): AudioSource {
    return new TimedSource(Infinity);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Which calls are in one mix together, by SID. */
  mixOf(callSid: string): string[] {
    return [...(this.legs.get(callSid)?.mix?.legs ?? [])].map((leg) => leg.callSid).sort();
  }

  /** Listeners and sounds that ended calls left behind: must be empty. */
  leaks(): string[] {
    return [...this.legs.values()]
      .filter((leg) => leg.closed && (leg.listeners.size > 0 || leg.playing !== null || leg.mix !== null))
      .map((leg) => leg.callSid);
  }
}
