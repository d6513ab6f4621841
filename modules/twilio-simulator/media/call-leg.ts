import type { AudioEndpoint, AudioSource, Frame, LegAudio, Mix } from "../contract";
import { SILENCE } from "./frames";
import { MixingRoom, type RoomMember } from "./mixing-room";
import { SoundHistory } from "./sound-history";

/** 200 ms: an endpoint that delivers in bursts is evened out up to here, older sound is dropped. */
const MOST_WAITING_FRAMES = 10;

/** A source that goes one way, until it ends or is stopped. */
interface Playing {
  source: AudioSource;
  settle(end: "ended" | "stopped"): void;
  fail(error: unknown): void;
}

/** The sound of one leg, moved on by the media plane in three steps every 20 ms: listen, (rooms add up), speak. */
export class CallLeg implements LegAudio, RoomMember {
  readonly callSid: string;
  private readonly onClose: (leg: CallLeg) => void;
  private readonly heardHistory = new SoundHistory();
  private readonly saidHistory = new SoundHistory();
  private readonly digitListeners = new Set<(digit: string) => void>();
  private readonly waiting: Frame[] = [];
  private endpoint: AudioEndpoint | null = null;
  private detach: (() => void) | null = null;
  private playing: Playing | null = null;
  private saying: Playing | null = null;
  private room: MixingRoom | null = null;
  private pupil: CallLeg | null = null;
  private saidNow: Frame | null = null;
  private muted = false;
  private closed = false;

  constructor(callSid: string, onClose: (leg: CallLeg) => void) {
    this.callSid = callSid;
    this.onClose = onClose;
  }

  /** @throws Error on a closed leg: the endpoint would never be released */
  attach(endpoint: AudioEndpoint): void {
    if (this.closed) throw new Error(`The sound of call ${this.callSid} is closed.`);
    this.detach?.();
    this.waiting.length = 0;
    this.endpoint = endpoint;
    const stopFrames = endpoint.onFrame((frame) => {
      this.waiting.push(frame);
      if (this.waiting.length > MOST_WAITING_FRAMES) this.waiting.shift();
    });
    const stopDigits = endpoint.onDigit((digit) => this.pressDigit(digit));
    this.detach = () => {
      stopFrames();
      stopDigits();
    };
  }

  play(source: AudioSource, signal?: AbortSignal): Promise<"ended" | "stopped"> {
    this.playing?.settle("stopped");
    return this.begin(source, signal, (now, before) => {
      if (before === null || this.playing === before) this.playing = now;
    });
  }

  say(source: AudioSource, signal?: AbortSignal): Promise<"ended" | "stopped"> {
    this.saying?.settle("stopped");
    return this.begin(source, signal, (now, before) => {
      if (before === null || this.saying === before) this.saying = now;
    });
  }

  /** `set` is told what goes on now, and what went on before (null at the beginning). */
  private begin(
    source: AudioSource,
    signal: AbortSignal | undefined,
    set: (now: Playing | null, before: Playing | null) => void,
  ): Promise<"ended" | "stopped"> {
    if (this.closed || signal?.aborted) return Promise.resolve("stopped");
    return new Promise((resolve, reject) => {
      const abort = (): void => playing.settle("stopped");
      const finish = (): void => {
        signal?.removeEventListener("abort", abort);
        set(null, playing);
      };
      const playing: Playing = {
        source,
        settle: (end) => {
          finish();
          resolve(end);
        },
        fail: (error) => {
          finish();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      set(playing, null);
    });
  }

  /** @throws TypeError for a mix of another media plane */
  join(mix: Mix, options?: { coaching: LegAudio }): void {
    if (!(mix instanceof MixingRoom)) throw new TypeError("The mix was not made by this media plane.");
    if (this.closed) return;
    this.leave();
    this.pupil = options?.coaching instanceof CallLeg ? options.coaching : null;
    this.playing?.settle("stopped");
    this.room = mix;
    mix.enter(this);
  }

  leave(): void {
    this.room?.exit(this);
    this.room = null;
    this.pupil = null;
  }

  coaches(): CallLeg | null {
    return this.pupil;
  }

  putOut(): void {
    this.room = null;
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
  }

  onDigit(listener: (digit: string) => void): () => void {
    this.digitListeners.add(listener);
    return () => this.digitListeners.delete(listener);
  }

  pressDigit(digit: string): void {
    for (const listener of [...this.digitListeners]) listener(digit);
  }

  levels(): { heard: number; said: number } {
    return { heard: this.heardHistory.level(), said: this.saidHistory.level() };
  }

  exportWav(which: "heard" | "said"): Buffer {
    return (which === "heard" ? this.heardHistory : this.saidHistory).toWav();
  }

  /** Takes the next 20 ms from the far end. */
  listen(): void {
    this.saidNow = this.waiting.shift() ?? nextOf(this.saying);
    this.saidHistory.add(this.saidNow ?? SILENCE);
  }

  contribution(): Frame | null {
    return this.muted ? null : this.saidNow;
  }

  /** Sends the next 20 ms to the far end. */
  speak(): void {
    const frame = this.nextFrame();
    this.heardHistory.add(frame);
    this.endpoint?.send(frame);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.playing?.settle("stopped");
    this.saying?.settle("stopped");
    this.leave();
    this.detach?.();
    this.endpoint?.close();
    this.endpoint = null;
    this.digitListeners.clear();
    this.onClose(this);
  }

  private nextFrame(): Frame {
    const frame = nextOf(this.playing);
    if (frame) return frame;
    return this.room?.heardBy(this) ?? SILENCE;
  }
}

/** The next 20 ms of what goes on; null at its end, and when nothing does. */
function nextOf(playing: Playing | null): Frame | null {
  if (!playing) return null;
  try {
    const frame = playing.source.read();
    if (frame) return frame;
    playing.settle("ended");
  } catch (error) {
    playing.fail(error);
  }
  return null;
}
