import { Worker } from "node:worker_threads";
import { SAMPLE_RATE_HZ } from "../contract";
import { rms, toSample } from "./frames";
import { resample } from "./resample";

const LONGEST_TEXT = 4_096;
const SYNTHESIS_TIMEOUT_MS = 20_000;
const MOST_JOBS_WAITING = 64;
/** 16 MB of samples: about 17 minutes of announcements. */
const CACHE_SAMPLES = 8 * 1_024 * 1_024;
/** A little slower than eSpeak's 175: telephones take away the high frequencies that consonants live on. */
const WORDS_PER_MINUTE = 155;
/** About -21 dBFS, the usual level of speech on the line, unless the peaks would clip. */
const TARGET_RMS = 0.09;
const HIGHEST_PEAK = 29_000;

/** What eSpeak calls the commonest regions that it knows under another name. */
const VOICE_OF_LANGUAGE = new Map([
  ["en", "en-us"],
  ["en-gb", "en"],
  ["en-au", "en"],
  ["es-es", "es"],
  ["es-mx", "es-419"],
  ["es-us", "es-419"],
]);

type Answer = { id: number; samples: Int16Array; sampleRateHz: number } | { id: number; error: string };

interface Waiting {
  resolve(speech: { samples: Int16Array; sampleRateHz: number }): void;
  reject(reason: Error): void;
  timer: NodeJS.Timeout;
}

export interface SpeechOptions {
  /** A BCP 47 tag: "en", "de-DE". */
  language: string;
  /** TwiML's voice: "woman" takes a higher voice, everything else the language's own. */
  voice?: string;
}

/** Voices to try for a language, best first: its region, its plain language. */
function voicesOf({ language, voice }: SpeechOptions): string[] {
  const tag = language.toLowerCase();
  const base = tag.split("-")[0] ?? tag;
  const variant = voice === "woman" ? "+f3" : "";
  return [VOICE_OF_LANGUAGE.get(tag) ?? tag, VOICE_OF_LANGUAGE.get(base) ?? base].map((name) => name + variant);
}

/** Takes out what the synthesiser would read as markup ("<...>") or as phonemes ("[[...]]"). */
function plain(text: string): string {
  return text
    .replace(/[<>[\]]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function normaliseLoudness(samples: Int16Array): Int16Array {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  if (peak === 0) return samples;
  const gain = Math.min(TARGET_RMS / rms(samples), HIGHEST_PEAK / peak);
  return samples.map((sample) => toSample(sample * gain));
}

/** Turns text into speech at 8 kHz in a worker thread; the same sentence is computed once. */
export class Speech {
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private readonly cache = new Map<string, Promise<Int16Array>>();
  private cachedSamples = 0;
  private nextId = 1;
  private closed = false;

  /**
   * Samples at 8 kHz.
   * @throws Error (as a rejection) for text that is empty or over 4,096 characters, for a language without a voice,
   *   when more than 64 sentences wait, and when the synthesiser takes longer than 20 s
   */
  say(text: string, options: SpeechOptions): Promise<Int16Array> {
    const words = plain(text);
    if (words === "") return Promise.reject(new Error("There is nothing to say."));
    if (text.length > LONGEST_TEXT)
      return Promise.reject(
        new Error(`Text of ${text.length} characters is too long to say; the limit is ${LONGEST_TEXT}.`),
      );
    const voices = voicesOf(options);
    const key = `${voices.join()} ${words}`;
    const known = this.cache.get(key);
    if (known) {
      // Moved to the end: the map's order is the order of use.
      this.cache.delete(key);
      this.cache.set(key, known);
      return known;
    }
    const made = this.make(words, voices);
    this.cache.set(key, made);
    made.then(
      (samples) => this.keepWithin(samples.length),
      () => this.cache.delete(key),
    );
    return made;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.dismiss(new Error("The carrier is closing."));
  }

  private async make(text: string, voices: string[]): Promise<Int16Array> {
    const { samples, sampleRateHz } = await this.synthesise(text, voices);
    return normaliseLoudness(await resample(samples, sampleRateHz, SAMPLE_RATE_HZ));
  }

  private synthesise(text: string, voices: string[]): Promise<{ samples: Int16Array; sampleRateHz: number }> {
    if (this.closed) return Promise.reject(new Error("The carrier is closing."));
    if (this.waiting.size >= MOST_JOBS_WAITING) return Promise.reject(new Error("Too much to say at once."));
    const worker = (this.worker ??= this.hire());
    const id = this.nextId;
    this.nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => void this.dismiss(new Error("Speech took longer than 20 s.")),
        SYNTHESIS_TIMEOUT_MS,
      );
      this.waiting.set(id, { resolve, reject, timer });
      worker.postMessage({ id, text, voices, wordsPerMinute: WORDS_PER_MINUTE });
    });
  }

  private hire(): Worker {
    const worker = new Worker(new URL("./speech-worker.ts", import.meta.url));
    // Jobs are watched over by their timers; an idle synthesiser must not keep the process alive.
    worker.unref();
    worker.on("message", (answer: Answer) => {
      const job = this.waiting.get(answer.id);
      if (!job) return;
      this.waiting.delete(answer.id);
      clearTimeout(job.timer);
      if ("error" in answer) job.reject(new Error(answer.error));
      else job.resolve(answer);
    });
    worker.on("error", (error) => {
      if (this.worker === worker) void this.dismiss(error instanceof Error ? error : new Error(String(error)));
    });
    return worker;
  }

  /** Ends the thread and everything that waits for it; the next sentence starts another. */
  private async dismiss(reason: Error): Promise<void> {
    const worker = this.worker;
    this.worker = null;
    for (const job of this.waiting.values()) {
      clearTimeout(job.timer);
      job.reject(reason);
    }
    this.waiting.clear();
    await worker?.terminate();
  }

  private keepWithin(added: number): void {
    this.cachedSamples += added;
    for (const [key, oldest] of this.cache) {
      if (this.cachedSamples <= CACHE_SAMPLES) return;
      this.cache.delete(key);
      void oldest.then(
        (samples) => (this.cachedSamples -= samples.length),
        () => undefined,
      );
    }
  }
}
