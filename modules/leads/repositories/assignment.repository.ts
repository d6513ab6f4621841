import type { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { Priority } from "../domain/lead";

/** One lead going to one agent. */
export interface AssignmentStep {
  leadId: string;
  agentId: string;
  previousAgentId: string | null;
  /** What the timeline shows. */
  activity: Prisma.InputJsonObject;
  /** Why it went there. */
  explanation: Prisma.InputJsonObject;
}

export interface AssignmentWrite {
  steps: readonly AssignmentStep[];
  strategy: string;
  policyVersion: string;
  actor: Actor;
  /** Given to every lead of the write; undefined leaves it. */
  priority?: Priority | undefined;
  batchId?: string | undefined;
  overrideReason?: string | undefined;
  /** Agents in the order of their last lead: their cursors follow one another by a microsecond. */
  dealtOrder: readonly string[];
}

/** The one place that gives leads to agents. The leads and agents are locked by the caller's transaction. */
export class AssignmentRepository {
  /**
   * Writes leads, their timeline, their decisions and the agents' cursors in one statement; the database counts open
   * leads with it, and refuses with EH001 what would pass max_capacity. Answers the time of assignment.
   */
  async write(tx: Tx, write: AssignmentWrite): Promise<Date> {
    const { steps, actor, dealtOrder } = write;
    const rows = await tx.$queryRaw<{ at: Date; changed: number }[]>`
      WITH clock AS MATERIALIZED (SELECT c.exact, date_trunc('milliseconds', c.exact) AS now
        FROM (SELECT evenhand_now() AS exact) c),
      step AS MATERIALIZED (
        SELECT * FROM unnest(${steps.map((step) => step.leadId)}::uuid[], ${steps.map((step) => step.agentId)}::uuid[],
          ${steps.map((step) => step.previousAgentId)}::uuid[],
          ${steps.map((step) => JSON.stringify(step.activity))}::text[],
          ${steps.map((step) => JSON.stringify(step.explanation))}::text[])
          WITH ORDINALITY AS s(lead, agent, previous, activity, explanation, place)),
      changed AS (
        UPDATE leads l SET assigned_agent = s.agent, assigned_at = clock.now, updated_at = clock.now,
          last_activity_at = clock.now, version = l.version + 1,
          priority = coalesce(${write.priority ?? null}::"Priority", l.priority)
        FROM step s, clock WHERE l.id = s.lead RETURNING 1),
      timeline AS (
        INSERT INTO lead_activities (lead_id, type, actor_id, actor_label, data, at)
        SELECT s.lead, CASE WHEN s.previous IS NULL THEN 'assigned' ELSE 'reassigned' END,
          ${actor.id ?? null}::uuid, ${actor.label}, s.activity::jsonb, clock.now
        FROM step s, clock ORDER BY s.place),
      decision AS (
        INSERT INTO assignment_decisions (lead_id, agent_id, previous_agent_id, strategy, policy_version, explanation,
          override_reason, actor_id, batch_id, at)
        SELECT s.lead, s.agent, s.previous, ${write.strategy}, ${write.policyVersion}, s.explanation::jsonb,
          ${write.overrideReason ?? null}, ${actor.id ?? null}::uuid, ${write.batchId ?? null}::uuid, clock.now
        FROM step s, clock ORDER BY s.place),
      latest AS (SELECT max(a.last_assigned_at) AS at FROM agents a WHERE a.id = ANY (${dealtOrder as string[]}::uuid[])),
      cursor AS (
        UPDATE agents a SET last_assigned_at = greatest(clock.exact, latest.at) + d.place * interval '1 microsecond'
        FROM unnest(${dealtOrder as string[]}::uuid[]) WITH ORDINALITY AS d(agent, place), clock, latest
        WHERE a.id = d.agent)
      SELECT clock.now AS "at", (SELECT count(*) FROM changed)::int AS "changed" FROM clock`;
    const [written] = rows;
    if (!written || written.changed !== steps.length) throw new Error("a locked lead was not there to be assigned");
    return written.at;
  }

  /** What a strategy is about to be given, once for all the leads it deals out together. */
  async addBatch(
    tx: Tx,
    batch: { id: string; strategy: string; policyVersion: string; input: Prisma.InputJsonObject; actor: Actor },
  ): Promise<void> {
    const { id, strategy, policyVersion, input, actor } = batch;
    await tx.$executeRaw`
      INSERT INTO assignment_batches (id, strategy, policy_version, input, actor_id, at)
      VALUES (${id}::uuid, ${strategy}, ${policyVersion}, ${JSON.stringify(input)}::jsonb, ${actor.id ?? null}::uuid,
        evenhand_now())`;
  }

  /** Lets this transaction, and only it, pass max_capacity; the reason is stored with its decisions. */
  async allowOverCapacity(tx: Tx): Promise<void> {
    await tx.$executeRaw`SELECT set_config('evenhand.capacity_override', 'on', true)`;
  }
}
