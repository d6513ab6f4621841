import { setTimeout as delay } from "node:timers/promises";
import { requireStaff, systemActor, type Principal } from "@/lib/principal";
import type { CommandKick } from "../domain/carrier-commands";
import type { PoolAgentView } from "../readiness.schemas";
import type { CallAssignmentService } from "./call-assignment.service";
import type { Wake } from "./offer-ending.service";

/** Milliseconds between a round and the one that follows it: as long as the round took, within these. */
const GATHER_MS = { least: 10, most: 100 };

export interface PollingLog {
  error(fields: object, message: string): void;
}

/** A whole pool with everybody's readiness, from one query. */
export interface PoolValidation {
  validate(queueKey: string | undefined): Promise<PoolAgentView[]>;
}

/**
 * Continuous discovery: every event that could bring a caller and an agent together wakes it. Wake-ups that come while
 * a round runs become one more round, so that a burst of a thousand costs two.
 */
export class AgentPollingService implements Wake {
  private running: Promise<number> | undefined;
  /** Promised to those who called while a round ran. */
  private following: Promise<number> | undefined;
  private stopped = false;
  /** When the next round may begin, by the process's clock in milliseconds. */
  private notBefore = 0;

  constructor(
    private readonly assignment: Pick<CallAssignmentService, "offerWaiting">,
    private readonly commands: CommandKick,
    private readonly log: PollingLog,
    private readonly pool: PoolValidation,
    /** Whether events wake it; without them its rounds are the timer's. */
    private readonly isContinuous: () => Promise<boolean> = () => Promise.resolve(true),
  ) {}

  /** Looks for agents soon, in this process; never throws: a failed round is logged, and the next event tries again. */
  wake(): void {
    this.runIfContinuous().catch((error: unknown) =>
      this.log.error({ err: error }, "waiting calls could not be offered"),
    );
  }

  /** Who could be offered a call now, by score, with the issues of the others (managers). */
  async validatePool(
    principal: Principal,
    queueKey: string | undefined,
  ): Promise<{ agents: PoolAgentView[]; summary: { agents: number; ready: number; averageScore: number } }> {
    requireStaff(principal);
    const agents = (await this.pool.validate(queueKey)).sort((a, b) => b.score - a.score);
    const total = agents.reduce((sum, agent) => sum + agent.score, 0);
    const averageScore = agents.length === 0 ? 0 : Math.round((total / agents.length) * 10) / 10;
    return {
      agents,
      summary: { agents: agents.length, ready: agents.filter((agent) => agent.ready).length, averageScore },
    };
  }

  private async runIfContinuous(): Promise<void> {
    // While a round runs there is no doubt: it is to be followed by another.
    if (this.running || (await this.isContinuous())) await this.run();
  }

  /**
   * Answers the offers of the next round, which begins after this call: at once, or when the one under way is over. All
   * who call meanwhile share it, and nobody waits for more than two. Throws what the round throws.
   */
  async run(): Promise<number> {
    if (this.stopped) return 0;
    this.following ??= this.roundAfter(this.running);
    return this.following;
  }

  /** Begins no further round, and resolves when the present one is over. */
  async stop(): Promise<void> {
    this.stopped = true;
    // A failed round has told whoever began it.
    await Promise.allSettled([this.running, this.following]);
  }

  private async roundAfter(before: Promise<number> | undefined): Promise<number> {
    await Promise.allSettled([before]);
    // A round costs much the same for one offer as for many: while events rain, they are gathered.
    const early = this.notBefore - performance.now();
    if (early > 0) await delay(early);
    // Who calls from here on may know something that this round does not read any more: theirs is the one after it.
    const current = this.following;
    this.running = current;
    this.following = undefined;
    const begunAt = performance.now();
    try {
      if (this.stopped) return 0;
      const made = await this.assignment.offerWaiting(systemActor("dispatcher"));
      this.commands.kick();
      return made;
    } finally {
      const endedAt = performance.now();
      this.notBefore = endedAt + Math.min(GATHER_MS.most, Math.max(GATHER_MS.least, endedAt - begunAt));
      if (this.running === current) this.running = undefined;
    }
  }
}
