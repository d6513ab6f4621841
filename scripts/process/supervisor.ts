import { setTimeout as delay } from "node:timers/promises";

/** One thing that has to be running. `start` resolves when it runs and is called again after each crash. */
export interface Service {
  name: string;
  start(): Promise<RunningService>;
}

export interface RunningService {
  /** Resolves with the reason when it is gone, asked or not. */
  exited: Promise<string>;
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** More crashes than this within the window are no accident: everything stops and says so. */
const CRASHES_ALLOWED = 5;
const WINDOW_MS = 60_000;

interface Kept {
  service: Service;
  running: RunningService | undefined;
}

/** Keeps services running and stops them in order. */
export class Supervisor {
  private readonly kept: Kept[] = [];
  private stopping: Promise<void> | undefined;
  private fail: (reason: Error) => void = () => undefined;

  /** Rejects when a service cannot be kept running. */
  readonly failed: Promise<never>;

  constructor(
    private readonly log: (line: string) => void,
    private readonly pause: (ms: number) => Promise<unknown> = delay,
  ) {
    this.failed = new Promise<never>((_, reject) => (this.fail = reject));
    // Whoever waits for it hears of it; until somebody does, it must not end the process by itself.
    this.failed.catch(() => undefined);
  }

  /** Starts a service and keeps it. Rejects when the first start fails: that is no crash but a wrong set-up. */
  async keep(service: Service): Promise<void> {
    const kept: Kept = { service, running: await service.start() };
    this.kept.push(kept);
    if (this.stopping) await kept.running?.stop();
    else void this.watch(kept);
  }

  /** Stops everything: `inOrder` names groups of services; each group stops at once, one group after another. */
  stop(inOrder: readonly (readonly string[])[]): Promise<void> {
    this.stopping ??= this.stopGroups(inOrder);
    return this.stopping;
  }

  private async stopGroups(inOrder: readonly (readonly string[])[]): Promise<void> {
    for (const group of inOrder) {
      const members = this.kept.filter(({ service }) => group.includes(service.name));
      await Promise.all(members.map(async ({ running }) => running?.stop()));
    }
  }

  private async watch(kept: Kept): Promise<void> {
    const { name } = kept.service;
    const crashes: number[] = [];
    while (kept.running) {
      let reason = await kept.running.exited;
      kept.running = undefined;
      while (!kept.running) {
        if (this.stopping) return;
        const now = Date.now();
        crashes.push(now);
        const recent = crashes.filter((at) => now - at < WINDOW_MS).length;
        if (recent > CRASHES_ALLOWED) {
          this.fail(new Error(`The ${name} ended ${recent} times within a minute, last with: ${reason}`));
          return;
        }
        const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (recent - 1));
        this.log(`The ${name} ended (${reason}); starting it again`);
        await this.pause(pauseMs);
        if (this.stopping) return;
        try {
          const running = await kept.service.start();
          kept.running = running;
          // Stopped while it was coming up: the stopping has passed it by.
          if (this.stopping) await running.stop();
        } catch (error) {
          reason = error instanceof Error ? error.message : String(error);
        }
      }
    }
  }
}
