/**
 * What the carrier's engine (calls, TwiML, REST, webhooks) and its media plane (WebRTC peers, sound, Voice SDK
 * signalling, telephone page) know of each other. The engine never touches SDP or samples; the media plane never
 * touches TwiML or webhooks.
 */

/** 20 ms of 8 kHz mono linear PCM: always 160 samples of 16 bits. */
export type Frame = Int16Array;
export const SAMPLE_RATE_HZ = 8_000;
export const FRAME_SAMPLES = 160;
export const FRAME_MS = 20;

/** Sound that can be read frame by frame; null at its end. Endless sources (music) never end. */
export interface AudioSource {
  read(): Frame | null;
}

/** The far end of one call leg: a browser (softphone or telephone page), or nothing at all for scripted callers. */
export interface AudioEndpoint {
  send(frame: Frame): void;
  onFrame(listener: (frame: Frame) => void): () => void;
  /** Keys pressed at the far end: 0-9 * #. */
  onDigit(listener: (digit: string) => void): () => void;
  close(): void;
}

/** A room in which everybody hears everybody else. */
export interface Mix {
  /** Keeps what is said in the room from now on. */
  record(): MixRecorder;
  close(): void;
}

/** What becomes of a recording while it is paused. */
export type PauseBehavior = "skip" | "silence";

export interface MixRecorder {
  /**
   * Paused by "skip" nothing is kept and the recording goes on behind what was kept before; paused by "silence" it keeps
   * silence for as long. `false` goes on.
   */
  setPaused(paused: PauseBehavior | false): void;
  /** Seconds kept so far. */
  seconds(): number;
  /** Ends it; answers a WAV file (PCM, 16 bits, 8 kHz, mono). */
  stop(): Buffer;
}

/**
 * The sound of one call leg: at any moment it hears silence, one source, or a mix. Paced in real time (20 ms) whether
 * or not an endpoint is attached, so that scripted callers experience the same timing as people.
 */
export interface LegAudio {
  attach(endpoint: AudioEndpoint): void;
  /**
   * Plays until the source ends (resolves "ended"), or the signal aborts or something else is played ("stopped").
   * Played to a leg that is in a mix, the source covers the mix for that leg alone until it ends (an announcement, a
   * whisper); the leg's own voice stays in the mix. Rejects when the source throws.
   */
  play(source: AudioSource, signal?: AbortSignal): Promise<"ended" | "stopped">;
  /**
   * Enters a mix (and leaves the one before). With `coaching`, what this leg says reaches only that one leg of the mix
   * (whisper), while this leg still hears everybody.
   */
  join(mix: Mix, options?: { coaching: LegAudio }): void;
  leave(): void;
  setMuted(muted: boolean): void;
  onDigit(listener: (digit: string) => void): () => void;
  /**
   * Has the far end of a scripted call speak: what the source holds is said on this leg, 20 ms at a time. Resolves at its
   * end, or when the signal aborts, the leg closes or something else is said.
   */
  say(source: AudioSource, signal?: AbortSignal): Promise<"ended" | "stopped">;
  /** Feeds a key pressed by a scripted caller; reaches the same listeners as a real one. */
  pressDigit(digit: string): void;
  /** Mean energy (root mean square, 0..1) of what the leg heard and said during the last second, for tests and meters. */
  levels(): { heard: number; said: number };
  /** The last 10 s of what the leg heard or said as a WAV file (PCM, 16 bits, 8 kHz, mono); shorter for a young leg. */
  exportWav(which: "heard" | "said"): Buffer;
  close(): void;
}

export interface MediaPlane {
  createLeg(callSid: string): LegAudio;
  createMix(name: string): Mix;
  /** Speech synthesised without network or root; rejects when the text is empty or over 4,096 characters. */
  speak(text: string, options: { language: string; voice?: string }): Promise<AudioSource>;
  /** Fetches (10 s, 10 MB at most) and decodes a WAV file; rejects with a reason when it can't. */
  fetchClip(url: string): Promise<AudioSource>;
  /** Endless, gentle, synthesised music. */
  holdMusic(): AudioSource;
  ringback(): AudioSource;
  close(): Promise<void>;
}

/** A browser's Voice SDK device being rung for one call leg. */
export interface RingingClient {
  /** Resolves once: what the person or the device did. "no-device": nobody is registered under that identity. */
  outcome: Promise<
    | { kind: "answered"; endpoint: AudioEndpoint }
    | { kind: "rejected" }
    | { kind: "failed"; reason: string }
    | { kind: "no-device" }
  >;
  /** Stops the ringing everywhere; harmless after the outcome. */
  cancel(): void;
  /** After an answer: the far end hung up or vanished (socket gone past the reconnect time). */
  onHangup(listener: () => void): () => void;
  /** After an answer: ends the leg in the browser. */
  hangup(): void;
}

/** An outgoing call made by a browser: device.connect() of the Voice SDK, or the telephone page's dial button. */
export interface OutgoingFromBrowser {
  callSid: string;
  /** "client:IDENTITY" for the SDK, a phone number in E.164 for the telephone page. */
  from: string;
  /** The number dialled on the telephone page; undefined for SDK calls (the TwiML App decides). */
  to: string | undefined;
  /** Custom parameters of device.connect({ params }). */
  params: Record<string, string>;
  /** Present for SDK calls: SID of the TwiML App from the token's voice grant. */
  applicationSid: string | undefined;
  endpoint: Promise<AudioEndpoint>;
  /** Tells the browser that the far end rings or that the call is up. */
  ringing(): void;
  answered(): void;
  hangup(error?: { code: number; message: string }): void;
  onHangup(listener: () => void): () => void;
  /**
   * Shows on the telephone page what the caller hears now: the text of a Say, the address of a Play, or a short note
   * such as "Hold music". At most 4,096 characters; harmless for SDK calls, which have no place to show it.
   */
  caption(text: string): void;
  /**
   * Tells the telephone page where the call is, for its state line; `detail` is a name to show (queue or conference).
   * Harmless for SDK calls. Before `answered()` the page shows "Calling" and "Ringing" by itself.
   */
  progress(state: "in_progress" | "in_queue" | "in_conference", detail?: string): void;
}

/** Voice SDK signalling over WebSocket, and the telephone page's own. */
export interface Signalling {
  ring(
    identity: string,
    invite: { callSid: string; from: string; to: string; params: Record<string, string> },
  ): RingingClient;
  registeredIdentities(): string[];
  /** The engine says where browser-made calls go. Set once at start. */
  onOutgoing(handler: (call: OutgoingFromBrowser) => void): void;
  close(): Promise<void>;
}

/** Credentials that the carrier shares with the product through the environment, as a real account would. */
export interface Account {
  accountSid: string;
  authToken: string;
  apiKeySid: string;
  apiKeySecret: string;
  /** The TwiML App that device.connect() goes to. */
  applicationSid: string;
  /** Numbers the account owns, in E.164. */
  phoneNumbers: string[];
}
