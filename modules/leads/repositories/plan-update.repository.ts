import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { leadOf } from "./plan-chunk.sql";
import { MAX_TAGS, tagKey } from "../domain/lead";
import type { PlanField, PlanUpdates, UpdatePlanRequest } from "../domain/plan";

const { sql, join } = Prisma;

/** Places of an agent that the plan's reopened leads are to take, by agent. */
export type Reopened = ReadonlyMap<string, number>;

/** Finds, inside the database, what an update plan changes: no lead travels to this process. */
export class PlanUpdateRepository {
  /**
   * Previews the rows of chunks `from` to `to` (not included): version, verdict and difference of each, counted on the
   * plan. `reopened` are the places that former chunks take; answers those of these.
   */
  async compare(
    tx: Tx,
    planId: string,
    request: UpdatePlanRequest,
    slice: { from: number; to: number },
    reopened: Reopened,
  ): Promise<Map<string, number>> {
    const { updates, opens, notes } = request;
    // A note is a change of its own.
    const unchanged = notes === undefined ? sql`WHEN j.diff = '' THEN 'equal'` : Prisma.empty;
    const rows = await tx.$queryRaw<{ agentId: string; places: number }[]>`
      WITH wanted AS (
        SELECT c.place, u.lead, u.n FROM bulk_plan_chunks c, unnest(c.lead_ids) WITH ORDINALITY AS u(lead, n)
        WHERE c.plan_id = ${planId}::uuid AND c.place >= ${slice.from}::int AND c.place < ${slice.to}::int),
      judged AS (
        SELECT w.place, w.n, l.id, l.version, l.locked_at, after.tags AS tags_after, l.tags,
          ${opens ? reopenedOwner : sql`NULL::uuid`} AS reopens, ${differenceOf(updates)} AS diff
        FROM wanted w LEFT JOIN LATERAL ${leadOf(sql`w.lead`)} l ON TRUE
          CROSS JOIN LATERAL (SELECT ${tagsAfter(updates)} AS tags) after),
      settled AS MATERIALIZED (
        SELECT j.place, j.n, j.version, CASE WHEN j.id IS NULL THEN 'lead_not_found'
          WHEN j.locked_at IS NOT NULL THEN 'lead_locked'
          WHEN cardinality(j.tags_after) > ${MAX_TAGS}::int AND cardinality(j.tags_after) > cardinality(j.tags)
            THEN 'too_many_tags'
          ${unchanged} ${opens ? sql`WHEN j.reopens IS NOT NULL AND j.turn > j.room THEN 'no_capacity'` : Prisma.empty}
          ELSE 'change' END AS verdict, j.diff, j.reopens
        FROM (SELECT j.* ${opens ? turnAndRoom(reopened) : Prisma.empty} FROM judged j) j),
      stored AS (
        UPDATE bulk_plan_chunks c SET versions = s.versions, verdicts = s.verdicts, differences = s.differences
        FROM (SELECT place, array_agg(version ORDER BY n) AS versions, array_agg(verdict ORDER BY n) AS verdicts,
            concat('[', string_agg(CASE WHEN verdict = 'change' THEN concat('{', diff, '}') ELSE 'null' END, ',' ORDER BY n),
              ']')::jsonb AS differences
          FROM settled GROUP BY place) s
        WHERE c.plan_id = ${planId}::uuid AND c.place = s.place),
      counted AS (
        UPDATE bulk_plans p SET will_change = p.will_change + t.changing, already_equal = p.already_equal + t.equal,
          refused = p.refused + t.every - t.changing - t.equal
        FROM (SELECT count(*)::int AS every, count(*) FILTER (WHERE verdict = 'change')::int AS changing,
          count(*) FILTER (WHERE verdict = 'equal')::int AS equal FROM settled) t
        WHERE p.id = ${planId}::uuid)
      SELECT reopens::text AS "agentId", count(*)::int AS "places" FROM settled
      WHERE reopens IS NOT NULL AND verdict = 'change' GROUP BY reopens`;
    return new Map(rows.map(({ agentId, places }) => [agentId, places]));
  }

  /** Forgets what a preview that was interrupted has counted, so that it can begin again. */
  async beginAgain(tx: Tx, planId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE bulk_plans SET will_change = 0, already_equal = 0, refused = 0 WHERE id = ${planId}::uuid`;
  }
}

/** The agent who needs a place for a lead that opens again. */
const reopenedOwner = sql`CASE WHEN EXISTS (SELECT 1 FROM dispositions d WHERE d.code = l.disposition AND NOT d.is_open)
  AND l.locked_at IS NULL THEN l.assigned_agent END`;

function turnAndRoom(reopened: Reopened): Prisma.Sql {
  return sql`,
    row_number() OVER (PARTITION BY j.reopens ORDER BY j.place, j.n) AS turn,
    (SELECT a.max_capacity - a.open_leads - reserved_leads(a.id) - coalesce((
        SELECT t.places FROM unnest(${[...reopened.keys()]}::uuid[], ${[...reopened.values()]}::int[]) AS t(agent, places)
        WHERE t.agent = a.id), 0)
      FROM agents a WHERE a.id = j.reopens) AS room`;
}

/** What the row's tags become, on the alias `l`. */
function tagsAfter({ tags, add_tags: added = [], remove_tags: removed = [] }: PlanUpdates): Prisma.Sql {
  if (tags !== undefined) return sql`${tags}::text[]`;
  if (added.length === 0 && removed.length === 0) return sql`NULL::text[]`;
  const gone = removed.map(tagKey);
  return sql`ARRAY(SELECT t.tag FROM unnest(l.tags) WITH ORDINALITY AS t(tag, n)
      WHERE lower(t.tag) <> ALL (${gone}::text[]) ORDER BY t.n)
    || ARRAY(SELECT t.tag FROM unnest(${added}::text[]) WITH ORDINALITY AS t(tag, n) WHERE NOT EXISTS (
      SELECT 1 FROM unnest(l.tags) AS had(tag) WHERE lower(had.tag) = lower(t.tag) AND lower(had.tag) <> ALL (${gone}::text[]))
      ORDER BY t.n)`;
}

/**
 * The row's difference, on the aliases `l` and `after`: the members of { field: [before, after] } for the fields that
 * change, as JSON text. Text is put together in half the time that jsonb values take, and read once a chunk.
 */
function differenceOf(updates: PlanUpdates): Prisma.Sql {
  const { disposition, priority, source, tags, add_tags, remove_tags, follow_up_on: date } = updates;
  const parts: Prisma.Sql[] = [];
  const member = (field: PlanField, column: Prisma.Sql, changes: Prisma.Sql, after: Prisma.Sql): void => {
    parts.push(
      sql`CASE WHEN ${changes} THEN concat(${`"${field}":[`}::text, coalesce(to_json(${column})::text, 'null'), ',', ${after},
        ']') END`,
    );
  };
  const constant = (value: string | null): Prisma.Sql => sql`${JSON.stringify(value)}::text`;
  if (disposition !== undefined) {
    member("disposition", sql`l.disposition`, sql`l.disposition <> ${disposition}`, constant(disposition));
  }
  if (priority !== undefined) {
    member("priority", sql`l.priority`, sql`l.priority <> ${priority}::"Priority"`, constant(priority));
  }
  if (source !== undefined) member("source", sql`l.source`, sql`l.source <> ${source}`, constant(source));
  if (date !== undefined) {
    member("follow_up_on", sql`l.follow_up_on`, sql`l.follow_up_on IS DISTINCT FROM ${date}::date`, constant(date));
  }
  if ((tags ?? add_tags ?? remove_tags) !== undefined) {
    member("tags", sql`l.tags`, sql`l.tags <> after.tags`, sql`to_json(after.tags)`);
  }
  return sql`concat_ws(',', ${join(parts)})`;
}
