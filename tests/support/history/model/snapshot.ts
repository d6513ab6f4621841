import type { Db } from "@/lib/db/client";
import type { World } from "../world";
import type { AgentState, LeadState, PlanRow, PlanShown, Priority, WorldState } from "./state";

interface LeadFound extends Omit<LeadState, "owner" | "team" | "mergedInto" | "priority"> {
  owner: string | null;
  team: string | null;
  mergedInto: string | null;
  priority: Priority;
}

interface PlanFound extends Omit<PlanShown, "undoOf" | "rows"> {
  id: string;
  undoOf: string | null;
  rows: (Omit<PlanRow, "lead"> & { lead: string })[];
}

/** The world as the database tells it, in the words of the model; notes its plans. `began` is the database's time at its beginning. */
export async function look(db: Db, world: World, began: Date): Promise<WorldState> {
  const placeOf = (ids: readonly { id?: string; agentId?: string }[] | readonly string[]) => {
    const places = new Map(
      [...ids].map((one, index) => [typeof one === "string" ? one : (one.id ?? one.agentId ?? ""), index]),
    );
    return (id: string | null): number | null => (id === null ? null : (places.get(id) ?? -1));
  };
  const agentOf = placeOf(world.agents);
  const leadOf = placeOf(world.leads);
  const teamOf = placeOf(world.teams);
  const plans = await plansOf(db, world);
  world.plans = plans.map(({ id }) => id);
  const planOf = placeOf(plans);
  return {
    minutes: await minutesSince(db, began),
    leads: (await leadsOf(db, world, began)).map(({ owner, team, mergedInto, ...facts }) => ({
      ...facts,
      owner: agentOf(owner),
      team: teamOf(team),
      mergedInto: leadOf(mergedInto),
      decisions: facts.decisions.map((text) => text.replaceAll(/[0-9a-f-]{36}/g, (id) => String(agentOf(id)))),
    })),
    agents: await agentsOf(db, world),
    plans: plans.map(({ kind, state, onChanged, succeeded, failed, by, undoOf, rows }) => ({
      ...{ kind, state, onChanged, succeeded, failed },
      by: world.nameOf(by),
      undoOf: planOf(undoOf),
      rows: rows.map((row) => ({ ...row, lead: leadOf(row.lead) ?? -1, difference: named(row.difference, agentOf) })),
    })),
  };
}

function named(difference: PlanRow["difference"] | null, agentOf: (id: string | null) => number | null) {
  const { assigned_agent: moved, ...others } = difference ?? {};
  if (!moved) return others;
  const [from, to] = moved as [string | null, string | null];
  return { ...others, assigned_agent: [agentOf(from), agentOf(to)] as [unknown, unknown] };
}

async function minutesSince(db: Db, began: Date): Promise<number> {
  const [row] = await db.$queryRaw<{ minutes: number }[]>`
    SELECT floor(extract(epoch FROM evenhand_now() - ${began}::timestamptz) / 60)::int AS minutes`;
  return row?.minutes ?? 0;
}

function leadsOf(db: Db, world: World, began: Date): Promise<LeadFound[]> {
  return db.$queryRaw<LeadFound[]>`
    SELECT l.disposition, l.priority::text AS priority, l.tags, l.assigned_agent::text AS owner,
      l.team_id::text AS team, l.deleted_at IS NOT NULL AS removed, l.merged_into::text AS "mergedInto",
      l.locked_by AS "lockedBy", l.touched_at IS NOT NULL AS touched,
      floor(extract(epoch FROM l.assigned_at - ${began}::timestamptz) / 60)::int AS "assignedAt",
      floor(extract(epoch FROM l.return_due_at - ${began}::timestamptz) / 60)::int AS due,
      l.notes_count AS notes, l.version,
      ARRAY(SELECT x.action FROM audit_log x WHERE x.entity_type = 'lead' AND x.entity_id = l.id::text ORDER BY x.id)
        AS audits,
      ARRAY(SELECT x.strategy || ': ' || coalesce(x.previous_agent_id::text, 'null') || ' > '
          || coalesce(x.agent_id::text, 'null') || CASE WHEN x.override_reason IS NULL THEN '' ELSE '!' END
        FROM assignment_decisions x WHERE x.lead_id = l.id ORDER BY x.id) AS decisions
    FROM unnest(${[...world.leads]}::uuid[]) WITH ORDINALITY AS w(id, place) JOIN leads l ON l.id = w.id
    ORDER BY w.place`;
}

function agentsOf(db: Db, world: World): Promise<AgentState[]> {
  return db.$queryRaw<AgentState[]>`
    SELECT a.max_capacity AS max, a.availability::text AS availability, a.open_leads AS open
    FROM unnest(${world.agents.map(({ agentId }) => agentId)}::uuid[]) WITH ORDINALITY AS w(id, place)
      JOIN agents a ON a.id = w.id ORDER BY w.place`;
}

function plansOf(db: Db, world: World): Promise<PlanFound[]> {
  return db.$queryRaw<PlanFound[]>`
    SELECT p.id::text, p.kind, p.state, p.on_changed AS "onChanged", p.created_by::text AS by, p.undo_of::text AS "undoOf",
      p.succeeded, p.failed,
      coalesce((SELECT jsonb_agg(jsonb_build_object('lead', r.lead, 'version', r.version, 'verdict', r.verdict,
          'difference', r.difference, 'outcome', r.outcome, 'versionAfter', r.version_after) ORDER BY c.place, r.n)
        FROM bulk_plan_chunks c, ROWS FROM (unnest(c.lead_ids), unnest(c.versions), unnest(c.verdicts),
          jsonb_array_elements(c.differences), unnest(c.outcomes), unnest(c.versions_after)) WITH ORDINALITY
          AS r(lead, version, verdict, difference, outcome, version_after, n)
        WHERE c.plan_id = p.id), '[]') AS rows
    FROM bulk_plans p WHERE EXISTS (
      SELECT 1 FROM bulk_plan_chunks c WHERE c.plan_id = p.id AND c.lead_ids && ${[...world.leads]}::uuid[])
    ORDER BY p.created_at, p.id`;
}
