import { requireStaff, systemActor, type Principal } from "@/lib/principal";
import type { CommandKick } from "../domain/carrier-commands";
import type { PoolAgentView } from "../readiness.schemas";
import type { CallAssignmentService } from "./call-assignment.service";
import type { Wake } from "./offer-ending.service";

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
  private again = false;
  private stopped = false;

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

  /** Runs rounds until one begun after this call has ended; answers the offers made. Throws what the round throws. */
  async run(): Promise<number> {
    if (this.stopped) return 0;
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.rounds();
    return this.running;
  }

  /** Begins no further round, and resolves when the present one is over. */
  async stop(): Promise<void> {
    this.stopped = true;
    // A failed round has told whoever began it.
    await Promise.allSettled([this.running]);
  }

  private async rounds(): Promise<number> {
    let made = 0;
    try {
      do {
        this.again = false;
        made += await this.assignment.offerWaiting(systemActor("dispatcher"));
        this.commands.kick();
      } while (this.again && !this.stopped);
      return made;
    } finally {
      // In the same step as the last look at `again`: a wake-up in between would otherwise join a round that is over.
      this.running = undefined;
    }
  }
}
