import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { forbidden } from "@/lib/errors";
import { isStaff, type Principal } from "@/lib/principal";
import {
  type PartScore,
  performanceScores,
  PROMPT_HOURS,
  standingAmong,
  TEAM_SCORE,
  WEIGHTS,
  WINDOW_DAYS,
} from "../domain/performance-score";
import type { PerformanceRepository, StoredPerformance } from "../repositories/performance.repository";
import type { AgentPerformanceView, PerformanceOverview } from "../performance.schemas";

/** Scores older than this are computed anew by whoever asks; with a worker running they never become so old. */
const STALE_SECONDS = 600;
/** The worker's rounds compute scores that are at least this old. */
const FRESH_SECONDS = 55;
const TIMEOUT_MS = 30_000;

/** Each agent's performance score: computed together for all, stored, and read by everybody from the store. */
export class PerformanceService {
  private underWay: Promise<boolean> | undefined;

  constructor(
    private readonly db: Db,
    private readonly rows: PerformanceRepository,
  ) {}

  /**
   * Computes all scores from the leads and stores them, unless they are younger than `olderThanSeconds` or somebody
   * else is at it, here or in another process. Answers whether it did.
   */
  async refresh(olderThanSeconds = 0): Promise<boolean> {
    this.underWay ??= inTransaction(this.db, (tx) => this.compute(tx, olderThanSeconds), {
      timeoutMs: TIMEOUT_MS,
    }).finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  /** One round of the worker. */
  async round(): Promise<boolean> {
    return this.refresh(FRESH_SECONDS);
  }

  /**
   * Each agent's score as stored; whoever is not there has the team's mean. Outside a transaction, stale scores are
   * computed anew first; inside one, whose locks others wait for, never.
   */
  async scores(tx?: Tx): Promise<(agentId: string) => number> {
    if (!tx) await this.freshen();
    const known = await this.rows.scores(tx);
    return (agentId) => known.get(agentId) ?? TEAM_SCORE;
  }

  /** Everybody's score with what it is made of (managers); agents see the formula and their own. Throws 403. */
  async overview(principal: Principal): Promise<PerformanceOverview> {
    if (!isStaff(principal) && principal.agentId === undefined) throw forbidden("Your account is not an agent's.");
    await this.freshen();
    const all = await this.rows.list();
    const seen = isStaff(principal) ? all : all.filter(({ agentId }) => agentId === principal.agentId);
    return {
      formula: {
        weights: { ...WEIGHTS },
        window_days: WINDOW_DAYS,
        prompt_hours: PROMPT_HOURS,
        team_mean: TEAM_SCORE,
        interval: 0.9,
      },
      computed_at: all[0]?.computedAt.toISOString() ?? null,
      agents: seen.map((own) => viewOf(own, all)),
    };
  }

  private async freshen(): Promise<void> {
    const age = await this.rows.ageSeconds();
    if (age === undefined || age > STALE_SECONDS) await this.refresh(STALE_SECONDS);
  }

  private async compute(tx: Tx, olderThanSeconds: number): Promise<boolean> {
    if (!(await this.rows.claim(tx))) return false;
    const age = await this.rows.ageSeconds(tx);
    if (age !== undefined && age < olderThanSeconds) return false;
    const agentIds = await this.rows.agentIds(tx);
    const scores = performanceScores(agentIds, await this.rows.leadCounts(tx));
    await this.rows.replace(
      tx,
      scores.map(({ agentId, score, low, high, sd, parts }) => ({ agentId, score, low, high, details: { sd, parts } })),
    );
    return true;
  }
}

/** Who can be told apart is asked among those whose account is switched on, as the list shows them. */
function viewOf(own: StoredPerformance, all: readonly StoredPerformance[]): AgentPerformanceView {
  const { email, name, score, low, high, details } = own;
  const placed = all.map((one) => ({ score: one.score, sd: one.details.sd }));
  const { comparableWith, bestRank, worstRank } = standingAmong({ score, sd: details.sd }, placed);
  return {
    agent_id: email,
    name,
    score,
    low,
    high,
    n: Math.max(...details.parts.map(({ n }) => n)),
    parts: details.parts.map(partView),
    comparable_with: comparableWith,
    best_rank: bestRank,
    worst_rank: worstRank,
  };
}

const partView = ({ name, score, low, high, n, good, expected }: PartScore) => ({
  name,
  score,
  low,
  high,
  n,
  good,
  expected,
});
