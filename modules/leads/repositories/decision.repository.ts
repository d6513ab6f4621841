import type { Db } from "@/lib/db/client";
import { CHUNK_ROWS } from "../domain/bulk";

export interface DecisionRow {
  id: bigint;
  leadId: string;
  agentId: string | null;
  previousId: string | null;
  strategy: string;
  policyVersion: string;
  explanation: Record<string, unknown>;
  overrideReason: string | null;
  /** Whose decision it was; null when a program's. */
  decidedBy: string | null;
  /** How that person is called. */
  deciderName: string | null;
  batchId: string | null;
  at: Date;
}

export interface BatchRow {
  id: string;
  strategy: string;
  policyVersion: string;
  /** As the policy of its version wrote it. */
  input: unknown;
  planId: string | null;
}

/** A lead that a plan dealt, as the dealer was given it, with its row in the plan. */
export interface DealtRow {
  row: number;
  leadId: string;
  ownerId: string | null;
  team: string | null;
  /** What came of it; null when the plan did not get there. */
  outcome: string | null;
}

/** A lead that an undo moved, as its plan's row says. */
export interface UndoneRow {
  planId: string;
  leadId: string;
  agentId: string | null;
  previousId: string | null;
}

/** Whom two leads were with before one became part of the other. */
export interface MergeOwners {
  leadId: string;
  mergedId: string;
  /** The agent of the lead that stayed, and of the one that went. */
  own: string | null;
  others: string | null;
}

const UUID = /^[0-9a-f-]{36}$/;

/** Why leads went to whom: as it was written, and what it was written from. Nothing here is ever changed. */
export class DecisionRepository {
  constructor(private readonly db: Db) {}

  /** The decisions of a lead and of those merged into it, newest first, older than `before` when given. */
  async ofLead(leadId: string, before: bigint | undefined, limit: number): Promise<DecisionRow[]> {
    return this.db.$queryRaw<DecisionRow[]>`
      SELECT d.id, d.lead_id::text AS "leadId", d.agent_id::text AS "agentId",
        d.previous_agent_id::text AS "previousId", d.strategy, d.policy_version AS "policyVersion", d.explanation,
        d.override_reason AS "overrideReason", u.email AS "decidedBy", u.name AS "deciderName", d.batch_id::text AS "batchId", d.at
      FROM assignment_decisions d LEFT JOIN users u ON u.id = d.actor_id
      WHERE d.lead_id = ANY (ARRAY[${leadId}::uuid] || ARRAY(SELECT id FROM leads WHERE merged_into = ${leadId}::uuid))
        AND (${before ?? null}::bigint IS NULL OR d.id < ${before ?? null}::bigint)
      ORDER BY d.id DESC LIMIT ${limit}::int`;
  }

  async batch(batchId: string): Promise<BatchRow | undefined> {
    const rows = await this.db.$queryRaw<BatchRow[]>`
      SELECT id::text AS "id", strategy, policy_version AS "policyVersion", input, plan_id::text AS "planId"
      FROM assignment_batches WHERE id = ${batchId}::uuid`;
    return rows[0];
  }

  /**
   * The leads that a plan dealt from row `from` on, before row `to`, in the order in which they were dealt. Rows that
   * were closed, locked or unknown when the plan was made were not dealt and are missing.
   */
  async dealtRows(planId: string, from: number, to: number): Promise<DealtRow[]> {
    return this.db.$queryRaw<DealtRow[]>`
      SELECT (c.place * ${CHUNK_ROWS}::int + u.n - 1)::int AS "row", u.lead::text AS "leadId", u.owner::text AS "ownerId",
        u.team::text AS "team", u.outcome
      FROM bulk_plan_chunks c CROSS JOIN LATERAL ROWS FROM (unnest(c.lead_ids), unnest(c.owners), unnest(c.teams),
        unnest(c.verdicts), unnest(c.outcomes)) WITH ORDINALITY AS u(lead, owner, team, verdict, outcome, n)
      WHERE c.plan_id = ${planId}::uuid AND c.place BETWEEN ${Math.floor(from / CHUNK_ROWS)}::int AND ${Math.floor(to / CHUNK_ROWS)}::int
        AND c.place * ${CHUNK_ROWS}::int + u.n - 1 >= ${from}::int AND c.place * ${CHUNK_ROWS}::int + u.n - 1 < ${to}::int
        AND u.verdict NOT IN ('lead_closed', 'lead_locked', 'lead_not_found')
      ORDER BY c.place, u.n`;
  }

  /** Whether the plan has a row at `row` or after it, dealt or not. */
  async hasRow(planId: string, row: number): Promise<boolean> {
    const chunk = await this.db.bulkPlanChunk.findFirst({
      where: { planId, place: { gte: Math.floor(row / CHUNK_ROWS) } },
      select: { place: true },
    });
    return chunk !== null;
  }

  /** How agents are called. Unknown ones are missing. */
  async people(agentIds: readonly string[]): Promise<Map<string, { email: string; name: string }>> {
    const rows = await this.db.$queryRaw<{ agentId: string; email: string; name: string }[]>`
      SELECT a.id::text AS "agentId", u.email, u.name FROM agents a JOIN users u ON u.id = a.user_id
      WHERE a.id = ANY (${agentIds as string[]}::uuid[])`;
    return new Map(rows.map(({ agentId, ...person }) => [agentId, person]));
  }

  /** What teams are called. */
  async teams(teamIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.db.team.findMany({ where: { id: { in: [...teamIds] } }, select: { id: true, name: true } });
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  /** Batches by id, after `after`. */
  async batches(after: string | undefined, limit: number): Promise<BatchRow[]> {
    return this.db.$queryRaw<BatchRow[]>`
      SELECT id::text AS "id", strategy, policy_version AS "policyVersion", input, plan_id::text AS "planId"
      FROM assignment_batches WHERE ${after ?? null}::uuid IS NULL OR id > ${after ?? null}::uuid
      ORDER BY id LIMIT ${limit}::int`;
  }

  /** The decisions of a batch about these leads, by lead. */
  async ofBatch(batchId: string, leadIds: readonly string[]): Promise<Map<string, DecisionRow>> {
    const rows = await this.db.$queryRaw<DecisionRow[]>`
      SELECT d.id, d.lead_id::text AS "leadId", d.agent_id::text AS "agentId",
        d.previous_agent_id::text AS "previousId", d.strategy, d.policy_version AS "policyVersion", d.explanation,
        d.override_reason AS "overrideReason", NULL AS "decidedBy", NULL AS "deciderName", d.batch_id::text AS "batchId", d.at
      FROM assignment_decisions d
      WHERE d.lead_id = ANY (${leadIds as string[]}::uuid[]) AND d.batch_id = ${batchId}::uuid`;
    return new Map(rows.map((row) => [row.leadId, row]));
  }

  /** The rows of these undo plans that moved these leads. */
  async undone(planIds: readonly string[], leadIds: readonly string[]): Promise<UndoneRow[]> {
    const plans = planIds.filter((id) => UUID.test(id));
    if (plans.length === 0) return [];
    return this.db.$queryRaw<UndoneRow[]>`
      SELECT c.plan_id::text AS "planId", u.lead::text AS "leadId", u.diff #>> '{assigned_agent,1}' AS "agentId",
        u.diff #>> '{assigned_agent,0}' AS "previousId"
      FROM bulk_plan_chunks c
        CROSS JOIN LATERAL ROWS FROM (unnest(c.lead_ids), unnest(c.outcomes), jsonb_array_elements(c.differences))
          AS u(lead, outcome, diff)
        JOIN (SELECT DISTINCT w.lead FROM unnest(${leadIds as string[]}::uuid[]) AS w(lead)) wanted USING (lead)
      WHERE c.plan_id = ANY (${plans}::uuid[]) AND u.outcome = 'changed' AND u.diff ? 'assigned_agent'`;
  }

  /** All merges into these leads, undone ones too. */
  async merges(leadIds: readonly string[]): Promise<MergeOwners[]> {
    if (leadIds.length === 0) return [];
    return this.db.$queryRaw<MergeOwners[]>`
      SELECT lead_id::text AS "leadId", merged_id::text AS "mergedId", lead_before ->> 'assignedAgentId' AS "own",
        merged_before ->> 'assignedAgentId' AS "others"
      FROM lead_merges WHERE lead_id = ANY (${leadIds as string[]}::uuid[])`;
  }

  /** How many decisions each batch has. */
  async countByBatch(): Promise<Map<string, number>> {
    const rows = await this.db.$queryRaw<{ id: string; count: number }[]>`
      SELECT batch_id::text AS "id", count(*)::int AS "count" FROM assignment_decisions
      WHERE batch_id IS NOT NULL GROUP BY batch_id`;
    return new Map(rows.map(({ id, count }) => [id, count]));
  }

  /** Decisions that no batch made, by id, after `after`. */
  async single(after: bigint, limit: number): Promise<DecisionRow[]> {
    return this.db.$queryRaw<DecisionRow[]>`
      SELECT d.id, d.lead_id::text AS "leadId", d.agent_id::text AS "agentId",
        d.previous_agent_id::text AS "previousId", d.strategy, d.policy_version AS "policyVersion", d.explanation,
        d.override_reason AS "overrideReason", NULL AS "decidedBy", NULL AS "deciderName", NULL AS "batchId", d.at
      FROM assignment_decisions d WHERE d.id > ${after}::bigint AND d.batch_id IS NULL
      ORDER BY d.id LIMIT ${limit}::int`;
  }
}
