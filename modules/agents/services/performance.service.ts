import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { forbidden } from "@/lib/errors";
import type { Pace } from "@/lib/jobs/pace";
import { isStaff, type Principal } from "@/lib/principal";
import {
  commonSources,
  type LeadCounts,
  type PartScore,
  performanceScores,
  PROMPT_HOURS,
  standingAmong,
  TEAM_SCORE,
  WEIGHTS,
  WINDOW_DAYS,
} from "../domain/performance-score";
import type {
  PerformanceRepository,
  PerformanceWrite,
  StoredPerformance,
} from "../repositories/performance.repository";
import type { AgentPerformanceView, PerformanceOverview } from "../performance.schemas";

/** Scores older than this are computed anew by whoever asks; with a worker running they never become so old. */
const STALE_SECONDS = 600;
/** The worker's rounds compute scores that are at least this old. */
const FRESH_SECONDS = 55;
/** Agents whose leads one statement counts: a tenth of a second at 10,000 leads each. */
const AGENTS_AT_ONCE = 3;

/** Each agent's performance score: computed together for all, stored, and read by everybody from the store. */
export class PerformanceService {
  private underWay: Promise<boolean> | undefined;

  constructor(
    private readonly db: Db,
    private readonly rows: PerformanceRepository,
    private readonly pace: Pick<Pace, "rest">,
  ) {}

  /**
   * Computes all scores from the leads and stores them, unless they are younger than `olderThanSeconds` or somebody
   * else is at it, here or in another process. Answers whether it did.
   */
  async refresh(olderThanSeconds = 0, pace?: Pick<Pace, "rest">): Promise<boolean> {
    this.underWay ??= this.recompute(olderThanSeconds, pace).finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  /** One round of the worker. */
  async round(): Promise<boolean> {
    return this.refresh(FRESH_SECONDS, this.pace);
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

  /** Counts agents by agents, each time in a short transaction of its own, with rests where nobody waits; then stores. */
  private async recompute(olderThanSeconds: number, pace?: Pick<Pace, "rest">): Promise<boolean> {
    const age = await this.rows.ageSeconds();
    if (age !== undefined && age < olderThanSeconds) return false;
    const agentIds = await this.rows.agentIds(this.db);
    const counts: LeadCounts[] = [];
    for (const slice of slices(agentIds)) {
      const startedAt = performance.now();
      counts.push(...(await inTransaction(this.db, (tx) => this.rows.leadCounts(tx, slice))));
      await pace?.rest(performance.now() - startedAt);
    }
    return inTransaction(this.db, (tx) => this.store(tx, olderThanSeconds, writesOf(agentIds, counts)));
  }

  /** Stores scores, unless another process is at it or stored some meanwhile that are young enough. */
  private async store(tx: Tx, olderThanSeconds: number, scores: readonly PerformanceWrite[]): Promise<boolean> {
    if (!(await this.rows.claim(tx))) return false;
    const age = await this.rows.ageSeconds(tx);
    if (age !== undefined && age < olderThanSeconds) return false;
    await this.rows.replace(tx, scores);
    return true;
  }
}

function slices(agentIds: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let from = 0; from < agentIds.length; from += AGENTS_AT_ONCE) {
    parts.push(agentIds.slice(from, from + AGENTS_AT_ONCE));
  }
  return parts;
}

function writesOf(agentIds: readonly string[], counts: readonly LeadCounts[]): PerformanceWrite[] {
  const scores = performanceScores(agentIds, commonSources(counts));
  return scores.map(({ agentId, score, low, high, sd, parts }) => ({
    agentId,
    score,
    low,
    high,
    details: { sd, parts },
  }));
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
