import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import type { Container } from "@/modules/container";
import { createAgents, type TestAgent } from "../factories/agents";
import { createLead, createLeads } from "../factories/leads";
import { createAdmin, createManager, type TestUser } from "../factories/users";
import { AGENTS, type By, LEADS } from "./acts";
import { RETURN_MINUTES } from "./model/state";

/** Sign-in sessions of a soak outlive it. */
const TOKEN_SECONDS = 30 * 86_400;
export const CAPACITY = 2;

/** People who work in every history of a file. */
export interface Staff {
  tokens: Readonly<Record<StaffName, string>>;
  emails: Readonly<Record<StaffName, string>>;
  userIds: Readonly<Record<StaffName, string>>;
}
export type StaffName = "manager" | "colleague" | "admin";

/** What one history is about: leads and agents of its own, in a database that it shares with earlier histories. */
export interface World {
  /** Every lead's name begins so, and no other history's does. */
  mark: string;
  /** Those that acts name one by one. */
  leads: readonly string[];
  /** All of them: acts on "all" are about more than one chunk of a plan when there is a crowd. */
  everyLead: readonly string[];
  /** Places that a capacity counts by: a crowd needs more room. */
  unit: number;
  agents: readonly TestAgent[];
  teams: readonly { id: string; name: string }[];
  /** The bearer token of whoever asks. */
  token: (by: By) => string;
  /** Which of the staff an account belongs to. */
  nameOf: (userId: string) => string;
  /** Ids of this history's plans, oldest first. */
  plans: string[];
}

const tokenOf = async ({ db, principals }: Container, user: TestUser): Promise<string> => {
  const id = newId();
  const expiresAt = new Date(Date.now() + TOKEN_SECONDS * 1_000);
  await db.authSession.create({ data: { id, userId: user.userId, kind: "token", expiresAt } });
  return principals.issueBearer(id, TOKEN_SECONDS);
};

const ALWAYS = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: "00:00", to: "24:00" }));

/** The people of a file, and return timers that run at all hours and end soon: RETURN_MINUTES. */
export async function hireStaff(house: Container): Promise<Staff> {
  const manager = await createManager(house.db);
  const colleague = await createManager(house.db);
  const admin = await createAdmin(house.db);
  const tokens = {
    manager: await tokenOf(house, manager),
    colleague: await tokenOf(house, colleague),
    admin: await tokenOf(house, admin),
  };
  await house.db.$executeRaw`
    UPDATE business_calendars SET weekly = ${JSON.stringify(ALWAYS)}::jsonb, holidays = '[]' WHERE name = 'default'`;
  await house.db.$executeRaw`
    UPDATE lead_return_policy SET enabled = true, calendar_name = 'default', normal_minutes = ${RETURN_MINUTES.normal},
      high_minutes = ${RETURN_MINUTES.high}, urgent_minutes = ${RETURN_MINUTES.urgent}, recount_after = NULL,
      recount_began_at = evenhand_now(), updated_at = evenhand_now() - interval '1 day', counts_from = NULL`;
  return {
    tokens,
    emails: { manager: manager.email, colleague: colleague.email, admin: admin.email },
    userIds: { manager: manager.userId, colleague: colleague.userId, admin: admin.userId },
  };
}

/** The present time by the database's clock. */
export async function databaseNow(db: Db): Promise<Date> {
  const [row] = await db.$queryRaw<{ now: Date }[]>`SELECT evenhand_now() AS now`;
  if (!row) throw new Error("the database has no clock");
  return row.now;
}

let made = 0;

/** What is remarkable about a world. */
export interface WorldSize {
  /** Leads beside those that acts name. */
  crowd: number;
  unit: number;
}
export const SMALL: WorldSize = { crowd: 0, unit: 1 };

/** A new world. Agents of earlier ones are dismissed, so that "everyone" means the agents of this one. */
export async function createWorld(house: Container, staff: Staff, size: WorldSize = SMALL): Promise<World> {
  const { db } = house;
  made += 1;
  const mark = `History ${made}: `;
  await db.$executeRaw`UPDATE users SET disabled_at = now() WHERE role = 'agent' AND disabled_at IS NULL`;
  const agents = await createAgents(db, AGENTS, { maxCapacity: CAPACITY * size.unit });
  const leads: string[] = [];
  for (let index = 0; index < LEADS; index += 1) leads.push(await createLead(db, { name: `${mark}lead ${index}` }));
  const everyLead = [...leads, ...(await createLeads(db, size.crowd, { name: `${mark}one of many` }))];
  const teams = [0, 1].map((index) => ({ id: newId(), name: `${mark}team ${index}` }));
  await db.team.createMany({ data: teams });
  // The first team has two members, the second one: agent 0 belongs to both, and agent 2 to none.
  const members = [
    [0, 0],
    [0, 1],
    [1, 0],
  ].map(([team, member]) => ({ teamId: at(teams, team).id, agentId: at(agents, member).agentId }));
  await db.teamMember.createMany({ data: members });
  const tokens = await Promise.all(agents.map((agent) => tokenOf(house, agent)));
  const token = (by: By): string => (typeof by === "number" ? at(tokens, by) : staff.tokens[by]);
  const nameOf = (userId: string): string =>
    Object.entries(staff.userIds).find(([, id]) => id === userId)?.[0] ?? "nobody";
  return { mark, leads, everyLead, unit: size.unit, agents, teams, token, nameOf, plans: [] };
}

/** Learns which plans there are by now: a process that dies tells nobody what it had begun. */
export async function learnPlans(db: Db, world: World): Promise<void> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT p.id::text AS id, p.created_at FROM bulk_plans p JOIN bulk_plan_chunks c ON c.plan_id = p.id
    WHERE c.lead_ids && ${[...world.leads]}::uuid[] ORDER BY p.created_at, 1`;
  world.plans = rows.map(({ id }) => id);
}

/** An element that is there by construction. */
export function at<T>(items: readonly T[], index: number | undefined): T {
  const item = index === undefined ? undefined : items[index];
  if (item === undefined) throw new Error(`there is no element ${index}`);
  return item;
}
