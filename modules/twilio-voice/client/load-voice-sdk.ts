import type { Device } from "@twilio/voice-sdk";
import { redirectSignalling } from "./signal-redirect";
import { DeviceFailure, type VoiceToken } from "./voice-device";

let loaded: typeof import("@twilio/voice-sdk") | undefined;

/** After a click: lets the ringtone be heard that the browser kept silent before. */
export function wakeSound(): void {
  const context = loaded?.Device.audioContext;
  if (context?.state === "suspended") void context.resume();
}

/** Makes a device of the real Voice SDK, which is only fetched when somebody wants to take calls. */
export async function createVoiceDevice(token: VoiceToken, options: Device.Options): Promise<Device> {
  if (token.signalUrl !== null) redirectSignalling(window, token.signalUrl);
  const sdk = await import("@twilio/voice-sdk");
  loaded = sdk;
  if (!sdk.Device.isSupported) throw new DeviceFailure("browser_unsupported");
  return new sdk.Device(token.token, options);
}
