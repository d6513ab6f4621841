import type { Db } from "@/lib/db/client";
import { CHUNK_ROWS } from "../domain/bulk";

/** A row of a plan as people look at it. */
export interface PlanRowFacts {
  /** In the plan's order, from 0. */
  place: number;
  leadId: string | null;
  name: string | null;
  status: string;
  code: string | null;
  /** { field: [before, after] }, agents by their opaque ids. */
  difference: Record<string, [unknown, unknown]> | null;
  at: Date | null;
}

/** One written chunk, for the answer of a request that has waited for it: arrays beside each other. */
export interface WrittenChunk {
  place: number;
  leadIds: (string | null)[];
  /** What came of each row; null where the plan ended before it. */
  outcomes: (string | null)[] | null;
  verdicts: string[];
  owners: (string | null)[] | null;
  targets: (string | null)[];
  at: Date | null;
}

/** What an agent, by e-mail, gets and loses by a plan. */
export interface PlanShare {
  agent: string;
  name: string;
  leads: number;
  loses: number;
}

export interface PlanPerson {
  email: string;
  name: string;
}

/** What plans say of their rows. */
export class PlanRowsRepository {
  constructor(private readonly db: Db) {}

  /**
   * Rows from `from` on, of one status when given. `unreached` is what a row that was to change is called while it has
   * not been written. Chunks are looked through in order, and only the rows that are answered are read whole.
   */
  async page(
    planId: string,
    wanted: { from: number; status: string | undefined; unreached: string },
    limit: number,
  ): Promise<PlanRowFacts[]> {
    const chunk = Math.floor(wanted.from / CHUNK_ROWS);
    return this.db.$queryRaw<PlanRowFacts[]>`
      SELECT found.row AS "place", found.lead::text AS "leadId", l.name, found.status,
        CASE found.status WHEN 'refused' THEN found.verdict WHEN 'failed' THEN found.outcome END AS "code",
        (SELECT c.differences -> (found.n - 1) FROM bulk_plan_chunks c
          WHERE c.plan_id = ${planId}::uuid AND c.place = found.place) AS "difference", found.applied_at AS "at"
      FROM (
        SELECT r.*, CASE WHEN r.verdict = 'equal' THEN 'already_equal' WHEN r.verdict <> 'change' THEN 'refused'
            WHEN r.outcome IS NULL THEN ${wanted.unreached} WHEN r.outcome = 'changed' THEN 'changed'
            ELSE 'failed' END AS status
        FROM (
          SELECT c.place, c.applied_at, u.n::int AS n, (c.place * ${CHUNK_ROWS}::int + u.n - 1)::int AS row, u.lead,
            u.verdict, u.outcome
          FROM (SELECT * FROM bulk_plan_chunks WHERE plan_id = ${planId}::uuid AND place >= ${chunk}::int
              ORDER BY place) c
            CROSS JOIN LATERAL unnest(c.lead_ids, c.verdicts, c.outcomes) WITH ORDINALITY AS u(lead, verdict, outcome, n)
        ) r
        WHERE r.row >= ${wanted.from}::int AND r.verdict IS NOT NULL) found
        LEFT JOIN leads l ON l.id = found.lead AND l.deleted_at IS NULL
      WHERE ${wanted.status ?? null}::text IS NULL OR found.status = ${wanted.status ?? null}::text
      ORDER BY found.place, found.n LIMIT ${limit}::int`;
  }

  /** Leads that come to and go from each agent: those that were written, or all that are to change. */
  async shares(planId: string, written: boolean): Promise<PlanShare[]> {
    return this.db.$queryRaw<PlanShare[]>`
      SELECT p.email AS "agent", p.name, moved.came::int AS "leads", moved.went::int AS "loses"
      FROM (
        SELECT side.agent, count(*) FILTER (WHERE side.comes) AS came, count(*) FILTER (WHERE NOT side.comes) AS went
        FROM bulk_plan_chunks c
          CROSS JOIN LATERAL jsonb_array_elements(c.differences) WITH ORDINALITY AS d(value, n)
          CROSS JOIN LATERAL (VALUES (d.value #>> '{assigned_agent,0}', FALSE), (d.value #>> '{assigned_agent,1}', TRUE))
            AS side(agent, comes)
        WHERE c.plan_id = ${planId}::uuid AND side.agent IS NOT NULL AND c.verdicts[d.n] = 'change'
          AND (NOT ${written}::boolean OR c.outcomes[d.n] = 'changed')
        GROUP BY side.agent) moved
        JOIN agents a ON a.id = moved.agent::uuid JOIN users p ON p.id = a.user_id
      ORDER BY moved.came DESC, moved.went DESC, p.name, p.email`;
  }

  /** All chunks of a small plan. */
  async written(planId: string): Promise<WrittenChunk[]> {
    return this.db.$queryRaw<WrittenChunk[]>`
      SELECT c.place, c.lead_ids::text[] AS "leadIds", c.outcomes, c.verdicts, c.owners::text[] AS "owners",
        ARRAY(SELECT d.value #>> '{assigned_agent,1}' FROM jsonb_array_elements(c.differences)
          WITH ORDINALITY AS d(value, n) ORDER BY d.n) AS "targets", c.applied_at AS "at"
      FROM bulk_plan_chunks c WHERE c.plan_id = ${planId}::uuid ORDER BY c.place`;
  }

  /** When these leads were assigned to whom they are with. */
  async assignedAt(leadIds: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.db.$queryRaw<{ id: string; at: Date }[]>`
      SELECT l.id::text AS "id", coalesce(l.assigned_at, l.updated_at) AS "at" FROM leads l
      WHERE l.id = ANY (${leadIds as string[]}::uuid[])`;
    return new Map(rows.map(({ id, at }) => [id, at]));
  }

  /** Who these agents are, by opaque id. */
  async people(agentIds: readonly string[]): Promise<Map<string, PlanPerson>> {
    const rows = await this.db.$queryRaw<({ id: string } & PlanPerson)[]>`
      SELECT a.id::text AS "id", u.email, u.name FROM agents a JOIN users u ON u.id = a.user_id
      WHERE a.id = ANY (${[...new Set(agentIds)]}::uuid[])`;
    return new Map(rows.map(({ id, ...person }) => [id, person]));
  }

  /** Their e-mails, by opaque id. */
  async emails(agentIds: readonly string[]): Promise<Map<string, string>> {
    const people = await this.people(agentIds);
    return new Map([...people].map(([id, { email }]) => [id, email]));
  }
}
