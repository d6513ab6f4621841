import type { Device } from "@twilio/voice-sdk";
import { deviceOptions } from "./device-options";
import type { VoiceToken } from "./voice-device";

export interface ListeningPhonePorts {
  fetchToken(): Promise<VoiceToken>;
  createDevice(token: VoiceToken, options: Device.Options): Promise<Device>;
}

/**
 * Dials into a conversation as a participant, with a device of its own that never registers and so never rings.
 * `onOver` is called once, however it ends. Answers how to hang up. Rejects when the carrier cannot be reached.
 */
export async function listenIn(
  ports: ListeningPhonePorts,
  participantId: string,
  onOver: () => void,
): Promise<() => void> {
  const device = await ports.createDevice(await ports.fetchToken(), deviceOptions);
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    device.destroy();
    onOver();
  };
  const call = await device.connect({ params: { participantId } });
  for (const last of ["disconnect", "cancel", "reject"] as const) call.on(last, end);
  call.on("error", () => {
    if (call.status() === "closed") end();
  });
  return end;
}
