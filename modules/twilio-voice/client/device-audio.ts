import type { Device } from "@twilio/voice-sdk";
import type { AudioDevice, AudioState } from "./phone-state";

/** The microphones and speakers of one SDK device. */
export class DeviceAudio {
  private readonly publish: () => void;

  constructor(
    private readonly device: Device,
    private readonly onChange: (audio: AudioState) => void,
  ) {
    this.publish = () => this.onChange(this.state());
    this.device.audio?.on("deviceChange", this.publish);
    this.publish();
  }

  async setInput(deviceId: string): Promise<void> {
    await this.device.audio?.setInputDevice(deviceId);
    this.publish();
  }

  async setOutput(deviceId: string): Promise<void> {
    await this.device.audio?.speakerDevices.set(deviceId);
    await this.device.audio?.ringtoneDevices.set(deviceId);
    this.publish();
  }

  close(): void {
    this.device.audio?.removeListener("deviceChange", this.publish);
  }

  private state(): AudioState {
    const audio = this.device.audio;
    if (!audio) return { inputs: [], outputs: [], inputId: null, outputId: null, canChooseOutput: false };
    const [output] = audio.speakerDevices.get();
    return {
      inputs: listOf(audio.availableInputDevices, "Microphone"),
      outputs: listOf(audio.availableOutputDevices, "Speaker"),
      inputId: audio.inputDevice?.deviceId ?? null,
      outputId: output?.deviceId ?? null,
      canChooseOutput: audio.isOutputSelectionSupported,
    };
  }
}

function listOf(devices: ReadonlyMap<string, MediaDeviceInfo>, kind: string): AudioDevice[] {
  return [...devices.entries()].map(([id, info], index) => ({ id, label: info.label || `${kind} ${index + 1}` }));
}
