import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { CHUNK_ROWS } from "../domain/bulk";
import { type PlanField, planFields, type PlanKind, type RowCode } from "../domain/plan";
import type { AgentRoom, MovingRow } from "../domain/plan-room";
import { assignmentsOf, auditSide, heldColumns, timelineOf } from "./plan-chunk.sql";

const { sql, join, empty } = Prisma;

/** What all chunks of a plan have in common. */
export interface ChunkWork {
  planId: string;
  kind: PlanKind;
  fields: readonly PlanField[];
  notes: string | undefined;
  actor: Actor;
  /** Plans that move leads: what their decisions bear. */
  strategy: string;
  policyVersion: string;
  batchId: string | null;
  /** The capacity of each agent when the leads were dealt, which explanations repeat. */
  capacities: ReadonlyMap<string, number>;
}

/** When leads assigned now go back untouched, by priority; null when never. */
export interface DueTimes {
  normal: Date | null;
  high: Date | null;
  urgent: Date | null;
}

export interface ChunkResult {
  at: Date;
  rows: number;
  changed: number;
  /** Rows that were to change and did not. */
  failed: number;
  /** The agents that leads were given to. */
  targets: string[];
  /** Leads whose agent has not worked on them and that are open again, or have another priority with a timer running. */
  reopened: string[];
  reprioritised: string[];
}

/** Rows of the chunk that are left out although their lead is as it was, with why; places count from 1. */
export type LeftOut = ReadonlyMap<number, RowCode>;

/** Writes one chunk of a plan: CHUNK_ROWS rows at most, in one statement that reads the plan's own differences. */
export class PlanChunkRepository {
  /** The chunks that are still to be written, in order; 4,000 at most. */
  async pending(executor: Db | Tx, planId: string): Promise<number[]> {
    const rows = await executor.$queryRaw<{ places: number[] }[]>`
      SELECT coalesce(array_agg(place ORDER BY place), '{}') AS "places" FROM bulk_plan_chunks
      WHERE plan_id = ${planId}::uuid AND applied_at IS NULL`;
    return rows[0]?.places ?? [];
  }

  /**
   * Locks the chunk, then its leads in id order, and writes those that are as they were previewed: leads, timeline,
   * decisions, audit, and what came of each row. Agents' counters are locked by the trigger at the end of the
   * statement, so they are held for a moment only. Answers undefined when the chunk was written before. The database
   * refuses (EH001) when an agent would pass max_capacity; then nothing is written.
   */
  async write(tx: Tx, work: ChunkWork, place: number, due: DueTimes, left: LeftOut): Promise<ChunkResult | undefined> {
    const { planId, fields } = work;
    const moves = fields.includes("assigned_agent");
    const rows = await tx.$queryRaw<ChunkResult[]>`${statementName(work)}
      WITH clock AS MATERIALIZED (SELECT date_trunc('milliseconds', evenhand_now()) AS now),
      due AS MATERIALIZED (SELECT ${due.normal}::timestamptz AS normal, ${due.high}::timestamptz AS high,
        ${due.urgent}::timestamptz AS urgent),
      plan AS MATERIALIZED (SELECT ${work.strategy}::text AS strategy),
      row AS MATERIALIZED (
        SELECT u.* FROM bulk_plan_chunks c, ROWS FROM (unnest(c.lead_ids), unnest(c.versions), unnest(c.verdicts),
          jsonb_array_elements(c.differences), unnest(c.open_before)) WITH ORDINALITY
          AS u(lead, version, verdict, diff, open_before, place)
        WHERE c.plan_id = ${planId}::uuid AND c.place = ${place}::int AND c.applied_at IS NULL
        FOR NO KEY UPDATE OF c),
      held AS MATERIALIZED (
        SELECT l.id, r.place, r.diff, r.open_before, l.version, l.return_due_at IS NOT NULL AS timed,
          l.assigned_agent IS NOT NULL AND l.touched_at IS NULL AS untouched, ${heldColumns(fields)}
        FROM row r JOIN leads l ON l.id = r.lead
        WHERE r.verdict = 'change' AND l.version = r.version AND l.deleted_at IS NULL AND l.locked_at IS NULL
          AND r.place <> ALL (${[...left.keys()]}::int[])
        ORDER BY l.id FOR NO KEY UPDATE OF l),
      changed AS (
        UPDATE leads l SET version = l.version + 1, updated_at = clock.now, last_activity_at = clock.now,
          ${join(this.setsOf(work), ", ")}
        FROM held h, clock, due WHERE l.id = h.id),
      ${moves ? this.decisions(work, place) : empty}
      timeline AS (
        INSERT INTO lead_activities (lead_id, type, actor_id, actor_label, data, at)
        SELECT e.lead, e.type, ${work.actor.id ?? null}::uuid, ${work.actor.label}, e.data, clock.now
        FROM (${timelineOf(fields, planId, work.notes)}) AS e(place, rank, lead, type, data), clock
        ORDER BY e.place, e.rank),
      ${this.audit(work, moves)}
      outcome AS MATERIALIZED (
        SELECT r.place, h.id IS NOT NULL AS written, r.verdict, h.version + 1 AS version_after,
          CASE WHEN h.id IS NOT NULL THEN 'changed' WHEN r.verdict <> 'change' THEN r.verdict
            ELSE coalesce(
              (SELECT x.code FROM unnest(${[...left.keys()]}::int[], ${[...left.values()]}::text[]) AS x(place, code)
                WHERE x.place = r.place),
              (SELECT CASE WHEN l.locked_at IS NULL THEN 'changed_since' ELSE 'lead_locked' END
                FROM leads l WHERE l.id = r.lead AND l.deleted_at IS NULL),
              'lead_not_found') END AS code
        FROM row r LEFT JOIN held h ON h.place = r.place),
      stored AS (
        UPDATE bulk_plan_chunks c SET applied_at = clock.now, outcomes = o.codes, versions_after = o.versions
        FROM clock, (SELECT array_agg(code ORDER BY place) AS codes,
          array_agg(version_after ORDER BY place) AS versions FROM outcome) o
        WHERE c.plan_id = ${planId}::uuid AND c.place = ${place}::int AND o.codes IS NOT NULL)
      SELECT clock.now AS "at", (SELECT count(*) FROM outcome)::int AS "rows",
        (SELECT count(*) FROM held)::int AS "changed",
        (SELECT count(*) FILTER (WHERE verdict = 'change' AND NOT written) FROM outcome)::int AS "failed",
        ${
          moves
            ? sql`ARRAY(SELECT DISTINCT h.agent_after::text FROM held h WHERE h.moves AND h.agent_after IS NOT NULL)`
            : sql`'{}'::text[]`
        } AS "targets",
        ${this.timersTouched(work)}
      FROM clock`;
    const [result] = rows;
    return result && result.rows > 0 ? result : undefined;
  }

  /** The chunk's rows that are as they were previewed, with how each moves open leads; their leads are locked. */
  async movingRows(tx: Tx, planId: string, place: number): Promise<MovingRow[]> {
    return tx.$queryRaw<MovingRow[]>`
      SELECT r.place::int AS "place",
        CASE WHEN before.is_open THEN l.assigned_agent::text END AS "from",
        CASE WHEN after.is_open THEN CASE WHEN r.diff ? 'assigned_agent' THEN r.diff #>> '{assigned_agent,1}'
          ELSE l.assigned_agent::text END END AS "to",
        r.diff #>> '{assigned_agent,1}' AS "given"
      FROM bulk_plan_chunks c
        CROSS JOIN LATERAL ROWS FROM (unnest(c.lead_ids), unnest(c.versions), unnest(c.verdicts),
          jsonb_array_elements(c.differences)) WITH ORDINALITY AS r(lead, version, verdict, diff, place)
        JOIN leads l ON l.id = r.lead AND l.version = r.version AND l.deleted_at IS NULL AND l.locked_at IS NULL
        JOIN dispositions before ON before.code = l.disposition
        JOIN dispositions after ON after.code = coalesce(r.diff #>> '{disposition,1}', l.disposition)
      WHERE c.plan_id = ${planId}::uuid AND c.place = ${place}::int AND r.verdict = 'change'
      ORDER BY r.place`;
  }

  /** Locks the leads that chunks `from` to `to` (not included) are to change, in id order. */
  async lockLeads(tx: Tx, planId: string, from: number, to: number): Promise<void> {
    await tx.$executeRaw`
      SELECT 1 FROM leads l WHERE l.id IN (
        SELECT u.lead FROM bulk_plan_chunks c, unnest(c.lead_ids, c.verdicts) AS u(lead, verdict)
        WHERE c.plan_id = ${planId}::uuid AND c.place >= ${from}::int AND c.place < ${to}::int
          AND u.verdict = 'change')
      ORDER BY l.id FOR NO KEY UPDATE`;
  }

  /** Locks agents in id order; answers the room each has for this plan, and whether it takes leads. */
  async lockRooms(tx: Tx, planId: string, agentIds: readonly string[], mayBeAway: boolean): Promise<AgentRoom[]> {
    return tx.$queryRaw<AgentRoom[]>`
      SELECT a.id::text AS "agentId", a.open_leads AS "openLeads", a.max_capacity AS "maxCapacity",
        coalesce(own.slots, 0) AS "ownReserved", reserved_leads(a.id) - coalesce(own.slots, 0) AS "otherReserved",
        u.disabled_at IS NULL AND (a.availability = 'active' OR ${mayBeAway}::boolean) AS "takes"
      FROM agents a JOIN users u ON u.id = a.user_id
        LEFT JOIN lead_reservations own ON own.agent_id = a.id AND own.plan_id = ${planId}::uuid
      WHERE a.id = ANY (${agentIds as string[]}::uuid[]) ORDER BY a.id FOR NO KEY UPDATE OF a`;
  }

  /** Rows whose lead is no longer as it was previewed; the caller has locked the leads. */
  async outdated(tx: Tx, planId: string): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT u.lead::text AS "id" FROM bulk_plan_chunks c,
        unnest(c.lead_ids, c.versions, c.verdicts) WITH ORDINALITY AS u(lead, version, verdict, n)
      WHERE c.plan_id = ${planId}::uuid AND u.verdict = 'change' AND NOT EXISTS (
        SELECT 1 FROM leads l WHERE l.id = u.lead AND l.version = u.version AND l.deleted_at IS NULL)
      ORDER BY c.place, u.n`;
    return rows.map(({ id }) => id);
  }

  /** Settles every chunk of a plan in which nothing is to change: what came of each row is what its preview said. */
  async settleUnchanged(tx: Tx, planId: string): Promise<void> {
    await tx.$executeRaw`
      WITH settled AS (
        UPDATE bulk_plan_chunks SET outcomes = verdicts, versions_after = ARRAY[]::int[],
          applied_at = date_trunc('milliseconds', evenhand_now())
        WHERE plan_id = ${planId}::uuid AND applied_at IS NULL)
      UPDATE bulk_plans SET processed = total, apply_started_at = coalesce(apply_started_at, evenhand_now())
      WHERE id = ${planId}::uuid`;
  }

  /** Whose return timer is to be set anew; leads that change hands get theirs with it. */
  private timersTouched({ fields }: ChunkWork): Prisma.Sql {
    const stays = fields.includes("assigned_agent") ? sql`AND NOT h.moves` : empty;
    const reopened = fields.includes("disposition")
      ? sql`ARRAY(SELECT h.id::text FROM held h JOIN dispositions b ON b.code = h.disposition AND NOT b.is_open
          JOIN dispositions a ON a.code = h.disposition_after AND a.is_open WHERE h.untouched ${stays})`
      : sql`'{}'::text[]`;
    const reprioritised = fields.includes("priority")
      ? sql`ARRAY(SELECT h.id::text FROM held h WHERE h.timed AND h.priority <> h.priority_after ${stays})`
      : sql`'{}'::text[]`;
    return sql`${reopened} AS "reopened", ${reprioritised} AS "reprioritised"`;
  }

  private setsOf({ fields, notes }: ChunkWork): Prisma.Sql[] {
    return [...assignmentsOf(fields), ...(notes === undefined ? [] : [sql`notes_count = l.notes_count + 1`])];
  }

  private decisions(work: ChunkWork, place: number): Prisma.Sql {
    const explanation =
      work.kind === "undo" || work.kind === "edits"
        ? sql`jsonb_build_object(${work.kind === "undo" ? "undo" : "plan"}::text, ${work.planId}::text)`
        : sql`jsonb_build_object('position', ${place * CHUNK_ROWS}::int + h.place - 1,
            'before', jsonb_build_object('openLeads', h.open_before, 'maxCapacity', m.capacity),
            'after', jsonb_build_object('openLeads', h.open_before + 1, 'maxCapacity', m.capacity))`;
    return sql`named AS MATERIALIZED (SELECT a.id, u.email, u.name FROM agents a JOIN users u ON u.id = a.user_id),
      decision AS (
        INSERT INTO assignment_decisions (lead_id, agent_id, previous_agent_id, strategy, policy_version, explanation,
          actor_id, batch_id, at)
        SELECT h.id, h.agent_after, h.assigned_agent, ${work.strategy}, ${work.policyVersion}, ${explanation},
          ${work.actor.id ?? null}::uuid, ${work.batchId}::uuid, clock.now
        FROM held h CROSS JOIN clock
          LEFT JOIN unnest(${[...work.capacities.keys()]}::uuid[], ${[...work.capacities.values()]}::int[])
            AS m(agent, capacity) ON m.agent = h.agent_after
        WHERE h.moves ORDER BY h.place),`;
  }

  private audit({ fields, notes, actor, kind, planId }: ChunkWork, moves: boolean): Prisma.Sql {
    const names = moves
      ? sql`LEFT JOIN named n ON n.id = h.agent_after LEFT JOIN named b ON b.id = h.assigned_agent`
      : empty;
    const moved = moves
      ? sql`WHEN h.moves AND h.agent_after IS NULL THEN 'lead.unassigned'
          WHEN h.moves AND h.assigned_agent IS NULL THEN 'lead.assigned' WHEN h.moves THEN 'lead.reassigned'`
      : empty;
    const noted = notes === undefined ? sql`WHEN FALSE THEN ''` : sql`WHEN h.diff = '{}' THEN 'lead.note_added'`;
    const undo = kind === "undo" ? sql`|| jsonb_build_object('undo', ${planId}::text)` : empty;
    return sql`audited AS (
        INSERT INTO audit_log (actor_type, actor_id, actor_label, action, entity_type, entity_id, before, after,
          request_id)
        SELECT ${actor.type}, ${actor.id ?? null}, ${actor.label}, CASE ${moved} ${noted} ELSE 'lead.updated' END,
          'lead', h.id::text, ${auditSide(fields, "before")},
          ${auditSide(fields, "after")} ${notes === undefined ? empty : sql`|| '{"noted": true}'`} ${undo},
          ${actor.requestId ?? null}
        FROM held h ${names} ORDER BY h.place),`;
  }
}

/**
 * One name for each text of the statement, so that a connection plans it once and not for every chunk. A letter stands
 * for each field: PostgreSQL cuts names off behind 63 characters, and two texts would then have one.
 */
function statementName({ kind, fields, notes }: ChunkWork): Prisma.Sql {
  const letters = fields.map((field) => String.fromCodePoint(FIRST_LETTER + planFields.indexOf(field))).join("");
  const name = ["plan_chunk", kind, letters, ...(notes === undefined ? [] : ["noted"])].join("_");
  return new Prisma.Sql([`/* named ${name} */`], []);
}

const FIRST_LETTER = 97;
