import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { TeamLead } from "../domain/permissions";

const { sql } = Prisma;

export interface PersonRow {
  userId: string;
  email: string;
  name: string;
  role: "admin" | "manager" | "agent";
}

/** The condition on `users u`, with their agent `a`, that they see a lead; domain/permissions.ts says the same. */
function sees({ assignedAgentId, teamId }: TeamLead): Prisma.Sql {
  const pool =
    teamId === null
      ? sql`a.id IS NOT NULL`
      : sql`EXISTS (SELECT FROM team_members m WHERE m.team_id = ${teamId}::uuid AND m.agent_id = a.id)`;
  const own = assignedAgentId === null ? pool : sql`a.id = ${assignedAgentId}::uuid`;
  return sql`u.disabled_at IS NULL AND (u.role IN ('admin', 'manager') OR ${own})`;
}

/** Who sees leads, and whom notes name. */
export class LeadPeopleRepository {
  constructor(private readonly db: Db) {}

  /** Those who see a lead and whose name or e-mail holds `words`, by name. */
  async find(lead: TeamLead, words: string, most: number): Promise<PersonRow[]> {
    return this.db.$queryRaw<PersonRow[]>`
      SELECT u.id::text AS "userId", u.email, u.name, u.role::text AS "role"
      FROM users u LEFT JOIN agents a ON a.user_id = u.id
      WHERE ${sees(lead)} AND position(lower(${words}) IN lower(u.name || ' ' || u.email)) > 0
      ORDER BY u.name, u.id LIMIT ${most}::int`;
  }

  /** Of these e-mails, those who see a lead. */
  async named(tx: Tx, lead: TeamLead, emails: readonly string[]): Promise<PersonRow[]> {
    return tx.$queryRaw<PersonRow[]>`
      SELECT u.id::text AS "userId", u.email, u.name, u.role::text AS "role"
      FROM users u LEFT JOIN agents a ON a.user_id = u.id
      WHERE u.email = ANY (${emails as string[]}::text[]) AND ${sees(lead)}`;
  }

  /** Keeps whom a note mentions. */
  async mention(tx: Tx, activityId: bigint, userIds: readonly string[]): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO note_mentions (activity_id, user_id, at)
      SELECT ${activityId}::bigint, unnest(${userIds as string[]}::uuid[]), evenhand_now()`;
  }
}
