import { Coalescer } from "@/lib/coalesce";
import type { AlertRaiser } from "@/modules/alerts/services/alert-book.service";
import {
  backoffSeconds,
  type CarrierCommand,
  type CommandKick,
  type CommandKind,
  type FinishedCommand,
} from "../domain/carrier-commands";
import { CarrierError, type CarrierFailure } from "../domain/carrier";
import type { CarrierCommands } from "./carrier-commands";

/** The table of commands. */
export interface CommandOutbox {
  claim(limit: number): Promise<CarrierCommand[]>;
  finish(ended: readonly FinishedCommand[]): Promise<void>;
  postpone(id: bigint, seconds: number, error: string, outcomeUnknown: boolean): Promise<void>;
  /** Puts back what was not tried, without counting it as an attempt. */
  putBack(id: bigint, seconds: number, reason: string, outcomeUnknown: boolean): Promise<void>;
}

/** What else the runner asks and tells; none of it is needed for the commands themselves. */
export interface RunnerPorts {
  /** Seconds until a command of this kind may run; 0 for now. */
  budget: { secondsUntil(kind: CommandKind): Promise<number> };
  alerts: Pick<AlertRaiser, "raise">;
}

export interface RunnerLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Commands of this process under way at once. */
const MOST_AT_ONCE = 16;
/**
 * Failures that were no attempt, with the seconds for which they are put up with: the carrier had too much to do, or has
 * been left alone because it does not answer.
 */
const NOT_TRIED: Partial<Record<CarrierFailure, number>> = { throttled: 300, circuit_open: 3_600 };
/** Ends that are written in one statement, and that wait to be. */
const FINISHING = { batch: 100, most: 1_000 };
/** After an unknown outcome the carrier gets this long to show what it did, before it is looked at and asked again. */
const LOOK_FIRST_SECONDS = 1;

/** Runs the outbox: at once after the commit that wrote a command, and again until the carrier has answered for it. */
export class CarrierCommandRunner implements CommandKick {
  private readonly underWay = new Set<Promise<void>>();
  private claiming: Promise<void> | undefined;
  private again = false;
  /** The last claim took all there was room for: more may be due. */
  private full = false;
  private ran = 0;
  private stopped = false;
  /** Commands that end together are written together, each answered after that commit. */
  private readonly finishing = new Coalescer<FinishedCommand, void>(
    ({ id }) => String(id),
    async (ended) => {
      await this.outbox.finish(ended);
      return ended.map(() => undefined);
    },
    FINISHING,
  );

  constructor(
    private readonly outbox: CommandOutbox,
    private readonly commands: Pick<CarrierCommands, "run" | "giveUp">,
    private readonly mostAttempts: () => number,
    private readonly log: RunnerLog,
    private readonly ports: RunnerPorts,
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
      // Also when stopped, and what a command that ended has begun: without a wait for the database in each turn, this
      // loop would leave the database no turn to answer.
      await this.claiming;
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
    this.again = true;
    this.claiming ??= this.claimAll();
    return this.claiming;
  }

  private async claimAll(): Promise<void> {
    // Not before `claiming` is set: a claim with no room waits for nothing, and would empty it before it is filled.
    await Promise.resolve();
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        const room = MOST_AT_ONCE - this.underWay.size;
        const claimed = room > 0 ? await this.outbox.claim(room) : [];
        this.full = claimed.length >= room;
        for (const command of claimed) this.start(command);
      }
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
        // Whoever writes a command kicks after the commit: only what there was no room for is looked for here.
        if (this.full) this.kick();
      });
    this.underWay.add(work);
  }

  private async runOne(command: CarrierCommand): Promise<void> {
    try {
      const wait = await this.ports.budget.secondsUntil(command.kind);
      if (wait > 0) {
        await this.putBack(command, wait, "the budget is used up for now");
        return;
      }
      const outcome = await this.commands.run(command);
      if (outcome.kind === "again") await this.postpone(command, outcome.seconds, "looked too early", false);
      else await this.finish(command, outcome.kind === "done" ? "done" : "cancelled");
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      await this.failed(command, error);
    }
  }

  private async failed(command: CarrierCommand, error: CarrierError): Promise<void> {
    const text = `${error.failure}${error.code === undefined ? "" : ` ${error.code}`}: ${error.message}`.slice(0, 500);
    this.log.warn({ command: command.kind, id: String(command.id), attempt: command.attempts, error: text }, "carrier");
    const patience = NOT_TRIED[error.failure];
    if (patience !== undefined && command.ageSeconds < patience) {
      const seconds = error.retryAfterSeconds ?? Math.min(2, backoffSeconds(command.attempts));
      await this.putBack(command, seconds * (1 + Math.random() / 10), text);
      return;
    }
    const forGood = error.failure === "refused" || error.failure === "gone" || patience !== undefined;
    if (forGood || command.attempts >= this.mostAttempts()) {
      await this.finish(command, "failed", text);
      await this.commands.giveUp(command, error);
      if (error.failure !== "gone")
        await this.ports.alerts.raise("carrier_command_failed", command.kind, { error: text });
      return;
    }
    const unknown = error.failure === "unknown_outcome" || command.outcomeUnknown;
    const seconds = Math.max(backoffSeconds(command.attempts), unknown ? LOOK_FIRST_SECONDS : 0);
    await this.postpone(command, seconds, text, unknown);
  }

  private finish(
    { id }: CarrierCommand,
    status: FinishedCommand["status"],
    error: string | null = null,
  ): Promise<void> {
    return this.finishing.submit({ id, status, error });
  }

  private async putBack(command: CarrierCommand, seconds: number, reason: string): Promise<void> {
    await this.outbox.putBack(command.id, seconds, reason, command.outcomeUnknown);
    this.kickIn(seconds);
  }

  private async postpone(command: CarrierCommand, seconds: number, reason: string, unknown: boolean): Promise<void> {
    await this.outbox.postpone(command.id, seconds, reason, unknown);
    this.kickIn(seconds);
  }

  /** A hint for this process; the sweeper finds the command in any case. */
  private kickIn(seconds: number): void {
    setTimeout(() => this.kick(), seconds * 1_000 + 5).unref();
  }
}
