import type { Levels, PhoneCommand } from "./phone-commands";
import type { PhoneState } from "./phone-state";

/** What the tabs of one browser tell each other. */
export type TabMessage =
  | { kind: "hello" }
  | { kind: "state"; state: PhoneState }
  | { kind: "levels"; levels: Levels }
  | { kind: "command"; id: string; command: PhoneCommand }
  | { kind: "done"; id: string; error: string | null };

/** The part of BroadcastChannel that the link needs. */
export interface ChannelPort {
  postMessage(message: unknown): void;
  close(): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** A mirror tab waits this long for the leader before it says that nobody answered. */
const COMMAND_TIMEOUT_MS = 8_000;

/** What a tab does with what the others say; asked anew for each message, since a mirror may become the leader. */
export interface TabHandlers {
  /** Only the leader does what others ask; undefined in a mirror tab. */
  run: ((command: PhoneCommand) => Promise<void>) | undefined;
  onState: (state: PhoneState) => void;
  onLevels: (levels: Levels) => void;
  onHello: () => void;
}

/** Carries the leader's state to the other tabs and their commands to the leader. */
export class TabLink {
  private readonly waiting = new Map<string, (error: string | null) => void>();

  constructor(
    private readonly channel: ChannelPort,
    private readonly handlers: () => TabHandlers,
    private readonly newId: () => string,
  ) {
    channel.onmessage = (event: MessageEvent) => this.receive(event.data as TabMessage);
  }

  hello(): void {
    this.post({ kind: "hello" });
  }

  publishState(state: PhoneState): void {
    this.post({ kind: "state", state });
  }

  publishLevels(levels: Levels): void {
    this.post({ kind: "levels", levels });
  }

  /** Asks the leading tab; rejects with its reason, or when no tab answers in time. */
  ask(command: PhoneCommand): Promise<void> {
    const id = this.newId();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error("The tab that holds the phone did not answer. Try again, or close it."));
      }, COMMAND_TIMEOUT_MS);
      this.waiting.set(id, (error) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        if (error === null) resolve();
        else reject(new Error(error));
      });
      this.post({ kind: "command", id, command });
    });
  }

  close(): void {
    this.channel.onmessage = null;
    this.channel.close();
  }

  private post(message: TabMessage): void {
    this.channel.postMessage(message);
  }

  private receive(message: TabMessage): void {
    const handlers = this.handlers();
    switch (message.kind) {
      case "hello":
        return handlers.onHello();
      case "state":
        return handlers.onState(message.state);
      case "levels":
        return handlers.onLevels(message.levels);
      case "done":
        return this.waiting.get(message.id)?.(message.error);
      case "command":
        if (handlers.run !== undefined) this.obey(message.id, message.command, handlers.run);
    }
  }

  private obey(id: string, command: PhoneCommand, run: (command: PhoneCommand) => Promise<void>): void {
    run(command).then(
      () => this.post({ kind: "done", id, error: null }),
      (error: unknown) => this.post({ kind: "done", id, error: messageOf(error) }),
    );
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "It did not work.");
