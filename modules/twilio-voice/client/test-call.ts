import type { Call, Device } from "@twilio/voice-sdk";
import { QualityWindow, type QualitySample } from "./call-quality";
import { deviceOptions } from "./device-options";
import type { ProblemCode, Quality } from "./phone-problems";
import type { VoiceToken } from "./voice-device";

export interface TestCallPorts {
  fetchToken(): Promise<VoiceToken>;
  createDevice(token: VoiceToken, options: Device.Options): Promise<Device>;
}

interface Sample extends QualitySample {
  totals: { packetsReceived: number };
}

/** From dialling to sound. */
const CONNECT_MS = 12_000;
/** The SDK measures once a second; the first seconds have no opinion score yet. */
const SAMPLES = 5;
/** The carrier hangs up by itself after a few seconds: the samples may never be complete. */
const LISTEN_MS = 10_000;

/**
 * Calls the carrier and listens for a few seconds: signalling, microphone and sound both ways, on the way that a
 * caller's voice takes. A device of its own, which never registers, so that calls go on ringing the phone itself.
 * Never rejects; an aborted call counts for nothing.
 */
export async function makeTestCall(
  ports: TestCallPorts,
  signal: AbortSignal,
): Promise<{ problem: ProblemCode | null; quality: Quality | null }> {
  let token: VoiceToken;
  try {
    token = await ports.fetchToken();
  } catch {
    return { problem: "token_failed", quality: null };
  }
  let device: Device | undefined;
  try {
    device = await ports.createDevice(token, deviceOptions);
    const call = await device.connect({ params: { deviceTest: "1" } });
    const { heard, quality } = await listen(call, signal);
    return { problem: heard ? null : "preflight_failed", quality };
  } catch {
    return { problem: "preflight_failed", quality: null };
  } finally {
    device?.destroy();
  }
}

/** Gathers the samples of a call until there are enough, it ends, or the time is over. */
function listen(call: Call, signal: AbortSignal): Promise<{ heard: boolean; quality: Quality | null }> {
  return new Promise((resolve) => {
    const window = new QualityWindow();
    let quality: Quality | null = null;
    let heard = false;
    let samples = 0;
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve({ heard, quality });
    };
    let timer = setTimeout(end, CONNECT_MS);
    signal.addEventListener("abort", end);
    call.on("accept", () => {
      clearTimeout(timer);
      timer = setTimeout(end, LISTEN_MS);
    });
    call.on("sample", (sample: Sample) => {
      quality = window.add(sample);
      heard ||= sample.totals.packetsReceived > 0;
      samples += 1;
      if (samples >= SAMPLES) end();
    });
    for (const last of ["disconnect", "cancel", "reject", "error"] as const) call.on(last, end);
  });
}
