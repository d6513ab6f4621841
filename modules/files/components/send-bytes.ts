import { NO_ANSWER, ProblemError, problemOf } from "@/lib/client/problem";

/** Milliseconds without a byte going out or an answer coming in after which nobody is there. */
const SILENCE_MS = 30_000;

const noAnswer = (): ProblemError =>
  new ProblemError(NO_ANSWER, "no_answer", "The connection broke off. Check it, and try again.");

interface Destination {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
}

interface Sending {
  onSent: (bytes: number) => void;
  signal: AbortSignal;
  /** Milliseconds that the answer may take once all bytes are there. */
  answerMs?: number;
}

/**
 * Brings a file to where an upload says, telling how far it is, and answers what was answered. By XMLHttpRequest: fetch()
 * does not tell. Throws ProblemError, and the signal's reason when it was given up.
 */
export function sendBytes(
  { method, url, headers }: Destination,
  file: Blob,
  { onSent, signal, answerMs = SILENCE_MS }: Sending,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = new XMLHttpRequest();
  let silence: ReturnType<typeof setTimeout> | undefined;
  const alive = (ms = SILENCE_MS): void => {
    clearTimeout(silence);
    silence = setTimeout(() => request.abort(), ms);
  };
  const giveUp = (): void => request.abort();
  signal.addEventListener("abort", giveUp, { once: true });
  request.open(method, url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded }) => {
    alive();
    onSent(loaded);
  };
  request.upload.onload = () => alive(answerMs);
  request.onload = () => {
    if (request.status < 300) resolve(request.responseText);
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
