import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import { keyedRequest, stepKept } from "@/lib/db/request-steps";
import type { Priority } from "../domain/lead";

/** What a person wants done with one lead. */
export interface SingleAssignment {
  leadId: string;
  agentEmail: string;
  /** assign: the lead must be nobody's; reassign: it must be somebody's. */
  kind: "assign" | "reassign";
  actor: Actor;
  policyVersion: string;
  priority: Priority | undefined;
  reason: string | undefined;
  notes: string | undefined;
  override: boolean;
  due: DueAssumption;
}

/** When the lead goes back untouched, by priority, and what that was worked out from. */
export interface DueAssumption {
  times: Readonly<Record<Priority, Date | null>>;
  /** The rules it holds for, by when they were last changed. */
  rulesAt: Date;
  /** The time of assignment it was worked out for, by the database's clock. */
  now: Date;
}

/** The lead as it was found, locked. */
export interface FoundLead {
  name: string;
  disposition: string;
  isOpen: boolean;
  priority: Priority;
  assignedAgentId: string | null;
  assignedAgentEmail: string | null;
  assignedAgentName: string | null;
  assignedAt: Date | null;
  updatedAt: Date;
  lockedAt: Date | null;
  lockedBy: string | null;
  lockedByName: string | null;
  lockReason: string | null;
}

/** The agent as found, locked: before the assignment. */
export interface FoundAgent {
  agentId: string;
  email: string;
  name: string;
  availability: "active" | "busy" | "away" | "offline";
  disabled: boolean;
  openLeads: number;
  reserved: number;
  maxCapacity: number;
}

export interface Found {
  /** null when there is no such lead. */
  lead: FoundLead | null;
  /** null when there is no such agent. */
  agent: FoundAgent | null;
  /** When it was assigned; null when something stood in the way, or the assumption did not hold. */
  assignedAt: Date | null;
  /** Whether `due` held. */
  assumed: boolean;
}

type Row = Omit<FoundLead & FoundAgent, "name"> & {
  hasLead: boolean;
  leadName: string;
  hasAgent: boolean;
  agentName: string;
  at: Date | null;
  assumed: boolean;
};

/** The step of a request with a key; kept by the statement itself, as JSON. */
const STEP = "assign";

/** Milliseconds that an assumed time of assignment may be off. Return timers run for hours. */
const CLOCK_TOLERANCE_MS = 15_000;

/** Gives single leads to agents. */
export class AssignmentRepository {
  constructor(private readonly db: Db) {}

  /**
   * Locks the lead, then its agents in id order, and gives it to the agent if nothing stands in the way: lead, timeline,
   * decision, audit, cursor, live events and what its agent is told in one statement, which is a transaction of its own unless `executor` is
   * one. Answers what was found; when nothing was written, why can be told from that. The database counts open leads,
   * and refuses (EH001) what would pass max_capacity without an override.
   *
   * One statement because the agents' rows, which everybody wants, are then locked for a fraction of a millisecond
   * and one commit; its plan is kept (see lib/db/client), since making it costs more than running it. What it did
   * for a request with a key, it did once: a repeat is answered what the first was.
   */
  async assign(wanted: SingleAssignment, executor: Db | Tx = this.db): Promise<Found> {
    const { leadId, agentEmail, kind, actor, reason = null, notes = null, due } = wanted;
    const { times } = due;
    const kept = stepKept(STEP);
    if (kept) return foundIn(keptRow(kept));
    const request = keyedRequest();
    const [row] = await executor.$queryRaw<Row[]>`/* named assign_lead */
      WITH asked AS MATERIALIZED (
        SELECT ${leadId}::uuid AS lead, ${agentEmail}::text AS email, ${kind}::text AS kind,
          ${wanted.priority ?? null}::"Priority" AS priority, ${reason}::text AS reason, ${notes}::text AS notes,
          ${wanted.override}::boolean AS override, ${actor.type}::text AS actor_type, ${actor.id ?? null}::text AS actor_id,
          ${actor.label}::text AS actor_label, ${actor.requestId ?? null}::text AS request_id),
      lead AS MATERIALIZED (
        SELECT l.id, l.name, l.disposition, l.priority, l.assigned_agent, l.assigned_at, l.updated_at, l.locked_at,
          l.locked_by, l.lock_reason, (SELECT d.is_open FROM dispositions d WHERE d.code = l.disposition) AS is_open
        FROM leads l WHERE l.id = (SELECT lead FROM asked) AND l.deleted_at IS NULL FOR NO KEY UPDATE OF l),
      target AS MATERIALIZED (
        SELECT a.id, u.email, u.name, u.disabled_at IS NOT NULL AS disabled
        FROM users u JOIN agents a ON a.user_id = u.id WHERE u.email = (SELECT email FROM asked)),
      previous AS MATERIALIZED (
        SELECT a.id, u.email, u.name FROM lead JOIN agents a ON a.id = lead.assigned_agent JOIN users u ON u.id = a.user_id),
      held AS MATERIALIZED (
        SELECT a.id, a.open_leads, a.max_capacity, a.availability, a.last_assigned_at, reserved_leads(a.id) AS reserved
        FROM agents a WHERE a.id = ANY (ARRAY(SELECT t.id FROM target t, lead UNION ALL SELECT p.id FROM previous p))
        ORDER BY a.id FOR NO KEY UPDATE OF a),
      clock AS MATERIALIZED (
        SELECT c.exact, date_trunc('milliseconds', c.exact) AS now,
          p.updated_at = ${due.rulesAt}::timestamptz AND abs(extract(epoch FROM c.exact - ${due.now}::timestamptz)) * 1000
            <= ${CLOCK_TOLERANCE_MS}::int AS assumed
        FROM (SELECT evenhand_now() AS exact FROM (SELECT count(*) FROM held) h) c, lead_return_policy p WHERE p.id = 1),
      facts AS MATERIALIZED (
        SELECT asked.*, lead.id AS lead_id, coalesce(asked.priority, lead.priority) AS new_priority,
          lead.priority AS old_priority, t.id AS agent, t.email AS agent_email, t.name AS agent_name,
          p.id AS previous, p.email AS previous_email, p.name AS previous_name, h.open_leads,
          h.availability, h.last_assigned_at, clock.now, clock.exact, jsonb_build_object('openLeads', h.open_leads,
            'reserved', h.reserved, 'maxCapacity', h.max_capacity) AS counters,
          (CASE WHEN h.availability <> 'active'
            THEN jsonb_build_array(jsonb_build_object('kind', 'agent_unavailable', 'reason', h.availability))
            ELSE '[]' END) || (CASE WHEN h.open_leads + h.reserved >= h.max_capacity
            THEN '[{"kind": "capacity_exceeded", "reason": "full"}]' ELSE '[]' END)::jsonb AS overridden,
          CASE coalesce(asked.priority, lead.priority) WHEN 'urgent' THEN ${times.urgent}::timestamptz
            WHEN 'high' THEN ${times.high}::timestamptz ELSE ${times.normal}::timestamptz END AS due
        FROM asked CROSS JOIN clock JOIN lead ON TRUE JOIN target t ON TRUE JOIN held h ON h.id = t.id
          LEFT JOIN previous p ON TRUE
        WHERE clock.assumed AND lead.is_open AND lead.locked_at IS NULL AND NOT t.disabled
          AND CASE asked.kind WHEN 'assign' THEN p.id IS NULL ELSE p.id <> t.id END
          AND (asked.override OR (h.availability = 'active' AND h.open_leads + h.reserved < h.max_capacity))),
      past_capacity AS MATERIALIZED (
        SELECT set_config('evenhand.capacity_override', 'on', true) FROM facts
        WHERE overridden @> '[{"kind": "capacity_exceeded"}]'),
      changed AS (
        UPDATE leads l SET assigned_agent = f.agent, assigned_at = f.now, touched_at = NULL, return_due_at = f.due,
          priority = f.new_priority, updated_at = f.now, last_activity_at = f.now, version = l.version + 1,
          notes_count = l.notes_count + CASE WHEN f.notes IS NULL THEN 0 ELSE 1 END
        FROM facts f WHERE l.id = f.lead_id RETURNING f.now),
      timeline AS (
        INSERT INTO lead_activities (lead_id, type, actor_id, actor_label, data, at)
        SELECT f.lead_id, e.type, f.actor_id::uuid, f.actor_label, e.data, f.now FROM facts f CROSS JOIN LATERAL (
          SELECT 1 AS place, CASE WHEN f.previous IS NULL THEN 'assigned' ELSE 'reassigned' END AS type,
            jsonb_build_object('agent', f.agent_email, 'agent_name', f.agent_name, 'previous_agent', f.previous_email,
              'previous_agent_name', f.previous_name, 'strategy', 'manual')
            || CASE WHEN f.reason IS NULL THEN '{}' ELSE jsonb_build_object('reason', f.reason) END
            || CASE WHEN f.overridden = '[]' THEN '{}'
              ELSE jsonb_build_object('overridden', jsonb_path_query_array(f.overridden, '$[*].kind')) END AS data
          UNION ALL SELECT 2, 'note', jsonb_build_object('text', f.notes) WHERE f.notes IS NOT NULL) e
        ORDER BY e.place),
      decision AS (
        INSERT INTO assignment_decisions (lead_id, agent_id, previous_agent_id, strategy, policy_version, explanation,
          override_reason, actor_id, at)
        SELECT f.lead_id, f.agent, f.previous, 'manual', ${wanted.policyVersion}::text, jsonb_build_object(
            'candidates', jsonb_build_array(f.counters || jsonb_build_object('agentId', f.agent,
              'availability', f.availability)), 'excluded', '[]'::jsonb, 'overridden', f.overridden,
            'before', f.counters, 'after', f.counters || jsonb_build_object('openLeads', f.open_leads + 1), 'seed', NULL),
          CASE WHEN f.overridden <> '[]' THEN f.reason END, f.actor_id::uuid, f.now FROM facts f),
      audited AS (
        INSERT INTO audit_log (actor_type, actor_id, actor_label, action, entity_type, entity_id, before, after,
          request_id)
        SELECT f.actor_type, f.actor_id, f.actor_label,
          CASE WHEN f.previous IS NULL THEN 'lead.assigned' ELSE 'lead.reassigned' END, 'lead', f.lead_id::text,
          jsonb_build_object('assigned_agent', f.previous_email, 'priority', f.old_priority),
          jsonb_build_object('assigned_agent', f.agent_email, 'priority', f.new_priority)
            || CASE WHEN f.reason IS NULL THEN '{}' ELSE jsonb_build_object('reason', f.reason) END
            || CASE WHEN f.overridden = '[]' THEN '{}'
              ELSE jsonb_build_object('overridden', jsonb_path_query_array(f.overridden, '$[*].kind')) END,
          f.request_id FROM facts f),
      cursor AS (
        UPDATE agents a SET last_assigned_at = greatest(f.exact, f.last_assigned_at + interval '1 microsecond')
        FROM facts f WHERE a.id = f.agent),
      told AS (
        INSERT INTO live_events (topic, audience, data)
        SELECT e.topic, e.audience, e.data FROM facts f CROSS JOIN LATERAL (VALUES
          ('lead', coalesce('agent:' || f.previous, 'everyone'), jsonb_build_object('leadId', f.lead_id)),
          ('lead', 'agent:' || f.agent, jsonb_build_object('leadId', f.lead_id)),
          ('agent', 'agent:' || f.previous, jsonb_build_object('agentId', f.previous)),
          ('agent', 'agent:' || f.agent, jsonb_build_object('agentId', f.agent))) AS e(topic, audience, data)
        WHERE e.audience IS NOT NULL),
      noted AS (
        INSERT INTO notification_events (event, source, data, at)
        SELECT 'lead_assigned', f.lead_id || ':' || pg_current_xact_id()::text, jsonb_build_object('leadId', f.lead_id,
          'agentId', f.agent, 'actorId', f.actor_id, 'by', f.actor_label), f.now FROM facts f),
      answer AS MATERIALIZED (SELECT lead.id IS NOT NULL AS "hasLead", lead.name AS "leadName", lead.disposition, lead.is_open AS "isOpen",
        lead.priority::text AS "priority", lead.assigned_agent::text AS "assignedAgentId",
        p.email AS "assignedAgentEmail", p.name AS "assignedAgentName", lead.assigned_at AS "assignedAt",
        lead.updated_at AS "updatedAt", lead.locked_at AS "lockedAt", lead.locked_by AS "lockedBy",
        (SELECT u.name FROM users u WHERE u.email = lead.locked_by) AS "lockedByName", lead.lock_reason AS "lockReason",
        t.id IS NOT NULL AS "hasAgent", t.id::text AS "agentId", t.email, t.name AS "agentName",
        h.availability::text AS "availability", t.disabled, h.open_leads AS "openLeads", h.reserved,
        h.max_capacity AS "maxCapacity", (SELECT changed.now FROM changed) AS "at", clock.assumed,
        (SELECT count(*) FROM past_capacity)::int AS "pastCapacity"
      FROM clock LEFT JOIN lead ON TRUE LEFT JOIN target t ON TRUE LEFT JOIN held h ON h.id = t.id
        LEFT JOIN previous p ON TRUE),
      step AS (
        INSERT INTO idempotency_steps (principal, key, name, result)
        SELECT k.principal, k.key, ${STEP}::text, convert_to(to_jsonb(answer)::text, 'UTF8')
        FROM answer, (SELECT ${request?.principal ?? null}::text AS principal, ${request?.key ?? null}::text AS key) k
        WHERE answer.at IS NOT NULL AND k.key IS NOT NULL)
      SELECT * FROM answer`;
    if (!row) throw new Error("the return policy has no row");
    return foundIn(row);
  }
}

const foundIn = (row: Row): Found => ({
  lead: row.hasLead ? { ...row, name: row.leadName } : null,
  agent: row.hasAgent ? { ...row, name: row.agentName } : null,
  assignedAt: row.at,
  assumed: row.assumed,
});

function keptRow(bytes: Uint8Array): Row {
  type Json = Record<"assignedAt" | "lockedAt" | "at", string | null> & { updatedAt: string };
  const row = JSON.parse(new TextDecoder().decode(bytes)) as Omit<Row, keyof Json> & Json;
  const date = (text: string | null): Date | null => (text === null ? null : new Date(text));
  return {
    ...row,
    assignedAt: date(row.assignedAt),
    lockedAt: date(row.lockedAt),
    at: date(row.at),
    updatedAt: new Date(row.updatedAt),
  };
}
