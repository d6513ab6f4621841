import type pg from "pg";
import { idOf, quoted } from "./seeded-sql";

export const AGENTS = 100;
export const TEAMS = ["north", "south", "east", "west"] as const;
const FIRST_DAY = "'2024-11-01T08:00:00Z'::timestamptz";

/** SQL for the id of the agent `number` (1 to 100), and of the team `number` (0 to 3). */
export const agentId = (number: string): string => idOf(FIRST_DAY, number, "agent");
export const teamId = (number: string): string => idOf(FIRST_DAY, number, "team");

/** A manager, and a hundred agents in four teams with room for a fiftieth of all leads each. Nobody can sign in. */
export async function addPeople(client: pg.Client, leads: number): Promise<void> {
  const userId = (number: string): string => idOf(FIRST_DAY, number, "user");
  const teams = TEAMS.map((name, number) => `(${number}, ${quoted(name)})`).join(", ");
  await client.query(`
    INSERT INTO users (id, email, name, role, password_hash, created_at)
    SELECT ${userId("n")}, CASE n WHEN 0 THEN 'scale-manager@evenhand.test' ELSE 'scale-agent' || n || '@evenhand.test' END,
      CASE n WHEN 0 THEN 'Scale Manager' ELSE 'Scale Agent ' || n END,
      CASE n WHEN 0 THEN 'manager' ELSE 'agent' END::"Role", 'nobody signs in with this', ${FIRST_DAY}
    FROM generate_series(0, ${AGENTS}) n;
    INSERT INTO agents (id, user_id, max_capacity, availability, created_at)
    SELECT ${agentId("n")}, ${userId("n")}, ${Math.max(1_000, Math.ceil(leads / 50))}, 'active', ${FIRST_DAY}
    FROM generate_series(1, ${AGENTS}) n;
    INSERT INTO teams (id, name, created_at) SELECT ${teamId("n")}, name, ${FIRST_DAY} FROM (VALUES ${teams}) t(n, name);
    INSERT INTO team_members (team_id, agent_id)
    SELECT ${teamId(`(n % ${TEAMS.length})`)}, ${agentId("n")} FROM generate_series(1, ${AGENTS}) n;`);
}
