import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { LeadState, WholeLead } from "../domain/merge";
import { leadColumns } from "./lead.repository";

export interface StateWrite {
  id: string;
  /** As it was locked. */
  version: number;
  state: LeadState;
  isRemoved: boolean;
  mergedInto: string | null;
}

/** A change of hands that no strategy and no person's choice made, such as a merge. */
export interface OwnerDecision {
  leadId: string;
  agentId: string | null;
  previousAgentId: string | null;
  strategy: string;
  policyVersion: string;
  explanation: Prisma.InputJsonObject;
}

/** Leads as a whole, removed ones too: what merging, unmerging, locking and restoring need. */
export class LeadStateRepository {
  /**
   * Locks leads in id order until the transaction ends, and answers how they stand then; with those that are part of
   * `andPartsOf`, since a merge writes them too. Unknown ones are missing.
   */
  async lock(tx: Tx, leadIds: readonly string[], andPartsOf?: string): Promise<Map<string, WholeLead>> {
    const rows = await tx.$queryRaw<WholeLead[]>`
      SELECT ${leadColumns}, l.first_touched_at AS "firstTouchedAt", l.touched_at AS "touchedAt",
        l.merged_into::text AS "mergedInto", l.deleted_at IS NOT NULL AS "isRemoved"
      FROM leads l WHERE l.id = ANY (${leadIds as string[]}::uuid[]) OR l.merged_into = ${andPartsOf ?? null}::uuid
      ORDER BY l.id FOR NO KEY UPDATE OF l`;
    return new Map(rows.map((row) => [row.id, row]));
  }

  /**
   * Writes locked leads in one statement, so that the database counts an agent's places once over all of them: what one
   * lead gives up another may take, also at an agent who is over capacity. It refuses with EH001 what would pass it.
   */
  async write(tx: Tx, rows: readonly StateWrite[]): Promise<void> {
    const written = await tx.$executeRaw`
      WITH clock AS MATERIALIZED (SELECT date_trunc('milliseconds', evenhand_now()) AS now)
      UPDATE leads l SET name = w.name, phone = w.phone, email = w.email, source = w.source,
        disposition = w.disposition, priority = w.priority::"Priority", tags = w.tags,
        follow_up_on = w.follow_up_on, assigned_agent = w.assigned_agent, assigned_at = w.assigned_at, touched_at = w.touched_at,
        return_due_at = w.return_due_at, team_id = w.team_id, notes_count = w.notes_count,
        first_touched_at = w.first_touched_at, merged_into = w.merged_into,
        deleted_at = CASE WHEN w.removed THEN coalesce(l.deleted_at, clock.now) END,
        version = l.version + 1, updated_at = clock.now, last_activity_at = clock.now
      FROM clock, jsonb_to_recordset(${JSON.stringify(rows.map(record))}::jsonb) AS w(id uuid, version int, name text,
        phone text, email text, source text, disposition text, priority text, tags text[], assigned_agent uuid,
        assigned_at timestamptz, touched_at timestamptz, return_due_at timestamptz, team_id uuid, notes_count int,
        first_touched_at timestamptz, merged_into uuid, removed boolean, follow_up_on date)
      WHERE l.id = w.id AND l.version = w.version`;
    if (written !== rows.length) throw new Error("a locked lead was not there to be written");
  }

  /** Locks a lead with its agent (the feature, not the row), or changes why. Its return timer stands still meanwhile. */
  async setLock(tx: Tx, leadId: string, lock: { by: string; reason: string }): Promise<void> {
    await tx.$executeRaw`
      WITH clock AS MATERIALIZED (SELECT date_trunc('milliseconds', evenhand_now()) AS now)
      UPDATE leads SET locked_at = coalesce(locked_at, clock.now), locked_by = ${lock.by}, lock_reason = ${lock.reason},
        return_due_at = NULL, version = version + 1, updated_at = clock.now, last_activity_at = clock.now
      FROM clock WHERE id = ${leadId}::uuid`;
  }

  async clearLock(tx: Tx, leadId: string, returnDueAt: Date | null): Promise<void> {
    await tx.$executeRaw`
      WITH clock AS MATERIALIZED (SELECT date_trunc('milliseconds', evenhand_now()) AS now)
      UPDATE leads SET locked_at = NULL, locked_by = NULL, lock_reason = NULL,
        return_due_at = ${returnDueAt}::timestamptz, version = version + 1, updated_at = clock.now,
        last_activity_at = clock.now
      FROM clock WHERE id = ${leadId}::uuid`;
  }

  /** Why a lead changed hands, beside the write that did it. */
  async addDecision(tx: Tx, decision: OwnerDecision, actor: Actor): Promise<void> {
    const { leadId, agentId, previousAgentId, strategy, policyVersion, explanation } = decision;
    await tx.$executeRaw`
      INSERT INTO assignment_decisions (lead_id, agent_id, previous_agent_id, strategy, policy_version, explanation,
        actor_id, at)
      VALUES (${leadId}::uuid, ${agentId}::uuid, ${previousAgentId}::uuid, ${strategy}, ${policyVersion},
        ${JSON.stringify(explanation)}::jsonb, ${actor.id ?? null}::uuid, evenhand_now())`;
  }
}

function record({ id, version, state, isRemoved, mergedInto }: StateWrite): Prisma.InputJsonObject {
  return {
    id,
    version,
    name: state.name,
    phone: state.phone,
    email: state.email,
    source: state.source,
    disposition: state.disposition,
    priority: state.priority,
    tags: state.tags,
    follow_up_on: state.follow_up_on,
    assigned_agent: state.assignedAgentId,
    assigned_at: state.assignedAt?.toISOString() ?? null,
    touched_at: state.touchedAt?.toISOString() ?? null,
    return_due_at: state.returnDueAt?.toISOString() ?? null,
    team_id: state.teamId,
    notes_count: state.notesCount,
    first_touched_at: state.firstTouchedAt?.toISOString() ?? null,
    merged_into: mergedInto,
    removed: isRemoved,
  };
}
