import type { TestSteps } from "./device-test";
import { microphoneStateOf, type MediaPort } from "./microphone";
import { problemOfMicrophone } from "./phone-state";
import { makeTestCall, type TestCallPorts } from "./test-call";
import type { VoiceDevice } from "./voice-device";

export interface TestStepPorts extends TestCallPorts {
  media: MediaPort;
  /** The loudest a microphone was for a moment, 0 to 1; null when the browser does not let it be heard. */
  hearMicrophone(stream: MediaStream): Promise<number | null>;
  /** Whether this browser names loudspeakers at all. */
  namesSpeakers: boolean;
}

/** The browser asks the person, who may be looking elsewhere. */
const ASKING_MS = 25_000;

/** The steps of a test as this browser does them. */
export function testStepsOf(
  ports: TestStepPorts,
  device: Pick<VoiceDevice, "signOnAnew">,
  signal: AbortSignal,
): TestSteps {
  return {
    async microphone() {
      const { mediaDevices } = ports.media;
      if (mediaDevices === undefined) return "mic_missing";
      try {
        const stream = await inTime(mediaDevices.getUserMedia({ audio: true }));
        if (stream === undefined) return "mic_denied";
        const peak = await ports.hearMicrophone(stream).finally(() => release(stream));
        return peak === 0 ? "mic_silent" : null;
      } catch (error) {
        return problemOfMicrophone(microphoneStateOf(error));
      }
    },
    async speaker() {
      if (!ports.namesSpeakers || ports.media.mediaDevices === undefined) return null;
      const devices = await ports.media.mediaDevices.enumerateDevices();
      return devices.some(({ kind }) => kind === "audiooutput") ? null : "speaker_missing";
    },
    registration: () => device.signOnAnew(),
    connection: () => makeTestCall(ports, signal),
  };
}

/** undefined when nobody answered the browser's question; what is granted later is given back at once. */
async function inTime(asked: Promise<MediaStream>): Promise<MediaStream | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
      asked.then(release, () => undefined);
    }, ASKING_MS);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
