import { NO_ANSWER, ProblemError, problemOf } from "@/lib/client/problem";
import type { Upload } from "../schemas";

/** Milliseconds without a byte going out or an answer coming in after which nobody is there. */
const SILENCE_MS = 30_000;

const noAnswer = (): ProblemError =>
  new ProblemError(NO_ANSWER, "no_answer", "The connection broke off. Check it, and try again.");

/**
 * Brings a file to where a signed upload says, telling how far it is. By XMLHttpRequest: fetch() does not tell. Throws
 * ProblemError, and the signal's reason when it was given up.
 */
export function sendBytes(
  { method, url, headers }: Upload,
  file: Blob,
  { onSent, signal }: { onSent: (bytes: number) => void; signal: AbortSignal },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const request = new XMLHttpRequest();
  let silence: ReturnType<typeof setTimeout> | undefined;
  const alive = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => request.abort(), SILENCE_MS);
  };
  const giveUp = (): void => request.abort();
  signal.addEventListener("abort", giveUp, { once: true });
  request.open(method, url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded }) => {
    alive();
    onSent(loaded);
  };
  request.onload = () => {
    if (request.status < 300) resolve();
    else void problemOf(new Response(request.responseText, { status: request.status })).then(reject);
  };
  request.onerror = () => reject(noAnswer());
  request.onabort = () => reject(signal.aborted ? signal.reason : noAnswer());
  request.onloadend = () => {
    clearTimeout(silence);
    signal.removeEventListener("abort", giveUp);
  };
  alive();
  request.send(file);
  return promise;
}
