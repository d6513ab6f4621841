// @ts-check

/** How long a person may take over the browser's question before the call goes on without a microphone. */
const PERMISSION_TIMEOUT_MS = 30_000;

/**
 * @typedef {{
 *   kind: "live" | "none" | "denied" | "failed",
 *   track: MediaStreamTrack,
 *   stream: MediaStream,
 *   release(): void,
 * }} Microphone
 */

/**
 * The person's microphone with echo cancellation; a silent track when there is none or it may not be used, so that the
 * call can still be listened to.
 * @returns {Promise<Microphone>}
 */
export async function openMicrophone() {
  try {
    const stream = await within(
      PERMISSION_TIMEOUT_MS,
      navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      }),
    );
    const [track] = stream.getAudioTracks();
    if (!track) throw new DOMException("No audio track", "NotFoundError");
    return { kind: "live", track, stream, release: () => track.stop() };
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    const denied = name === "NotAllowedError" || name === "TimeoutError";
    return { kind: denied ? "denied" : name === "NotFoundError" ? "none" : "failed", ...silence() };
  }
}

function silence() {
  const context = new AudioContext();
  const { stream } = context.createMediaStreamDestination();
  const [track] = stream.getAudioTracks();
  if (!track) throw new Error("The browser made a stream without a track.");
  return {
    stream,
    track,
    release() {
      track.stop();
      context.close().catch((error) => console.warn("The silent track did not close.", error));
    },
  };
}

/**
 * @param {number} ms
 * @param {Promise<MediaStream>} asked
 * @returns {Promise<MediaStream>}
 */
function within(ms, asked) {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(new DOMException("No answer", "TimeoutError"));
    }, ms);
    asked.then(
      (stream) => {
        clearTimeout(timer);
        // Allowed after all, but the call went on without: the microphone must not stay open.
        if (late) for (const track of stream.getTracks()) track.stop();
        else resolve(stream);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
