import { gradeOf } from "./call-quality";
import { runDeviceTest, type DeviceTestPorts } from "./device-test";
import { testStepsOf, type TestStepPorts } from "./device-test-steps";
import type { ChoiceStore } from "./choice-store";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat";
import type { BeatReport } from "./heartbeat-protocol";
import { lookAtMicrophone, type MediaPort } from "./microphone";
import type { Levels, PhoneCommand } from "./phone-commands";
import { reducePhone, type PhoneEvent } from "./phone-reducer";
import type { Quality } from "./phone-problems";
import { initialPhoneState, problemsOf, type Choice, type PhoneState } from "./phone-state";
import { VoiceDevice, type VoiceDevicePorts } from "./voice-device";

export interface EnginePorts {
  agentId: string;
  store: ChoiceStore;
  media: MediaPort;
  createWorker: HeartbeatOptions["createWorker"];
  fetchToken: VoiceDevicePorts["fetchToken"];
  createDevice: VoiceDevicePorts["createDevice"];
  /** Reject when the server refuses or cannot be reached; `gone` errors mean that the call is over already. */
  decline(callId: string): Promise<void>;
  end(callId: string): Promise<void>;
  /** What a test of the phone needs of the browser beside the rest. */
  hearMicrophone: TestStepPorts["hearMicrophone"];
  namesSpeakers: boolean;
  reportTest: DeviceTestPorts["report"];
  /** Waits until somebody signed in again: true then, false when nobody would. */
  signInAgain(): Promise<boolean>;
  isHidden(): boolean;
  hasGesture(): boolean;
  /** Lets sounds be heard that the browser held back until the first click. */
  wakeSound(): void;
  onState(state: PhoneState): void;
  onLevels(levels: Levels): void;
  now(): number;
  random(): number;
}

const ASK_AFTER_MS = 400;

/** The phone of the leading tab: device, heartbeat and microphone, held together by the reducer. */
export class PhoneEngine {
  private state: PhoneState = initialPhoneState;
  private lastQuality: Quality | null = null;
  private askTimer: ReturnType<typeof setTimeout> | undefined;
  private testing: AbortController | undefined;
  private readonly device: VoiceDevice;
  private readonly heartbeat: Heartbeat;

  constructor(private readonly ports: EnginePorts) {
    const emit = (event: PhoneEvent): void => this.apply(event);
    this.device = new VoiceDevice({
      fetchToken: ports.fetchToken,
      createDevice: ports.createDevice,
      emit,
      levels: ports.onLevels,
      now: ports.now,
      random: ports.random,
    });
    this.heartbeat = new Heartbeat({ createWorker: ports.createWorker, report: () => this.report(), emit });
  }

  /** Goes on with what was chosen before a reload, if that was a moment ago. */
  resume(): void {
    const choice = this.ports.store.resumable(this.ports.now());
    void this.refreshMicrophone();
    if (choice !== undefined) this.choose(choice, false);
  }

  current(): PhoneState {
    return this.state;
  }

  /** Does what a person asked. Rejects with a sentence they can read. */
  async run(command: PhoneCommand): Promise<void> {
    switch (command.type) {
      case "choose":
        return this.choose(command.choice, command.takeOver);
      case "accept":
        return this.device.accept();
      case "dial":
        return this.device.dial(command);
      case "decline":
        return this.decline(command.callId);
      case "end":
        return this.end(command.callId);
      case "hang_up_anyway":
        return this.device.hangUp();
      case "mute":
        return this.device.mute(command.muted);
      case "digits":
        return this.device.sendDigits(command.digits);
      case "input":
        return this.device.audio?.setInput(command.deviceId);
      case "output":
        return this.device.audio?.setOutput(command.deviceId);
      case "microphone":
        return this.apply(command);
      case "dismiss_trouble":
        return this.apply({ type: "trouble_seen" });
      case "dismiss_lapse":
        return this.apply({ type: "lapse_seen" });
      case "test":
        return this.test(command.id);
    }
  }

  /** Visibility, gesture or permission changed: tell the server, and look at the microphone again. */
  surroundingsChanged(): void {
    this.apply({ type: "problem", code: "audio_blocked", present: !this.ports.hasGesture() });
    if (this.ports.hasGesture()) this.ports.wakeSound();
    void this.refreshMicrophone();
    this.heartbeat.changed();
  }

  /** Beats once, a moment later: one's own beats are heard of as well, and several changes come at once. */
  presenceChanged(): void {
    this.askTimer ??= setTimeout(() => {
      this.askTimer = undefined;
      this.heartbeat.changed();
    }, ASK_AFTER_MS);
  }

  /** The network is back, or the machine awake. */
  wake(): void {
    this.heartbeat.retryNow();
    this.device.wake();
  }

  farewell(): void {
    this.heartbeat.farewell();
  }

  freeze(): void {
    this.heartbeat.freeze();
  }

  /** Ends beats and device without a word to the server: another tab goes on. */
  shutDown(): void {
    clearTimeout(this.askTimer);
    this.askTimer = undefined;
    this.stopTest();
    this.device.stop();
    this.heartbeat.stop();
  }

  /** Begins a test and comes back at once: how far it is, the state says. */
  private test(id: string): void {
    if (this.state.leg !== null) throw new Error("This phone is in a call: test it afterwards.");
    if (this.state.choice.status === "offline") throw new Error("The phone is off. Choose Available first.");
    if (this.testing !== undefined) return;
    const testing = (this.testing = new AbortController());
    const ports: DeviceTestPorts = {
      steps: testStepsOf(this.ports, this.device, testing.signal),
      report: this.ports.reportTest,
      show: (test) => this.apply({ type: "test", test }),
      measured: (quality) => (this.lastQuality = quality),
    };
    void runDeviceTest(id, ports, testing.signal).finally(() => {
      if (this.testing !== testing) return;
      this.testing = undefined;
      void this.refreshMicrophone();
      this.heartbeat.changed();
    });
  }

  /** Ends a test that runs; it is not shown any more. */
  private stopTest(): void {
    if (this.testing === undefined) return;
    this.testing.abort();
    this.testing = undefined;
    this.apply({ type: "test", test: null });
  }

  private choose(choice: Choice, takeOver: boolean): void {
    this.apply({ type: "chosen", choice });
    this.ports.store.remember(choice, this.ports.now());
    this.apply({ type: "problem", code: "audio_blocked", present: !this.ports.hasGesture() });
    this.heartbeat.beat(takeOver ? { takeOver: true } : {});
    if (choice.status === "offline") {
      this.stopTest();
      this.device.stop();
    } else this.device.start();
  }

  private async decline(callId: string | null): Promise<void> {
    try {
      if (callId !== null) await this.ports.decline(callId);
    } finally {
      // Whatever the server says, this phone must stop ringing: the carrier reports the rejection by itself.
      if (this.state.leg?.phase === "ringing") this.device.reject();
    }
  }

  /** Tells the server first, so that the hang-up is known to be wanted; only then lets go of the sound. */
  private async end(callId: string | null): Promise<void> {
    const callSid = this.state.leg?.callSid;
    if (callSid !== undefined) this.apply({ type: "leg_ending", callSid, ending: true });
    try {
      if (callId !== null) await this.ports.end(callId);
    } catch {
      if (callSid !== undefined) this.apply({ type: "leg_ending", callSid, ending: false });
      return this.apply({
        type: "trouble",
        message: "Evenhand cannot be reached, so the call was not ended.",
        remedy: "Try again. Hanging up now would put the caller back at the head of the queue.",
        hangUpAnyway: true,
      });
    }
    this.device.hangUp();
  }

  private async refreshMicrophone(): Promise<void> {
    this.apply({ type: "microphone", microphone: await lookAtMicrophone(this.ports.media) });
  }

  private apply(event: PhoneEvent): void {
    const before = this.state;
    this.state = reducePhone(before, event);
    if (this.state === before) return;
    this.ports.onState(this.state);
    this.follow(before, event);
  }

  /** What an event means for beats and device, beside the state. */
  private follow(before: PhoneState, event: PhoneEvent): void {
    const { state } = this;
    if (event.type === "beat_answered") {
      if (state.choice !== before.choice || event.choiceId === state.choice.id) {
        this.ports.store.remember(state.choice, this.ports.now());
      }
      if (state.superseded) this.shutDown();
      // Signing off was heard: no more beats until the next choice.
      else if (state.choice.status === "offline" && event.choiceId === state.choice.id) this.heartbeat.stop();
      return;
    }
    if (event.type === "signed_out") return this.waitForSignIn();
    if (event.type === "leg_ringing") this.stopTest();
    if (event.type === "leg_quality") this.lastQuality = event.quality;
    const worthABeat =
      state.device !== before.device ||
      state.microphone !== before.microphone ||
      state.deviceProblems !== before.deviceProblems ||
      gradeOf(state.leg?.quality ?? null) !== gradeOf(before.leg?.quality ?? null);
    if (worthABeat) this.heartbeat.changed();
  }

  /** The cookie is no longer good. The device goes off, and comes back as it was once somebody signed in again. */
  private waitForSignIn(): void {
    this.shutDown();
    void this.ports.signInAgain().then((signedIn) => {
      if (signedIn && !this.state.signedIn) this.choose(this.state.choice, false);
    });
  }

  private report(): BeatReport {
    const { state, ports } = this;
    const quality = this.lastQuality;
    return {
      agentId: ports.agentId,
      clientId: ports.store.clientId(),
      choiceId: state.choice.id,
      currentStatus: state.choice.status,
      deviceConnected: state.device === "registered",
      device: {
        registered: state.device === "registered",
        visibility: ports.isHidden() ? "hidden" : "visible",
        mos: quality?.mos ?? null,
        rttMs: quality?.rttMs ?? null,
        jitterMs: quality?.jitterMs ?? null,
        lossPercent: quality?.lossPercent ?? null,
        problems: problemsOf(state),
      },
    };
  }
}
