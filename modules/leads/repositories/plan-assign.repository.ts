import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { Priority } from "../domain/lead";
import type { Verdict } from "../domain/plan";
import { leadOf } from "./plan-chunk.sql";

const { sql } = Prisma;

/** The rows of some chunks as a dealer needs them: arrays beside each other, null where there is no such lead. */
export interface DealtChunk {
  place: number;
  leadIds: (string | null)[];
  versions: (number | null)[];
  /** The agent each is with; null when nobody. */
  owners: (string | null)[];
  teams: (string | null)[];
  /** Why it is not dealt; null when it is. */
  refusals: (Verdict | null)[];
  priorities: (Priority | null)[];
}

/** One chunk with what was dealt, ready to be stored. */
export interface PreviewedChunk {
  place: number;
  versions: (number | null)[];
  verdicts: Verdict[];
  differences: (object | null)[];
  owners: (string | null)[];
  teams: (string | null)[];
  openBefore: (number | null)[];
}

/** What an assignment plan needs while it is dealt out. */
export class PlanAssignRepository {
  /** The leads of chunks `from` to `to` (not included) as they are now. */
  async leads(executor: Db | Tx, planId: string, from: number, to: number): Promise<DealtChunk[]> {
    return executor.$queryRaw<DealtChunk[]>`
      SELECT c.place, array_agg(l.id::text ORDER BY u.n) AS "leadIds", array_agg(l.version ORDER BY u.n) AS "versions",
        array_agg(l.assigned_agent::text ORDER BY u.n) AS "owners", array_agg(l.team_id::text ORDER BY u.n) AS "teams",
        array_agg(CASE WHEN l.id IS NULL THEN 'lead_not_found' WHEN NOT d.is_open THEN 'lead_closed'
          WHEN l.locked_at IS NOT NULL THEN 'lead_locked' END ORDER BY u.n) AS "refusals",
        array_agg(l.priority::text ORDER BY u.n) AS "priorities"
      FROM bulk_plan_chunks c CROSS JOIN LATERAL unnest(c.lead_ids) WITH ORDINALITY AS u(lead, n)
        LEFT JOIN LATERAL ${leadOf(sql`u.lead`)} l ON TRUE
        LEFT JOIN dispositions d ON d.code = l.disposition
      WHERE c.plan_id = ${planId}::uuid AND c.place >= ${from}::int AND c.place < ${to}::int
      GROUP BY c.place ORDER BY c.place`;
  }

  /** The leads of chunks `from` to `to` (not included) as they were dealt, in that order. */
  async dealt(
    tx: Tx,
    planId: string,
    from: number,
    to: number,
  ): Promise<{ leadId: string; ownerId: string | null; team: string | null; changes: boolean }[]> {
    return tx.$queryRaw`
      SELECT u.lead::text AS "leadId", u.owner::text AS "ownerId", u.team::text AS "team",
        u.verdict = 'change' AS "changes"
      FROM bulk_plan_chunks c CROSS JOIN LATERAL ROWS FROM (unnest(c.lead_ids), unnest(c.owners), unnest(c.teams),
        unnest(c.verdicts)) WITH ORDINALITY AS u(lead, owner, team, verdict, n)
      WHERE c.plan_id = ${planId}::uuid AND c.place >= ${from}::int AND c.place < ${to}::int
        AND u.verdict NOT IN ('lead_closed', 'lead_locked', 'lead_not_found')
      ORDER BY c.place, u.n`;
  }

  /** Forgets what a preview that was interrupted has counted, so that it can begin again. */
  async beginAgain(tx: Tx, planId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE bulk_plans SET will_change = 0, already_equal = 0, refused = 0, needed = NULL, batch_id = NULL
      WHERE id = ${planId}::uuid`;
  }

  /** Stores the preview of chunks, and counts it on the plan. */
  async store(tx: Tx, planId: string, chunks: readonly PreviewedChunk[]): Promise<void> {
    const verdicts = chunks.flatMap((chunk) => chunk.verdicts);
    const changing = verdicts.filter((verdict) => verdict === "change").length;
    const equal = verdicts.filter((verdict) => verdict === "equal").length;
    const texts = (of: (chunk: PreviewedChunk) => readonly (string | number | null)[]): string[] =>
      chunks.map((chunk) => arrayLiteral(of(chunk)));
    await tx.$executeRaw`
      UPDATE bulk_plan_chunks c SET versions = s.versions::int[], verdicts = s.verdicts::text[],
        differences = s.differences::jsonb, owners = s.owners::uuid[], teams = s.teams::uuid[],
        open_before = s.open_before::int[]
      FROM unnest(${chunks.map(({ place }) => place)}::int[], ${texts(({ versions }) => versions)}::text[],
        ${texts((chunk) => chunk.verdicts)}::text[],
        ${chunks.map(({ differences }) => JSON.stringify(differences))}::text[],
        ${texts(({ owners }) => owners)}::text[], ${texts(({ teams }) => teams)}::text[],
        ${texts(({ openBefore }) => openBefore)}::text[])
        AS s(place, versions, verdicts, differences, owners, teams, open_before)
      WHERE c.plan_id = ${planId}::uuid AND c.place = s.place`;
    await tx.$executeRaw`
      UPDATE bulk_plans SET will_change = will_change + ${changing}::int, already_equal = already_equal + ${equal}::int,
        refused = refused + ${verdicts.length - changing - equal}::int
      WHERE id = ${planId}::uuid`;
  }

  /** Notes on the plan what the whole of it needs of each agent. */
  async setNeeded(tx: Tx, planId: string, needed: ReadonlyMap<string, number>): Promise<void> {
    await tx.$executeRaw`
      UPDATE bulk_plans SET needed = ${JSON.stringify(Object.fromEntries(needed))}::jsonb WHERE id = ${planId}::uuid`;
  }

  /**
   * Promises the plan the places it needs, as far as its agents have them; they count as load for everybody else. The
   * agents are locked by this, in id order.
   */
  async reserve(tx: Tx, planId: string): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO lead_reservations (plan_id, agent_id, slots)
      SELECT ${planId}::uuid, a.id, least(n.places, a.max_capacity - a.open_leads - reserved_leads(a.id))
      FROM (SELECT a.id, a.max_capacity, a.open_leads FROM agents a
          WHERE a.id IN (SELECT jsonb_object_keys(p.needed)::uuid FROM bulk_plans p WHERE p.id = ${planId}::uuid)
          ORDER BY a.id FOR NO KEY UPDATE) a
        JOIN (SELECT e.key::uuid AS agent, e.value::int AS places FROM bulk_plans p, jsonb_each_text(p.needed) e
          WHERE p.id = ${planId}::uuid) n ON n.agent = a.id
      WHERE a.max_capacity - a.open_leads - reserved_leads(a.id) > 0`;
  }

  /** Stores what the plan's leads are dealt by, once for all of them. */
  async addBatch(
    tx: Tx,
    planId: string,
    batch: { id: string; strategy: string; policyVersion: string; input: unknown; actorId: string },
  ): Promise<void> {
    await tx.$executeRaw`
      WITH plan AS (UPDATE bulk_plans SET batch_id = ${batch.id}::uuid WHERE id = ${planId}::uuid)
      INSERT INTO assignment_batches (id, strategy, policy_version, input, plan_id, actor_id, at)
      VALUES (${batch.id}::uuid, ${batch.strategy}, ${batch.policyVersion}, ${JSON.stringify(batch.input)}::jsonb,
        ${planId}::uuid, ${batch.actorId}::uuid, evenhand_now())`;
  }

  /** The stored setup and result of the deal that a plan's leads were dealt by. */
  async batch(executor: Db | Tx, batchId: string): Promise<{ input: unknown; policyVersion: string }> {
    const rows = await executor.$queryRaw<{ input: unknown; policyVersion: string }[]>`
      SELECT input, policy_version AS "policyVersion" FROM assignment_batches WHERE id = ${batchId}::uuid`;
    if (!rows[0]) throw new Error(`the deal ${batchId} of a plan is gone`);
    return rows[0];
  }
}

/** An array as PostgreSQL reads it; ids, numbers and codes need no quotes. */
const arrayLiteral = (values: readonly (string | number | null)[]): string =>
  `{${values.map((value) => value ?? "NULL").join(",")}}`;
