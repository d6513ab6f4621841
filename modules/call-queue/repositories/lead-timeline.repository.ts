import type { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";

/** A lead's timeline as far as calls write it. */
export class LeadTimelineRepository {
  /**
   * A conversation with the lead of this call begins: its first touch, and when the agent is the one who has the lead,
   * the end of its return timer, so that it is not taken away in mid-conversation. Answers whether anything
   * of the lead changed.
   */
  async conversationBegan(tx: Tx, leadId: string, agentId: string): Promise<boolean> {
    const changed = await tx.$executeRaw`
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now)
      UPDATE leads l SET first_touched_at = coalesce(l.first_touched_at, clock.now),
        touched_at = CASE WHEN l.assigned_agent = ${agentId}::uuid THEN coalesce(l.touched_at, clock.now)
          ELSE l.touched_at END,
        return_due_at = CASE WHEN l.assigned_agent = ${agentId}::uuid THEN NULL ELSE l.return_due_at END
      FROM clock WHERE l.id = ${leadId}::uuid AND (l.first_touched_at IS NULL
        OR l.assigned_agent = ${agentId}::uuid AND (l.touched_at IS NULL OR l.return_due_at IS NOT NULL))`;
    return changed > 0;
  }

  /** Adds the call's one entry; answers whom the lead is assigned to. */
  async addCall(
    tx: Tx,
    entry: {
      leadId: string;
      actorId: string | null;
      actorLabel: string;
      answered: boolean;
      data: Prisma.InputJsonObject;
    },
  ): Promise<string | null> {
    const leads = await tx.$queryRaw<{ assignedAgentId: string | null }[]>`
      UPDATE leads SET last_activity_at = evenhand_now(), updated_at = evenhand_now(), version = version + 1,
        first_touched_at = CASE WHEN ${entry.answered}::boolean THEN coalesce(first_touched_at, evenhand_now())
          ELSE first_touched_at END
      WHERE id = ${entry.leadId}::uuid RETURNING assigned_agent::text AS "assignedAgentId"`;
    await tx.$executeRaw`
      INSERT INTO lead_activities (lead_id, type, actor_id, actor_label, data, at)
      VALUES (${entry.leadId}::uuid, 'call', ${entry.actorId}::uuid, ${entry.actorLabel},
        ${JSON.stringify(entry.data)}::jsonb || CASE WHEN EXISTS (SELECT 1 FROM call_recordings
          WHERE call_id = (${JSON.stringify(entry.data)}::jsonb ->> 'callId')::uuid)
          THEN '{"recorded": true}'::jsonb ELSE '{}'::jsonb END, evenhand_now())`;
    return leads[0]?.assignedAgentId ?? null;
  }

  /** Adds what the agent wrote in wrap-up to the call's entry. */
  async completeCall(tx: Tx, leadId: string, callId: string, data: Prisma.InputJsonObject): Promise<void> {
    await tx.$executeRaw`
      UPDATE lead_activities SET data = data || ${JSON.stringify(data)}::jsonb
      WHERE lead_id = ${leadId}::uuid AND type = 'call' AND data ->> 'callId' = ${callId}`;
  }

  async findAgentName(tx: Tx, agentId: string): Promise<{ name: string; email: string; userId: string } | undefined> {
    const rows = await tx.$queryRaw<{ name: string; email: string; userId: string }[]>`
      SELECT u.name, u.email, u.id::text AS "userId" FROM agents a JOIN users u ON u.id = a.user_id
      WHERE a.id = ${agentId}::uuid`;
    return rows[0];
  }
}
