import { Prisma } from "@/lib/db/generated/client";

/**
 * The condition on `leads l` that an agent may see it: their own leads, and those nobody has that belong to no team or
 * to one of theirs. domain/permissions.ts says the same of one lead.
 */
export function visibleToAgent(agentId: string): Prisma.Sql {
  return Prisma.sql`(l.assigned_agent = ${agentId}::uuid OR (l.assigned_agent IS NULL AND (l.team_id IS NULL OR
    l.team_id = ANY(ARRAY(SELECT m.team_id FROM team_members m WHERE m.agent_id = ${agentId}::uuid)))))`;
}
