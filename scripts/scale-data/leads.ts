import { AGENTS, agentId, TEAMS, teamId } from "./people";
import { idOf, type SeededSql } from "./seeded-sql";
import * as wording from "./wording";

/** Two years of leads, more of them lately, ending here. */
export const LAST_DAY = "'2026-11-20T00:00:00Z'::timestamptz";
const TWO_YEARS_S = 2 * 365 * 86_400;
export const ACTIVITIES = 10;
/** Of the activities after the first two, so that about a tenth of all are notes. */
const NOTE_SHARE = 0.125;

/** SQL for what more than one table says of the lead `row` (1 to `leads`). */
export interface LeadSql {
  id: string;
  createdAt: string;
  /** The number of its agent, 1 to 100; null when nobody has it. */
  agent: string;
  disposition: string;
  source: string;
  /** When its activity `place` (0 to 9) happened. */
  activityAt(place: string): string;
  isNote(place: string): string;
}

export function leadSql(random: SeededSql, row: string, leads: number): LeadSql {
  const age = `power((${leads} - ${row})::float8 / ${leads}, 1.4) * ${TWO_YEARS_S}`;
  const createdAt = `date_trunc('milliseconds', ${LAST_DAY} - make_interval(secs => 86400 + ${age}))`;
  const span = `(3600 + power(${random.chance(row, 2)}, 3) * least(${age}, 90 * 86400))`;
  return {
    createdAt,
    id: idOf(createdAt, row, "lead"),
    // Four in five have an agent; some agents have several times as many as others.
    agent: `CASE WHEN ${random.chance(row, 3)} < 0.8 THEN 1 + floor(power(${random.chance(row, 4)}, 1.5) * ${AGENTS})::int END`,
    disposition: byShare(random.chance(row, 5), wording.dispositionShares),
    source: random.oneOf(wording.sources, row, 6, 1.8),
    activityAt: (place) =>
      `date_trunc('milliseconds', ${createdAt} + make_interval(secs => ${span} * (${place}) / ${ACTIVITIES - 1}))`,
    isNote: (place) => `((${place}) >= 2 AND ${random.chance(row, `100 + (${place})`)} < ${NOTE_SHARE})`,
  };
}

function byShare(chance: string, shares: readonly (readonly [string, number])[]): string {
  let sum = 0;
  const cases = shares.map(([value, share]) => `WHEN ${chance} < ${(sum += share) / 100} THEN '${value}'`);
  return `CASE ${cases.join(" ")} ELSE 'new' END`;
}

/** The statement that adds the leads from `first` to `last`. */
export function insertLeads(random: SeededSql, leads: number, first: number, last: number): string {
  const lead = leadSql(random, "i", leads);
  const surname = `${random.oneOf(wording.surnameBeginnings, "i", 11, 1.5)} || ${random.oneOf(wording.surnameEnds, "i", 12, 1.5)}`;
  const places = Array.from({ length: ACTIVITIES - 2 }, (_, at) => `${lead.isNote(String(at + 2))}::int`).join(" + ");
  const hasTag = (tag: string, at: number): string =>
    `CASE WHEN ${random.chance("i", 30 + at)} < ${(0.16 / (1 + at * 0.8)).toFixed(4)} THEN '${tag}' END`;
  return `
    INSERT INTO leads (id, name, phone, email, source, disposition, priority, tags, assigned_agent, assigned_at,
      first_touched_at, touched_at, team_id, locked_at, locked_by, lock_reason, last_activity_at, notes_count, version,
      created_at, updated_at)
    SELECT r.id, r.first || ' ' || r.surname, '+1' || (2000000000 + i::bigint * 7919 % 7999999999)::text,
      CASE WHEN ${random.chance("i", 13)} < 0.85
        THEN lower(r.first || '.' || r.surname) || (i % 9973) || '@' || ${random.oneOf(wording.mailHosts, "i", 14, 2)} END,
      ${lead.source}, r.disposition, ${random.oneOf(["normal", "normal", "high", "urgent"], "i", 15, 1.5)}::"Priority",
      array_remove(ARRAY[${wording.tags.map(hasTag).join(", ")}]::text[], NULL),
      ${agentId("r.agent")}, CASE WHEN r.agent IS NOT NULL THEN ${lead.activityAt("1")} END,
      CASE WHEN r.disposition <> 'new' THEN ${lead.activityAt("2")} END,
      CASE WHEN r.disposition <> 'new' AND r.agent IS NOT NULL THEN ${lead.activityAt("2")} END,
      CASE WHEN ${random.chance("i", 16)} < 0.3 THEN ${teamId(`floor(${random.chance("i", 17)} * ${TEAMS.length})::int`)} END,
      r.locked_at, CASE WHEN r.locked_at IS NOT NULL THEN 'scale-manager@evenhand.test' END,
      CASE WHEN r.locked_at IS NOT NULL THEN 'under review' END,
      r.last, r.notes, 1 + r.notes + (r.agent IS NOT NULL)::int, r.created, r.last
    FROM (
      SELECT i, ${lead.id} AS id, ${lead.createdAt} AS created, ${lead.agent} AS agent, ${lead.disposition} AS disposition,
        ${random.oneOf(wording.firstNames, "i", 10, 2)} AS first, ${surname} AS surname,
        ${lead.activityAt(String(ACTIVITIES - 1))} AS last, ${places} AS notes,
        CASE WHEN ${random.chance("i", 18)} < 0.003 THEN ${lead.activityAt("2")} END AS locked_at
      FROM generate_series(${first}, ${last}) i OFFSET 0) r
    ORDER BY i`;
}
