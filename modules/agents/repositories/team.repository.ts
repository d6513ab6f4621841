import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";

export interface TeamMemberRow {
  agentId: string;
  email: string;
  name: string;
}

export interface TeamRow {
  teamId: string;
  name: string;
  createdAt: Date;
  /** By name. */
  members: TeamMemberRow[];
}

const { sql } = Prisma;
/** Any number that means "who changes teams" to advisory locks, and nothing else. */
const TEAMS_LOCK = 7_203_144_914;

/** Named groups of agents for leads. */
export class TeamRepository {
  constructor(private readonly db: Db) {}

  /** Changes of teams come one after the other until the transaction ends, so that a name is given once. */
  async lockAll(tx: Tx): Promise<void> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${TEAMS_LOCK}::bigint)`;
  }

  async list(executor: Db | Tx = this.db): Promise<TeamRow[]> {
    return this.select(executor, sql`TRUE`);
  }

  async find(teamId: string, executor: Db | Tx = this.db): Promise<TeamRow | undefined> {
    return (await this.select(executor, sql`t.id = ${teamId}::uuid`))[0];
  }

  /** The team of this name, whatever its case, kept from being deleted until the transaction ends. */
  async keepByName(tx: Tx, name: string): Promise<{ teamId: string; name: string } | undefined> {
    const rows = await tx.$queryRaw<{ teamId: string; name: string }[]>`
      SELECT t.id::text AS "teamId", t.name FROM teams t WHERE lower(t.name) = lower(${name}) FOR KEY SHARE OF t`;
    return rows[0];
  }

  /** The team of this name, whatever its case. */
  async byName(name: string): Promise<TeamRow | undefined> {
    return (await this.select(this.db, sql`lower(t.name) = lower(${name})`))[0];
  }

  async isTaken(tx: Tx, name: string, exceptId: string | null): Promise<boolean> {
    const rows = await tx.$queryRaw<{ taken: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM teams t WHERE lower(t.name) = lower(${name})
        AND t.id IS DISTINCT FROM ${exceptId}::uuid) AS "taken"`;
    return rows[0]?.taken === true;
  }

  async insert(tx: Tx, teamId: string, name: string): Promise<void> {
    await tx.$executeRaw`INSERT INTO teams (id, name, created_at) VALUES (${teamId}::uuid, ${name}, evenhand_now())`;
  }

  async rename(tx: Tx, teamId: string, name: string): Promise<void> {
    await tx.$executeRaw`UPDATE teams SET name = ${name} WHERE id = ${teamId}::uuid`;
  }

  async setMembers(tx: Tx, teamId: string, agentIds: readonly string[]): Promise<void> {
    const members = agentIds as string[];
    await tx.$executeRaw`
      DELETE FROM team_members m WHERE m.team_id = ${teamId}::uuid AND m.agent_id <> ALL (${members}::uuid[])`;
    await tx.$executeRaw`
      INSERT INTO team_members (team_id, agent_id) SELECT ${teamId}::uuid, a FROM unnest(${members}::uuid[]) a
      ORDER BY a ON CONFLICT DO NOTHING`;
  }

  /** Keeps leads from joining the team until the transaction ends. */
  async lockForDeletion(tx: Tx, teamId: string): Promise<void> {
    await tx.$executeRaw`SELECT 1 FROM teams t WHERE t.id = ${teamId}::uuid FOR UPDATE`;
  }

  async delete(tx: Tx, teamId: string): Promise<void> {
    await tx.$executeRaw`DELETE FROM teams WHERE id = ${teamId}::uuid`;
  }

  async isMember(teamId: string, agentId: string, executor: Db | Tx = this.db): Promise<boolean> {
    const rows = await executor.$queryRaw<{ member: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = ${teamId}::uuid AND m.agent_id = ${agentId}::uuid)
        AS "member"`;
    return rows[0]?.member === true;
  }

  private async select(executor: Db | Tx, where: Prisma.Sql): Promise<TeamRow[]> {
    return executor.$queryRaw<TeamRow[]>`
      SELECT t.id::text AS "teamId", t.name, t.created_at AS "createdAt", coalesce((
          SELECT jsonb_agg(jsonb_build_object('agentId', a.id, 'email', u.email, 'name', u.name) ORDER BY u.name, a.id)
          FROM team_members m JOIN agents a ON a.id = m.agent_id JOIN users u ON u.id = a.user_id
          WHERE m.team_id = t.id), '[]'::jsonb) AS "members"
      FROM teams t WHERE ${where} ORDER BY lower(t.name), t.id`;
  }
}
