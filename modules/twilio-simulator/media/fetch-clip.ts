import { SAMPLE_RATE_HZ } from "../contract";
import { resample } from "./resample";
import { decodeWav } from "./wav";

const FETCH_TIMEOUT_MS = 10_000;
const LARGEST_CLIP_BYTES = 10 * 1_024 * 1_024;

/**
 * Fetches a WAV file and converts it to 8 kHz.
 * @throws Error saying why it can't be played: address, status, size, encoding, or no answer within 10 s
 */
export async function fetchClipSamples(address: string): Promise<Int16Array> {
  const url = new URL(address);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new Error(`Only http and https can be played, not ${url.protocol}`);
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${address} answered with status ${response.status}.`);
  }
  const recording = decodeWav(await readBounded(response, address));
  return resample(recording.samples, recording.sampleRateHz, SAMPLE_RATE_HZ);
}

async function readBounded(response: Response, address: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest of the download.
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > LARGEST_CLIP_BYTES) throw new Error(`${address} is larger than 10 MB.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
