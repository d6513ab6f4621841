import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { LeadChange, LeadFacts, LeadRow } from "../domain/lead";

const { sql } = Prisma;

/**
 * The columns of a LeadRow on the alias `l`. Names come by scalar subqueries and not by joins: a row that is read
 * again after a wait for its lock would otherwise be matched with what it pointed to before the wait.
 */
export const leadColumns = sql`
  l.id::text AS "id", l.name, l.phone, l.email, l.source, l.disposition,
  (SELECT d.is_open FROM dispositions d WHERE d.code = l.disposition) AS "isOpen",
  l.priority::text AS "priority", l.tags, l.assigned_agent::text AS "assignedAgentId",
  (SELECT u.email FROM agents a JOIN users u ON u.id = a.user_id WHERE a.id = l.assigned_agent) AS "assignedAgentEmail",
  (SELECT u.name FROM agents a JOIN users u ON u.id = a.user_id WHERE a.id = l.assigned_agent) AS "assignedAgentName",
  l.assigned_at AS "assignedAt", l.last_activity_at AS "lastActivityAt", l.return_due_at AS "returnDueAt",
  l.follow_up_on::text AS "follow_up_on", l.team_id::text AS "teamId", (SELECT t.name FROM teams t WHERE t.id = l.team_id) AS "teamName",
  l.locked_at AS "lockedAt", l.locked_by AS "lockedBy",
  (SELECT u.name FROM users u WHERE u.email = l.locked_by) AS "lockedByName", l.lock_reason AS "lockReason",
  l.notes_count AS "notesCount", l.version,
  l.created_at AS "createdAt", l.updated_at AS "updatedAt"`;

export interface UpdateEffects {
  /** Notes written with the update. */
  notes: number;
  /** Its own agent, or any agent while nobody has it, has worked on the lead: its return timer ends. */
  touched: boolean;
}

/** Leads one by one, and many of them changed in one way. Removed leads are never found. */
export class LeadRepository {
  constructor(private readonly db: Db) {}

  async find(leadId: string, executor: Db | Tx = this.db): Promise<LeadRow | undefined> {
    const rows = await executor.$queryRaw<LeadRow[]>`
      SELECT ${leadColumns} FROM leads l WHERE l.id = ${leadId}::uuid AND l.deleted_at IS NULL`;
    return rows[0];
  }

  /** Locks leads in id order until the transaction ends, and answers how they stand then. Unknown ones are missing. */
  async lock(tx: Tx, leadIds: readonly string[]): Promise<Map<string, LeadRow>> {
    const rows = await tx.$queryRaw<LeadRow[]>`
      SELECT ${leadColumns} FROM leads l
      WHERE l.id = ANY (${leadIds as string[]}::uuid[]) AND l.deleted_at IS NULL
      ORDER BY l.id FOR NO KEY UPDATE OF l`;
    return new Map(rows.map((row) => [row.id, row]));
  }

  async insert(tx: Tx, leadId: string, facts: Omit<LeadFacts, "disposition">, notes: number): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO leads (id, name, phone, email, source, priority, tags, follow_up_on, notes_count, created_at,
        updated_at, last_activity_at)
      SELECT ${leadId}::uuid, ${facts.name}, ${facts.phone}, ${facts.email}, ${facts.source},
        ${facts.priority}::"Priority", ${facts.tags}::text[], ${facts.follow_up_on}::date, ${notes}::int, clock.now, clock.now, clock.now
      FROM (SELECT evenhand_now() AS now) clock`;
  }

  /** Changes locked leads, all in the same way; answers the time it wrote and how many rows it found. */
  async update(
    tx: Tx,
    leadIds: readonly string[],
    change: LeadChange,
    effects: UpdateEffects,
  ): Promise<{ at: Date; count: number }> {
    const sets = [
      sql`version = version + 1, updated_at = clock.now, last_activity_at = clock.now`,
      ...assignments(change),
    ];
    if (effects.notes > 0) sets.push(sql`notes_count = notes_count + ${effects.notes}::int`);
    if (effects.touched) {
      sets.push(sql`first_touched_at = coalesce(first_touched_at, clock.now),
        touched_at = coalesce(touched_at, clock.now), return_due_at = NULL`);
    } else if (change.disposition !== undefined) {
      // A closed lead is nobody's to return.
      sets.push(sql`return_due_at = CASE
        WHEN (SELECT d.is_open FROM dispositions d WHERE d.code = ${change.disposition}) THEN return_due_at END`);
    }
    const rows = await tx.$queryRaw<{ at: Date; count: number }[]>`
      WITH clock AS MATERIALIZED (SELECT date_trunc('milliseconds', evenhand_now()) AS now),
      changed AS (
        UPDATE leads SET ${Prisma.join(sets, ", ")} FROM clock
        WHERE id = ANY (${leadIds as string[]}::uuid[]) AND deleted_at IS NULL RETURNING 1)
      SELECT clock.now AS "at", (SELECT count(*) FROM changed)::int AS "count" FROM clock`;
    return rows[0] ?? { at: new Date(), count: 0 };
  }

  /** Counts notes of a locked lead that were written with another change of it. */
  async countNotes(tx: Tx, leadId: string, notes: number): Promise<void> {
    await tx.$executeRaw`UPDATE leads SET notes_count = notes_count + ${notes}::int WHERE id = ${leadId}::uuid`;
  }

  /** Takes a locked lead out of every list; its agent's place becomes free. */
  async remove(tx: Tx, leadId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE leads SET deleted_at = evenhand_now(), updated_at = evenhand_now(), version = version + 1,
        return_due_at = NULL
      WHERE id = ${leadId}::uuid AND deleted_at IS NULL`;
  }

  async dispositions(executor: Db | Tx = this.db): Promise<{ code: string; label: string; isOpen: boolean }[]> {
    return executor.disposition.findMany({
      select: { code: true, label: true, isOpen: true },
      orderBy: [{ position: "asc" }, { code: "asc" }],
    });
  }
}

function assignments(change: LeadChange): Prisma.Sql[] {
  const sets: Prisma.Sql[] = [];
  if (change.name !== undefined) sets.push(sql`name = ${change.name}`);
  if (change.phone !== undefined) sets.push(sql`phone = ${change.phone}`);
  if (change.email !== undefined) sets.push(sql`email = ${change.email}`);
  if (change.source !== undefined) sets.push(sql`source = ${change.source}`);
  if (change.disposition !== undefined) sets.push(sql`disposition = ${change.disposition}`);
  if (change.priority !== undefined) sets.push(sql`priority = ${change.priority}::"Priority"`);
  if (change.tags !== undefined) sets.push(sql`tags = ${change.tags}::text[]`);
  if (change.follow_up_on !== undefined) sets.push(sql`follow_up_on = ${change.follow_up_on}::date`);
  return sets;
}
