import { PhoneEngine, type EnginePorts } from "./phone-engine";
import { askForMicrophone } from "./microphone";
import { SILENCE, type Levels, type PhoneCommand } from "./phone-commands";
import { initialPhoneState, type PhoneState } from "./phone-state";
import { TabLeadership, type LockPort } from "./tab-leadership";
import { TabLink, type ChannelPort, type TabHandlers } from "./tab-link";

export type SoftphonePorts = Omit<EnginePorts, "onState" | "onLevels"> & {
  locks: LockPort | undefined;
  openChannel(): ChannelPort;
  newId(): string;
};

const ignore = (): void => undefined;

export interface SoftphoneSnapshot {
  phone: PhoneState;
  /** "waiting" until a leader is known. */
  role: "waiting" | "leader" | "mirror";
}

const SIGN_OFF_TIMEOUT_MS = 2_000;

/** Levels reach the other tabs at most this often. */
const LEVELS_EVERY_MS = 150;

/**
 * One tab's softphone. The tab that leads holds the device and the heartbeat; the others show its state and pass
 * commands to it. Framework-free: a view subscribes and reads snapshots.
 */
export class Softphone {
  private snapshotNow: SoftphoneSnapshot = { phone: initialPhoneState, role: "waiting" };
  private levelsNow: Levels = SILENCE;
  private levelsSentAtMs = 0;
  private engine: PhoneEngine | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly levelListeners = new Set<() => void>();
  private link: TabLink | undefined;
  private leadership: TabLeadership | undefined;

  constructor(private readonly ports: SoftphonePorts) {}

  /** Joins the other tabs and stands for election. Can be started again after a stop. */
  start(): void {
    const link = new TabLink(this.ports.openChannel(), () => this.handlers(), this.ports.newId);
    const name = `evenhand.softphone.${this.ports.agentId}`;
    this.link = link;
    this.leadership = new TabLeadership(name, this.ports.locks, () => this.lead(link));
    link.hello();
    this.leadership.campaign();
  }

  stop(): void {
    this.engine?.shutDown();
    this.engine = undefined;
    this.leadership?.resign();
    this.link?.close();
    this.link = undefined;
    this.show({ phone: initialPhoneState, role: "waiting" });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): SoftphoneSnapshot => this.snapshotNow;

  readonly subscribeLevels = (listener: () => void): (() => void) => {
    this.levelListeners.add(listener);
    return () => this.levelListeners.delete(listener);
  };
  readonly levels = (): Levels => this.levelsNow;

  /** Does what the person asked, here or in the leading tab. Rejects with a sentence they can read. */
  run(command: PhoneCommand): Promise<void> {
    if (this.engine !== undefined) return this.engine.run(command);
    return this.link?.ask(command) ?? Promise.reject(new Error("The softphone is not running on this page."));
  }

  /** Asks for the microphone in this tab, where the person is, and lets the leading tab know. */
  async askForMicrophone(): Promise<void> {
    await this.run({ type: "microphone", microphone: await askForMicrophone(this.ports.media) });
  }

  /** Before signing out: goes offline and waits, two seconds at most, until the server knows. */
  async signOff(): Promise<void> {
    const { choice } = this.snapshotNow.phone;
    if (this.snapshotNow.role === "waiting" || choice.status === "offline") return;
    const heard = this.until(({ phone }) => phone.session?.chosenStatus === "offline", SIGN_OFF_TIMEOUT_MS);
    await this.run({ type: "choose", choice: { id: this.ports.newId(), status: "offline" }, takeOver: false });
    await heard;
  }

  private until(holds: (snapshot: SoftphoneSnapshot) => boolean, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.subscribe(() => holds(this.snapshotNow) && done());
      const timer = setTimeout(() => done(), withinMs);
      const done = (): void => {
        clearTimeout(timer);
        stop();
        resolve();
      };
    });
  }

  /** Somebody (a missed ring, another browser) changed this agent's presence: the next beat's answer says how. */
  presenceChanged(): void {
    this.engine?.presenceChanged();
  }

  surroundingsChanged(): void {
    this.engine?.surroundingsChanged();
  }
  wake(): void {
    this.engine?.wake();
  }
  farewell(): void {
    this.engine?.farewell();
  }
  freeze(): void {
    this.engine?.freeze();
  }

  private handlers(): TabHandlers {
    const { engine } = this;
    if (engine !== undefined) {
      return {
        run: (command) => engine.run(command),
        onHello: () => this.link?.publishState(engine.current()),
        onState: ignore,
        onLevels: ignore,
      };
    }
    return {
      run: undefined,
      onHello: ignore,
      onState: (phone) => this.show({ phone, role: "mirror" }),
      onLevels: (levels) => this.showLevels(levels),
    };
  }

  private lead(link: TabLink): void {
    if (this.link !== link) return; // Elected after all, but stopped in the meantime.
    const engine = new PhoneEngine({
      ...this.ports,
      onState: (phone) => {
        this.show({ phone, role: "leader" });
        link.publishState(phone);
      },
      onLevels: (levels) => this.spreadLevels(levels),
    });
    this.engine = engine;
    this.show({ phone: engine.current(), role: "leader" });
    engine.resume();
    link.publishState(engine.current());
  }

  private show(snapshot: SoftphoneSnapshot): void {
    this.snapshotNow = snapshot;
    for (const listener of this.listeners) listener();
  }

  private showLevels(levels: Levels): void {
    this.levelsNow = levels;
    for (const listener of this.levelListeners) listener();
  }

  private spreadLevels(levels: Levels): void {
    this.showLevels(levels);
    const now = this.ports.now();
    if (now - this.levelsSentAtMs < LEVELS_EVERY_MS) return;
    this.levelsSentAtMs = now;
    this.link?.publishLevels(levels);
  }
}
