import type { MicrophoneState } from "./phone-state";

/** The browser's media interfaces, as far as the microphone check needs them. */
export interface MediaPort {
  mediaDevices: Pick<MediaDevices, "getUserMedia" | "enumerateDevices"> | undefined;
  permissions: Pick<Permissions, "query"> | undefined;
}

/** What is known without asking the person: denied and missing are certain, the rest is "ask" or "granted". */
export async function lookAtMicrophone(media: MediaPort): Promise<MicrophoneState> {
  if (media.mediaDevices === undefined) return "missing";
  const permission = await permissionState(media.permissions);
  if (permission === "denied") return "denied";
  const devices = await media.mediaDevices.enumerateDevices();
  if (!devices.some((device) => device.kind === "audioinput")) return "missing";
  return permission === "granted" ? "granted" : "ask";
}

/** Asks for the microphone when the browser needs asking, and lets go of it at once. Never rejects. */
export async function askForMicrophone(media: MediaPort): Promise<MicrophoneState> {
  if (media.mediaDevices === undefined) return "missing";
  try {
    const stream = await media.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
    return "granted";
  } catch (error) {
    return microphoneStateOf(error);
  }
}

/** Reads the name of a getUserMedia error. */
export function microphoneStateOf(error: unknown): MicrophoneState {
  switch (error instanceof Error || error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotReadableError":
    case "AbortError":
      return "in_use";
    default:
      return "missing";
  }
}

async function permissionState(permissions: MediaPort["permissions"]): Promise<PermissionState | "unknown"> {
  try {
    const status = await permissions?.query({ name: "microphone" });
    return status?.state ?? "unknown";
  } catch {
    // Firefox before 131 refuses the name: the microphone itself will have to be asked.
    return "unknown";
  }
}
