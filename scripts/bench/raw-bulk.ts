import type pg from "pg";

/**
 * The limit that bulk work is held to: one transaction of set-based SQL, as somebody who knows the tables would write
 * it by hand, that leaves the same rows behind: leads, timeline, decisions, audit, counters (by the same trigger).
 * Nothing is checked, nothing is chosen, nothing can be undone.
 */

/** Sets disposition and priority of leads; answers the milliseconds it took, commit included. */
export async function rawUpdate(
  client: pg.Client,
  leadIds: readonly string[],
  set: { disposition: string; priority: string },
): Promise<number> {
  return timed(client, async () => {
    await client.query(
      `WITH old AS MATERIALIZED (
         SELECT id, disposition, priority FROM leads WHERE id = ANY ($1::uuid[]) AND deleted_at IS NULL
         ORDER BY id FOR NO KEY UPDATE),
       changed AS (
         UPDATE leads l SET disposition = $2, priority = $3::"Priority", version = l.version + 1, updated_at = now(),
           last_activity_at = now() FROM old WHERE l.id = old.id),
       dispositions AS (
         INSERT INTO lead_activities (lead_id, type, actor_label, data, at)
         SELECT id, 'disposition', 'raw', jsonb_build_object('from', disposition, 'to', $2::text), now() FROM old
         WHERE disposition <> $2),
       others AS (
         INSERT INTO lead_activities (lead_id, type, actor_label, data, at)
         SELECT id, 'updated', 'raw',
           jsonb_build_object('changes', jsonb_build_object('priority', jsonb_build_object('from', priority, 'to', $3))),
           now() FROM old WHERE priority <> $3::"Priority")
       INSERT INTO audit_log (actor_type, actor_label, action, entity_type, entity_id, before, after)
       SELECT 'user', 'raw', 'lead.updated', 'lead', id::text,
         jsonb_build_object('disposition', disposition, 'priority', priority),
         jsonb_build_object('disposition', $2::text, 'priority', $3::text) FROM old`,
      [leadIds, set.disposition, set.priority],
    );
  });
}

/** Gives leads to agents in turn; answers the milliseconds it took, commit included. */
export async function rawAssign(
  client: pg.Client,
  leadIds: readonly string[],
  agentIds: readonly string[],
): Promise<number> {
  const agents = leadIds.map((_, index) => agentIds[index % agentIds.length]);
  return timed(client, async () => {
    await client.query(
      `WITH step AS MATERIALIZED (
         SELECT s.lead, s.agent, s.place FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS s(lead, agent, place)),
       old AS MATERIALIZED (
         SELECT l.id, l.assigned_agent, l.priority, s.agent, s.place FROM leads l JOIN step s ON s.lead = l.id
         ORDER BY l.id FOR NO KEY UPDATE OF l),
       named AS MATERIALIZED (
         SELECT a.id, u.email, u.name FROM agents a JOIN users u ON u.id = a.user_id),
       changed AS (
         UPDATE leads l SET assigned_agent = old.agent, assigned_at = now(), touched_at = NULL, updated_at = now(),
           return_due_at = now() + interval '2 days', last_activity_at = now(), version = l.version + 1
         FROM old WHERE l.id = old.id),
       timeline AS (
         INSERT INTO lead_activities (lead_id, type, actor_label, data, at)
         SELECT o.id, CASE WHEN o.assigned_agent IS NULL THEN 'assigned' ELSE 'reassigned' END, 'raw',
           jsonb_build_object('agent', n.email, 'agent_name', n.name, 'previous_agent', p.email,
             'previous_agent_name', p.name, 'strategy', 'round_robin'), now()
         FROM old o JOIN named n ON n.id = o.agent LEFT JOIN named p ON p.id = o.assigned_agent),
       decision AS (
         INSERT INTO assignment_decisions (lead_id, agent_id, previous_agent_id, strategy, policy_version, explanation,
           at)
         SELECT o.id, o.agent, o.assigned_agent, 'round_robin', 'raw', jsonb_build_object('position', o.place,
           'before', jsonb_build_object('openLeads', o.place, 'maxCapacity', 1000),
           'after', jsonb_build_object('openLeads', o.place + 1, 'maxCapacity', 1000)), now() FROM old o)
       INSERT INTO audit_log (actor_type, actor_label, action, entity_type, entity_id, before, after)
       SELECT 'user', 'raw', CASE WHEN o.assigned_agent IS NULL THEN 'lead.assigned' ELSE 'lead.reassigned' END, 'lead',
         o.id::text, jsonb_build_object('assigned_agent', p.email, 'priority', o.priority),
         jsonb_build_object('assigned_agent', n.email, 'priority', o.priority)
       FROM old o JOIN named n ON n.id = o.agent LEFT JOIN named p ON p.id = o.assigned_agent`,
      [leadIds, agents],
    );
  });
}

async function timed(client: pg.Client, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await client.query("BEGIN");
  await work();
  await client.query("COMMIT");
  return performance.now() - startedAt;
}
