/** Long enough for a breath or a chair: a room is never without any sound, a muted microphone is. */
const LISTEN_MS = 1_500;
const LOOK_EVERY_MS = 100;
/** A context that no click has woken yet stays silent: nothing can be said of the microphone then. */
const WAKE_MS = 1_000;

/** The loudest sample of a microphone within a moment, 0 to 1; null when the browser does not let it be heard. */
export async function hearMicrophone(stream: MediaStream): Promise<number | null> {
  const context = new AudioContext();
  try {
    await Promise.race([context.resume(), pause(WAKE_MS)]);
    if (context.state !== "running") return null;
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    for (let waited = 0; waited < LISTEN_MS; waited += LOOK_EVERY_MS) {
      await pause(LOOK_EVERY_MS);
      analyser.getFloatTimeDomainData(samples);
      for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
    }
    return loudest;
  } finally {
    await context.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
