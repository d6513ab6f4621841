import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Db } from "@/lib/db/client";
import { testEnvironment } from "../house";
import { type Answer, type Ask, type Fault, isReport, type Order, type Report } from "./messages";

const PROGRAM = fileURLToPath(new URL("./worker.ts", import.meta.url));
/** Milliseconds that a worker may take to start, when the machine has much else to do. */
export const START_MS = 120_000;
const ANSWER_MS = 60_000;
const BACKENDS_GONE_MS = 20_000;
const LAST_WORDS = 40;

/** What came of a request: its answer, or that the process died over it. */
export type Outcome = Answer | "died";

let named = 0;

/** One worker process, and what is asked of it. */
class Hand {
  /** Its connections are called so in pg_stat_activity. */
  readonly name = `history ${process.pid}.${(named += 1)}`;
  readonly ready: Promise<void>;
  readonly gone: Promise<void>;
  readonly words: string[] = [];
  alive = true;
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (outcome: Outcome | Error) => void>();
  private armed: ((statements: number) => void) | undefined;
  private asked = 0;

  constructor(databaseUrl: string) {
    const url = new URL(databaseUrl);
    url.searchParams.set("application_name", this.name);
    this.child = fork(PROGRAM, [url.href], {
      execArgv: ["--import", "tsx"],
      env: { PATH: process.env.PATH ?? "", ...testEnvironment(url.href), NODE_ENV: "test", DATABASE_POOL_SIZE: "6" },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.words.push(text);
        this.words.splice(0, this.words.length - LAST_WORDS);
      });
    }
    this.gone = new Promise((resolve) => this.child.once("exit", () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`a worker did not start: ${this.words.join("")}`)), START_MS);
      this.child.on("message", (message) => {
        if (!isReport(message)) return;
        if (message.report === "ready") {
          clearTimeout(late);
          resolve();
        } else this.hear(message);
      });
      void this.gone.then(() => {
        clearTimeout(late);
        reject(new Error(`a worker ended while it started: ${this.words.join("")}`));
      });
    });
    // Whoever waits for it hears of it; a spare that nobody ever waited for may fail unheard.
    this.ready.catch(() => undefined);
    void this.gone.then(() => {
      this.alive = false;
      this.armed?.(-1);
      for (const tell of this.waiting.values()) tell("died");
      this.waiting.clear();
    });
  }

  ask(ask: Ask): Promise<Outcome> {
    if (!this.alive) return Promise.resolve("died");
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`${ask.method} ${ask.path} was not answered within ${ANSWER_MS} ms`));
      }, ANSWER_MS);
      this.waiting.set(id, (outcome) => {
        clearTimeout(late);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      });
      this.send({ order: "ask", id, ask });
    });
  }

  /** Counts statements from here on; answers how many the worker has sent since the last time, -1 when it died. */
  arm(fault: Fault | null): Promise<number> {
    if (!this.alive) return Promise.resolve(-1);
    return new Promise((resolve) => {
      this.armed = resolve;
      this.send({ order: "arm", fault });
    });
  }

  age(seconds: number): void {
    if (this.alive) this.send({ order: "age", seconds });
  }

  kill(): Promise<void> {
    this.child.kill("SIGKILL");
    return this.gone;
  }

  private send(order: Order): void {
    // A process that has just died takes no orders: `gone` answers for it.
    this.child.send(order, () => undefined);
  }

  private hear(report: Exclude<Report, { report: "ready" }>): void {
    if (report.report === "armed") {
      this.armed?.(report.statements);
      this.armed = undefined;
      return;
    }
    const tell = this.waiting.get(report.id);
    this.waiting.delete(report.id);
    tell?.(report.report === "answer" ? report.answer : new Error(report.error));
  }
}

/**
 * Worker processes over one database. Those that die are replaced by spares that were started beforehand, so that a
 * history does not wait for a process to start.
 */
export class Crew {
  private readonly hands: Hand[] = [];
  private spare: Hand | undefined;
  private fallen: Hand[] = [];
  /** Processes that died, by whatever cause. */
  deaths = 0;
  cuts = 0;

  constructor(
    private readonly db: Db,
    private readonly databaseUrl: string,
    private readonly size: number,
  ) {}

  async start(): Promise<void> {
    while (this.hands.length < this.size) this.hands.push(new Hand(this.databaseUrl));
    this.spare = new Hand(this.databaseUrl);
    await Promise.all(this.hands.map((hand) => hand.ready));
  }

  ask(worker: number, ask: Ask): Promise<Outcome> {
    return this.hand(worker).ask(ask);
  }

  arm(worker: number, fault: Fault | null): Promise<number> {
    return this.hand(worker).arm(fault);
  }

  /** Time passes for the processes as it does for the database. */
  age(seconds: number): void {
    for (const hand of this.hands) hand.age(seconds);
  }

  kill(worker: number): Promise<void> {
    return this.hand(worker).kill();
  }

  /** What the workers have written lately, for whoever has to understand a failure. */
  words(): string {
    return [...this.fallen, ...this.hands].map((hand) => hand.words.join("")).join("");
  }

  /** Cuts connections of living workers at the server: each with a chance of one in two. */
  async cutConnections(): Promise<void> {
    const rows = await this.db.$queryRaw<{ cut: boolean }[]>`
      SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = ANY (${this.hands.map(({ name }) => name)}::text[])
        AND random() < 0.5`;
    this.cuts += rows.length;
  }

  /**
   * Puts new processes in the place of dead ones, and waits until the database has ended what the dead had begun: the
   * server finishes the statement it is at before it sees that nobody listens.
   */
  async refill(): Promise<void> {
    for (const [index, hand] of this.hands.entries()) {
      if (hand.alive) continue;
      this.deaths += 1;
      this.fallen = [...this.fallen, hand].slice(-4);
      const next = this.spare ?? new Hand(this.databaseUrl);
      this.hands[index] = next;
      this.spare = new Hand(this.databaseUrl);
      await next.ready;
      await this.untilGone(hand.name);
    }
  }

  async stop(): Promise<void> {
    const all = [...this.hands, ...(this.spare ? [this.spare] : [])];
    await Promise.all(all.map((hand) => hand.kill()));
    for (const hand of all) await this.untilGone(hand.name);
  }

  private async untilGone(name: string): Promise<void> {
    const deadline = Date.now() + BACKENDS_GONE_MS;
    for (;;) {
      const [row] = await this.db.$queryRaw<{ left: number }[]>`
        SELECT count(*)::int AS left FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = ${name}`;
      if (!row || row.left === 0) return;
      if (Date.now() > deadline) throw new Error(`connections of a dead worker are still there: ${row.left}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  private hand(worker: number): Hand {
    return this.hands[worker % this.hands.length] as Hand;
  }
}
