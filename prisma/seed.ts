import { hash } from "@node-rs/argon2";
import { createDb, type Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import { systemActor, type Role } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { demoLeads } from "./demo/leads";
import { ReturnPolicyRepository } from "@/modules/leads/repositories/return-policy.repository";
import { ReturnRecountRepository } from "@/modules/leads/repositories/return-recount.repository";
import { ReturnTimer } from "@/modules/leads/services/return-timer";
import { AGENT_CAPACITY, agents, queue, staff, teams, type DemoAgent } from "./demo/people";
import { addSalesAndMenu } from "./demo/sales-and-menu";
import { activityRows, decisionRows, leadRow, type DemoAgentRow, type Person } from "./demo/rows";

const SEED_LOCK = 7_203_144_912;
const ACTOR = systemActor("demonstration");

/**
 * Fills an empty database with the demonstration: accounts with the given password, eight agents, two teams, a
 * support and a sales queue with a menu before them, and about 240 leads with their history. Does nothing when anybody has an account already, also when two start at once.
 */
export async function seedDemo(databaseUrl: string, password: string): Promise<void> {
  const db = createDb(databaseUrl, 2);
  try {
    const passwordHash = await hash(password);
    await inTransaction(db, (tx) => seed(tx, db, passwordHash), { timeoutMs: 60_000 });
  } finally {
    await db.$disconnect();
  }
}

async function seed(tx: Tx, db: Db, passwordHash: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${SEED_LOCK}::bigint)`;
  if ((await tx.user.count()) > 0) return;
  const people = new Map<string, Person>();
  for (const { email, name, role } of staff) people.set(email, await addUser(tx, { email, name, role }, passwordHash));
  const rows = new Map<string, DemoAgentRow>();
  for (const agent of agents) rows.set(agent.email, await addAgent(tx, agent, passwordHash));
  const supportId = await addQueue(tx, [...rows.values()]);
  await addSalesAndMenu(tx, ACTOR, supportId, (email) => rows.get(email)?.agentId);
  const agentOf = (agent: DemoAgent): DemoAgentRow => rows.get(agent.email) as DemoAgentRow;
  const teamIds = await addTeams(tx, rows);
  await addLeads(tx, agentOf, teamIds, people.get("manager@evenhand.test") as Person);
  await startTimers(tx, db);
}

async function addUser(
  tx: Tx,
  person: { email: string; name: string; role: Role },
  passwordHash: string,
): Promise<Person> {
  const { email, name, role } = person;
  const userId = newId();
  await tx.user.create({ data: { id: userId, email, name, role, passwordHash } });
  await writeAudit(tx, ACTOR, [
    { action: "user.created", entityType: "user", entityId: userId, after: { email, name, role } },
  ]);
  return { userId, email, name };
}

async function addAgent(tx: Tx, agent: DemoAgent, passwordHash: string): Promise<DemoAgentRow> {
  const person = await addUser(tx, { ...agent, role: "agent" }, passwordHash);
  const agentId = newId();
  await tx.agent.create({ data: { id: agentId, userId: person.userId, maxCapacity: AGENT_CAPACITY } });
  await writeAudit(tx, ACTOR, [
    { action: "agent.created", entityType: "agent", entityId: agentId, after: { max_capacity: AGENT_CAPACITY } },
  ]);
  return { ...person, agentId };
}

/** Answers its id. */
async function addQueue(tx: Tx, members: readonly DemoAgentRow[]): Promise<string> {
  const id = newId();
  const { welcome, ...columns } = queue;
  const said = { create: [{ language: "en", key: "welcome", text: welcome }] };
  await tx.callQueue.create({ data: { id, ...columns, announcements: said } });
  await tx.queueMembership.createMany({ data: members.map(({ agentId }) => ({ queueId: id, agentId })) });
  await writeAudit(tx, ACTOR, [
    { action: "queue.created", entityType: "queue", entityId: id, after: { key: queue.key, members: members.length } },
  ]);
  return id;
}

/** The teams' ids by their names. */
async function addTeams(tx: Tx, agentRows: ReadonlyMap<string, DemoAgentRow>): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { name, agents: members } of teams) {
    const id = newId();
    ids.set(name, id);
    await tx.team.create({ data: { id, name } });
    const agentIds = members.flatMap((email) => agentRows.get(email)?.agentId ?? []);
    await tx.teamMember.createMany({ data: agentIds.map((agentId) => ({ teamId: id, agentId })) });
    const after = { name, agents: [...members] };
    await writeAudit(tx, ACTOR, [{ action: "team.created", entityType: "team", entityId: id, after }]);
  }
  return ids;
}

/** Leads that were assigned just now and not touched yet go back in time, as if the product had assigned them. */
async function startTimers(tx: Tx, db: Db): Promise<void> {
  const timers = new ReturnRecountRepository();
  const rows = await tx.lead.findMany({ where: { assignedAgentId: { not: null } }, select: { id: true } });
  const timer = new ReturnTimer(new ReturnPolicyRepository(db), timers);
  await timer.restart(
    tx,
    rows.map(({ id }) => id),
    "assignment",
  );
}

async function addLeads(
  tx: Tx,
  agentOf: (agent: DemoAgent) => DemoAgentRow,
  teamIds: ReadonlyMap<string, string>,
  manager: Person,
): Promise<void> {
  const leads = demoLeads(new Date());
  await tx.lead.createMany({ data: leads.map((lead) => leadRow(lead, agentOf, teamIds)) });
  await tx.leadActivity.createMany({ data: leads.flatMap((lead) => activityRows(lead, agentOf, manager)) });
  await tx.assignmentDecision.createMany({ data: decisionRows(leads, agentOf, manager) });
  await writeAudit(
    tx,
    ACTOR,
    leads.map((lead) => ({
      action: "lead.created",
      entityType: "lead" as const,
      entityId: lead.id,
      after: {
        name: lead.name,
        disposition: lead.disposition,
        assigned_agent: lead.agent?.email ?? null,
        team: lead.team,
      },
    })),
  );
  // The rotation begins with who has waited longest for a lead.
  await tx.$executeRaw`
    UPDATE agents a SET last_assigned_at = (SELECT max(l.assigned_at) FROM leads l WHERE l.assigned_agent = a.id)`;
}
