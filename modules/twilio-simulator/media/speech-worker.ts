/**
 * Runs the speech synthesiser (eSpeak NG) in a thread of its own: it computes for tens of milliseconds at a stretch,
 * and the frame clock of the main thread must not wait for it. Imports nothing relative, so that Node can start this
 * file as it is.
 */
import { parentPort } from "node:worker_threads";
import createEspeak from "@echogarden/espeak-ng-emscripten";

interface Job {
  id: number;
  text: string;
  /** Voices to try, best first; eSpeak's identifiers such as "en-us" or "de". */
  voices: string[];
  wordsPerMinute: number;
}

const port = parentPort;
if (!port) throw new Error("The speech worker must be started as a worker thread.");

const espeak = await createEspeak();
const synthesiser = new espeak.eSpeakNGWorker();

function synthesise(job: Job): Int16Array<ArrayBuffer> {
  const voice = job.voices.find((name) => synthesiser.set_voice(name) === 0);
  if (voice === undefined) throw new Error(`No voice speaks ${job.voices.join(" or ")}.`);
  synthesiser.set_rate(job.wordsPerMinute);
  const parts: Int16Array[] = [];
  let length = 0;
  synthesiser.synthesize(job.text, (samples) => {
    // The callback hears of the end with null or no samples; returning false means "go on".
    if (samples && samples.length > 0) {
      parts.push(samples);
      length += samples.length;
    }
    return false;
  });
  const all = new Int16Array(new ArrayBuffer(length * 2));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

port.on("message", (job: Job) => {
  try {
    const samples = synthesise(job);
    port.postMessage({ id: job.id, samples, sampleRateHz: synthesiser.get_samplerate() }, [samples.buffer]);
  } catch (error) {
    port.postMessage({ id: job.id, error: error instanceof Error ? error.message : String(error) });
  }
});
