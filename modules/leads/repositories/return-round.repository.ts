import type { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { Priority } from "../domain/lead";

/** A lead whose return timer has ended, locked, with the agent it is taken from. */
export interface DueLead {
  leadId: string;
  agentId: string;
  agentEmail: string;
  agentName: string;
  priority: Priority;
  assignedAt: Date;
  dueAt: Date;
}

export interface ReturnStep {
  leadId: string;
  agentId: string;
  /** What the timeline shows. */
  activity: Prisma.InputJsonObject;
  /** Why it was taken back. */
  explanation: Prisma.InputJsonObject;
}

/** The rows a round of the return timer goes through. */
export class ReturnRoundRepository {
  /**
   * Locks at most `limit` leads whose timer has ended; those that another transaction holds are left for the next
   * round. The conditions are checked again once a row is locked: what was worked on meanwhile is not answered.
   */
  async lockDue(tx: Tx, limit: number): Promise<DueLead[]> {
    return tx.$queryRaw<DueLead[]>`
      SELECT l.id::text AS "leadId", l.assigned_agent::text AS "agentId",
        (SELECT u.email FROM agents a JOIN users u ON u.id = a.user_id WHERE a.id = l.assigned_agent) AS "agentEmail",
        (SELECT u.name FROM agents a JOIN users u ON u.id = a.user_id WHERE a.id = l.assigned_agent) AS "agentName",
        l.priority::text AS "priority", l.assigned_at AS "assignedAt", l.return_due_at AS "dueAt"
      FROM leads l
      WHERE l.return_due_at <= (SELECT evenhand_now()) AND l.assigned_agent IS NOT NULL AND l.touched_at IS NULL
        AND l.deleted_at IS NULL AND l.locked_at IS NULL
        AND (SELECT d.is_open FROM dispositions d WHERE d.code = l.disposition)
      ORDER BY l.return_due_at, l.id LIMIT ${limit}::int FOR NO KEY UPDATE OF l SKIP LOCKED`;
  }

  /** Takes locked leads from their agents, with timeline and decision; answers the time and how many there were. */
  async giveBack(
    tx: Tx,
    steps: readonly ReturnStep[],
    by: { strategy: string; policyVersion: string; actor: Actor },
  ): Promise<{ at: Date; count: number }> {
    const { strategy, policyVersion, actor } = by;
    const rows = await tx.$queryRaw<{ at: Date; count: number }[]>`
      WITH clock AS MATERIALIZED (SELECT date_trunc('milliseconds', evenhand_now()) AS now),
      step AS MATERIALIZED (
        SELECT * FROM unnest(${steps.map((step) => step.leadId)}::uuid[], ${steps.map((step) => step.agentId)}::uuid[],
          ${steps.map((step) => JSON.stringify(step.activity))}::text[],
          ${steps.map((step) => JSON.stringify(step.explanation))}::text[])
          WITH ORDINALITY AS s(lead, agent, activity, explanation, place)),
      changed AS (
        UPDATE leads l SET assigned_agent = NULL, assigned_at = NULL, touched_at = NULL, return_due_at = NULL,
          updated_at = clock.now, last_activity_at = clock.now, version = l.version + 1
        FROM step s, clock WHERE l.id = s.lead RETURNING 1),
      timeline AS (
        INSERT INTO lead_activities (lead_id, type, actor_id, actor_label, data, at)
        SELECT s.lead, 'returned', ${actor.id ?? null}::uuid, ${actor.label}, s.activity::jsonb, clock.now
        FROM step s, clock ORDER BY s.place),
      decision AS (
        INSERT INTO assignment_decisions (lead_id, agent_id, previous_agent_id, strategy, policy_version, explanation,
          actor_id, at)
        SELECT s.lead, NULL, s.agent, ${strategy}, ${policyVersion}, s.explanation::jsonb, ${actor.id ?? null}::uuid,
          clock.now
        FROM step s, clock ORDER BY s.place)
      SELECT clock.now AS "at", (SELECT count(*) FROM changed)::int AS "count" FROM clock`;
    const [written] = rows;
    if (!written || written.count !== steps.length) throw new Error("a locked lead was not there to be returned");
    return written;
  }

  /** Empties ended timers of leads that are not to be returned: closed, removed, worked on. Answers how many. */
  async clearIdle(tx: Tx, limit: number): Promise<number> {
    return tx.$executeRaw`
      UPDATE leads SET return_due_at = NULL WHERE id IN (
        SELECT l.id FROM leads l
        WHERE l.return_due_at <= (SELECT evenhand_now()) AND (l.assigned_agent IS NULL OR l.touched_at IS NOT NULL
          OR l.deleted_at IS NOT NULL OR NOT (SELECT d.is_open FROM dispositions d WHERE d.code = l.disposition))
        ORDER BY l.return_due_at, l.id LIMIT ${limit}::int FOR NO KEY UPDATE OF l SKIP LOCKED)`;
  }
}
