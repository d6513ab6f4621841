import { backoffSeconds, type CarrierCommand, type CommandKick } from "../domain/carrier-commands";
import { CarrierError } from "../domain/carrier";
import type { CarrierCommands } from "./carrier-commands";

/** The table of commands. */
export interface CommandOutbox {
  claim(limit: number): Promise<CarrierCommand[]>;
  finish(id: bigint, status: "done" | "failed" | "cancelled", error?: string): Promise<void>;
  postpone(id: bigint, seconds: number, error: string, outcomeUnknown: boolean): Promise<void>;
}

export interface RunnerLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Commands of this process under way at once. */
const MOST_AT_ONCE = 16;
/** After an unknown outcome the carrier gets this long to show what it did, before it is looked at and asked again. */
const LOOK_FIRST_SECONDS = 1;

/** Runs the outbox: at once after the commit that wrote a command, and again until the carrier has answered for it. */
export class CarrierCommandRunner implements CommandKick {
  private readonly underWay = new Set<Promise<void>>();
  private claiming: Promise<void> | undefined;
  private again = false;
  private ran = 0;
  private stopped = false;

  constructor(
    private readonly outbox: CommandOutbox,
    private readonly commands: Pick<CarrierCommands, "run" | "giveUp">,
    private readonly mostAttempts: () => number,
    private readonly log: RunnerLog,
  ) {}

  /** Runs due commands soon; never throws. */
  kick(): void {
    this.claim().catch((error: unknown) => this.log.error({ err: error }, "carrier commands could not be claimed"));
  }

  /** Runs due commands, and those they lead to, until none is due; answers how many. Throws when none can be claimed. */
  async drain(): Promise<number> {
    const before = this.ran;
    do {
      await this.claim();
      await Promise.all(this.underWay);
    } while (this.underWay.size > 0 || this.claiming);
    return this.ran - before;
  }

  /** Claims nothing more, and resolves when what is under way is over; the sweeper of another process goes on. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.claiming;
    await Promise.all(this.underWay);
  }

  private async claim(): Promise<void> {
    if (this.stopped) return;
    if (this.claiming) {
      this.again = true;
      return this.claiming;
    }
    this.claiming = this.claimAll();
    return this.claiming;
  }

  private async claimAll(): Promise<void> {
    try {
      do {
        this.again = false;
        const room = MOST_AT_ONCE - this.underWay.size;
        // When there is no room, the command that ends next claims again.
        const claimed = room > 0 ? await this.outbox.claim(room) : [];
        for (const command of claimed) this.start(command);
      } while (this.again);
    } finally {
      this.claiming = undefined;
    }
  }

  private start(command: CarrierCommand): void {
    const work = this.runOne(command)
      .catch((error: unknown) => {
        // Left "running": its lock runs out, and the sweeper takes it up.
        this.log.error({ err: error, command: command.kind, id: String(command.id) }, "carrier command was left");
      })
      .finally(() => {
        this.underWay.delete(work);
        this.ran += 1;
        this.kick();
      });
    this.underWay.add(work);
  }

  private async runOne(command: CarrierCommand): Promise<void> {
    try {
      const outcome = await this.commands.run(command);
      if (outcome.kind === "again") await this.postpone(command, outcome.seconds, "looked too early", false);
      else await this.outbox.finish(command.id, outcome.kind === "done" ? "done" : "cancelled");
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      await this.failed(command, error);
    }
  }

  private async failed(command: CarrierCommand, error: CarrierError): Promise<void> {
    const text = `${error.failure}${error.code === undefined ? "" : ` ${error.code}`}: ${error.message}`.slice(0, 500);
    this.log.warn({ command: command.kind, id: String(command.id), attempt: command.attempts, error: text }, "carrier");
    const forGood = error.failure === "refused" || error.failure === "gone";
    if (forGood || command.attempts >= this.mostAttempts()) {
      await this.outbox.finish(command.id, "failed", text);
      await this.commands.giveUp(command);
      return;
    }
    const unknown = error.failure === "unknown_outcome" || command.outcomeUnknown;
    const seconds = Math.max(backoffSeconds(command.attempts), unknown ? LOOK_FIRST_SECONDS : 0);
    await this.postpone(command, seconds, text, unknown);
  }

  private async postpone(command: CarrierCommand, seconds: number, reason: string, unknown: boolean): Promise<void> {
    await this.outbox.postpone(command.id, seconds, reason, unknown);
    // A hint for this process; the sweeper finds the command in any case.
    setTimeout(() => this.kick(), seconds * 1_000 + 5).unref();
  }
}
