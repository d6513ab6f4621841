import type { Db } from "@/lib/db/client";

/**
 * What plans over these leads have done otherwise than they say, in words; nothing when all is well. Call it when no
 * plan is under way. The n-th audit row of a lead is the write that made its version n + 1 (law 6), and what a plan
 * writes bears the request that made the plan: so every word of a plan can be held against the log.
 */
export async function brokenPlans(db: Db, leadIds: readonly string[]): Promise<string[]> {
  const leads = leadIds as string[];
  const rows = await db.$queryRaw<{ broken: string }[]>`
    WITH audited AS MATERIALIZED (
      SELECT x.entity_id::uuid AS lead, 1 + row_number() OVER (PARTITION BY x.entity_id ORDER BY x.id) AS version,
        x.request_id, x.after
      FROM audit_log x WHERE x.entity_type = 'lead' AND x.entity_id = ANY (${leads}::text[])),
    planned AS MATERIALIZED (
      SELECT p.id AS plan, p.request_id, r.lead, r.verdict, r.outcome, r.version, r.version_after,
        coalesce(r.diff, '{}') AS diff
      FROM bulk_plans p JOIN bulk_plan_chunks c ON c.plan_id = p.id CROSS JOIN LATERAL
        ROWS FROM (unnest(c.lead_ids), unnest(c.versions), unnest(c.verdicts), jsonb_array_elements(c.differences),
          unnest(c.outcomes), unnest(c.versions_after)) AS r(lead, version, verdict, diff, outcome, version_after)
      WHERE c.lead_ids && ${leads}::uuid[]),
    written AS MATERIALIZED (SELECT * FROM planned WHERE outcome = 'changed')
    SELECT 'plan ' || w.plan || ' wrote lead ' || w.lead || ', which it had previewed as ' || w.verdict AS broken
      FROM written w WHERE w.verdict <> 'change'
    UNION ALL
    SELECT 'plan ' || w.plan || ' wrote lead ' || w.lead || ' at version ' || w.version_after || ' and had previewed '
        || w.version
      FROM written w WHERE w.version_after <> w.version + 1
    UNION ALL
    SELECT 'plan ' || w.plan || ' says that it wrote version ' || w.version_after || ' of lead ' || w.lead
        || ', and the audit log does not'
      FROM written w LEFT JOIN audited a ON a.lead = w.lead AND a.version = w.version_after
        AND a.request_id = w.request_id
      WHERE a.lead IS NULL
    UNION ALL
    SELECT 'plan ' || p.id || ' wrote version ' || a.version || ' of lead ' || a.lead || ' and does not say so'
      FROM audited a JOIN bulk_plans p ON p.request_id = a.request_id
        LEFT JOIN written w ON w.plan = p.id AND w.lead = a.lead AND w.version_after = a.version
      WHERE w.lead IS NULL
    UNION ALL
    SELECT 'plan ' || w.plan || ' previewed ' || w.diff || ' for lead ' || w.lead || ' and wrote ' || a.after
      FROM written w JOIN audited a ON a.lead = w.lead AND a.version = w.version_after
      WHERE EXISTS (SELECT 1 FROM jsonb_each(w.diff) e WHERE a.after -> e.key IS DISTINCT FROM
          CASE WHEN e.key = 'assigned_agent' THEN coalesce((SELECT to_jsonb(u.email) FROM agents g
            JOIN users u ON u.id = g.user_id WHERE g.id::text = e.value ->> 1), 'null') ELSE e.value -> 1 END)
        OR EXISTS (SELECT 1 FROM jsonb_object_keys(a.after) k WHERE NOT w.diff ? k AND k NOT IN ('noted', 'undo'))
    UNION ALL
    SELECT 'plan ' || p.id || ' (' || p.state || ') counts ' || p.succeeded || ' written and ' || p.failed
        || ' failed, its rows say ' || t.written || ' and ' || t.failed
      FROM bulk_plans p JOIN (SELECT plan, count(*) FILTER (WHERE outcome = 'changed') AS written,
          count(*) FILTER (WHERE verdict = 'change' AND outcome IS NOT NULL AND outcome <> 'changed') AS failed
        FROM planned GROUP BY plan) t ON t.plan = p.id
      WHERE p.succeeded <> t.written OR p.failed <> t.failed
    UNION ALL
    SELECT 'plan ' || p.plan || ' is done and says nothing of lead ' || coalesce(p.lead::text, 'null') FROM planned p
      JOIN bulk_plans b ON b.id = p.plan WHERE b.state = 'done' AND p.outcome IS NULL
    UNION ALL
    SELECT 'plan ' || r.plan_id || ' is promised ' || r.slots || ' places of agent ' || r.agent_id
        || ' although no plan is under way'
      FROM lead_reservations r WHERE r.slots > 0
    UNION ALL
    SELECT 'plan ' || p.id || ' is still ' || p.state FROM bulk_plans p WHERE p.state IN ('preparing', 'applying')`;
  return rows.map(({ broken }) => broken);
}
