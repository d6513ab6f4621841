import type pg from "pg";
import type { Db } from "@/lib/db/client";

/**
 * Makes the database note every new version of a lead and every growth of an agent's load, and where that passes the
 * capacity, whether the transaction had declared an override: a witness that does not ask the code under test.
 */
export async function recordWrites(client: pg.Client): Promise<void> {
  await client.query(`
    CREATE TABLE witness (agent_id uuid, open_leads int, max_capacity int, override text);
    CREATE TABLE witness_growth (agent_id uuid, open_leads int, xact text);
    CREATE FUNCTION witness_growth() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO witness_growth VALUES (NEW.id, NEW.open_leads, pg_current_xact_id()::xid::text);
      RETURN NULL;
    END $$;
    CREATE TRIGGER witness_growth AFTER UPDATE OF open_leads ON agents FOR EACH ROW
      WHEN (NEW.open_leads > OLD.open_leads) EXECUTE FUNCTION witness_growth();
    CREATE FUNCTION witness_loads() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO witness VALUES (NEW.id, NEW.open_leads, NEW.max_capacity,
        coalesce(current_setting('evenhand.capacity_override', true), ''));
      RETURN NULL;
    END $$;
    CREATE TRIGGER witness_loads AFTER UPDATE OF open_leads ON agents FOR EACH ROW
      WHEN (NEW.open_leads > OLD.open_leads AND NEW.open_leads > NEW.max_capacity) EXECUTE FUNCTION witness_loads();
    CREATE TABLE witness_versions (lead_id uuid, version int, xact xid8, PRIMARY KEY (lead_id, version));
    CREATE FUNCTION witness_versions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO witness_versions VALUES (NEW.id, NEW.version, pg_current_xact_id());
      RETURN NULL;
    END $$;
    CREATE TRIGGER witness_versions AFTER UPDATE OF version ON leads FOR EACH ROW
      WHEN (NEW.version > OLD.version) EXECUTE FUNCTION witness_versions();`);
}

/** What laws 5 and 6 find wrong with these leads and agents, in words; nothing when all is well. */
export async function brokenLaws(db: Db, leadIds: readonly string[], agentIds: readonly string[]): Promise<string[]> {
  const leads = leadIds as string[];
  const agents = agentIds as string[];
  const rows = await db.$queryRaw<{ broken: string }[]>`
    SELECT 'counter of ' || a.id || ' is ' || a.open_leads || ', count is ' || c.n AS broken
      FROM agents a, LATERAL (SELECT count(*) AS n FROM leads l JOIN dispositions d ON d.code = l.disposition
        WHERE l.assigned_agent = a.id AND l.deleted_at IS NULL AND d.is_open) c
      WHERE a.id = ANY (${agents}::uuid[]) AND a.open_leads <> c.n
    UNION ALL
    SELECT 'agent ' || w.agent_id || ' passed capacity to ' || w.open_leads || ' of ' || w.max_capacity
      FROM witness w WHERE w.agent_id = ANY (${agents}::uuid[]) AND w.override <> 'on'
    UNION ALL
    SELECT 'agent ' || a.id || ' passed capacity more often than overrides are stored' FROM agents a
      WHERE a.id = ANY (${agents}::uuid[]) AND (SELECT count(*) FROM witness w WHERE w.agent_id = a.id) >
        (SELECT count(*) FROM assignment_decisions x WHERE x.agent_id = a.id AND x.override_reason IS NOT NULL
          AND x.explanation -> 'overridden' @> '[{"kind": "capacity_exceeded"}]')
    UNION ALL
    SELECT 'lead ' || l.id || ' was written ' || (l.version - 1) || ' times and audited ' || c.n || ' times'
      FROM leads l, LATERAL (SELECT count(*) AS n FROM audit_log x
        WHERE x.entity_type = 'lead' AND x.entity_id = l.id::text) c
      WHERE l.id = ANY (${leads}::uuid[]) AND c.n <> l.version - 1
    UNION ALL
    SELECT 'version ' || w.version || ' of lead ' || w.lead_id || ' was written by one transaction and audited by another'
      FROM witness_versions w JOIN (
        SELECT x.entity_id::uuid AS lead_id, 1 + row_number() OVER (PARTITION BY x.entity_id ORDER BY x.id) AS version, x.tx
        FROM audit_log x WHERE x.entity_type = 'lead' AND x.entity_id = ANY (${leads}::text[])) a
        ON a.lead_id = w.lead_id AND a.version = w.version
      WHERE a.tx <> w.xact
    UNION ALL
    SELECT 'lead ' || l.id || ' has ' || c.n || ' decisions and ' || e.n || ' audited moves'
      FROM leads l, LATERAL (SELECT count(*) AS n FROM assignment_decisions x WHERE x.lead_id = l.id) c,
        LATERAL (SELECT count(*) AS n FROM audit_log x
          WHERE x.entity_type = 'lead' AND x.entity_id = l.id::text
          AND x.after ? 'assigned_agent' AND x.before -> 'assigned_agent' <> x.after -> 'assigned_agent') e
      WHERE l.id = ANY (${leads}::uuid[]) AND c.n <> e.n
    UNION ALL
    SELECT 'lead ' || t.entity_id || ' was left with ' || t.key || ' ' || t.found || ', audit row ' || t.id
        || ' changed it from ' || coalesce(t.was, 'null')
      FROM (SELECT x.entity_id, x.id, k.key, x.before -> k.key AS was,
          lag(x.after -> k.key) OVER (PARTITION BY x.entity_id, k.key ORDER BY x.id) AS found
        FROM audit_log x, unnest(ARRAY['assigned_agent', 'disposition', 'priority']) AS k(key)
        WHERE x.entity_type = 'lead' AND x.entity_id = ANY (${leads}::text[]) AND x.after ? k.key) t
      WHERE t.found IS NOT NULL AND t.was IS DISTINCT FROM t.found
    UNION ALL
    SELECT 'decision ' || x.id || ' says that its agent has ' || (x.explanation #>> '{after,openLeads}')
        || ' open leads, the database counted ' || w.open_leads
      FROM assignment_decisions x JOIN witness_growth w ON w.agent_id = x.agent_id AND w.xact = x.xmin::text
      WHERE x.agent_id = ANY (${agents}::uuid[]) AND x.batch_id IS NULL AND x.strategy = 'manual'
        AND (x.explanation #>> '{after,openLeads}')::int <> w.open_leads
    UNION ALL
    SELECT 'lead ' || l.id || ' is not with whom its last decision names' FROM leads l, LATERAL (
        SELECT x.agent_id FROM assignment_decisions x WHERE x.lead_id = l.id ORDER BY x.id DESC LIMIT 1) last
      WHERE l.id = ANY (${leads}::uuid[]) AND l.assigned_agent IS DISTINCT FROM last.agent_id
    UNION ALL
    SELECT 'lead ' || l.id || ' counts ' || l.notes_count || ' notes and has ' || c.n
      FROM leads l, LATERAL (SELECT count(*) AS n FROM lead_activities x WHERE x.lead_id = l.id AND x.type = 'note') c
      WHERE l.id = ANY (${leads}::uuid[]) AND c.n <> l.notes_count
    UNION ALL
    SELECT 'lead ' || l.id || ' was merged into ' || l.merged_into || ', which is part of another' FROM leads l
      JOIN leads s ON s.id = l.merged_into
      WHERE l.id = ANY (${leads}::uuid[]) AND s.merged_into IS NOT NULL
    UNION ALL
    SELECT 'lead ' || l.id || ' is locked, and a timer runs' FROM leads l
      WHERE l.id = ANY (${leads}::uuid[]) AND l.locked_at IS NOT NULL AND l.return_due_at IS NOT NULL`;
  return rows.map(({ broken }) => broken);
}
