import { beforeEach, describe, expect, it } from "vitest";
import { inTransaction } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import { batchInput, type Choice, type DealRequest } from "@/modules/agents/services/deal-leads";
import { countOf, free, widestGap } from "@/tests/support/deal-world";
import { createAgent, createAgents, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse({ poolSize: 12 });
let agents: TestAgent[];

const idsOf = (some: readonly TestAgent[]): string[] => some.map(({ agentId }) => agentId);
const away = (agent: TestAgent, availability: "away" | "active") =>
  house.db.agent.update({ where: { id: agent.agentId }, data: { availability } });

/** One deal in one transaction, its turns taken; leads are not written, so that nobody fills up. */
async function dealt(request: Partial<DealRequest>, count: number, team: string | null = null): Promise<Choice[]> {
  return inTransaction(house.db, async (tx) => {
    const full: DealRequest = { strategy: "round_robin", agentIds: undefined, lock: true, ...request };
    const opened = await house.container.dealing.open(tx, full);
    const choices = opened.dealer.deal(free(count, team));
    await house.container.dealing.close(tx, opened, { takeTurns: true });
    return choices;
  });
}

async function planUnderWay(): Promise<string> {
  const by = await createManager(house.db);
  const id = newId();
  const facts = { kind: "assign", request: {}, selection: {}, createdBy: by.userId, createdByLabel: by.email };
  await house.db.bulkPlan.create({ data: { id, state: "applying", ...facts } });
  return id;
}

/** A plan under way that was promised places. */
async function promise(agentId: string, slots: number): Promise<void> {
  await house.db.leadReservation.create({ data: { planId: await planUnderWay(), agentId, slots } });
}

async function createTeam(members: readonly TestAgent[]): Promise<string> {
  const id = newId();
  await house.db.team.create({ data: { id, name: `Team ${id}` } });
  await house.db.teamMember.createMany({ data: members.map(({ agentId }) => ({ teamId: id, agentId })) });
  return id;
}

beforeEach(async () => {
  await house.db.teamMember.deleteMany();
  await house.db.assignmentRotation.deleteMany();
  await house.db.user.updateMany({ data: { disabledAt: new Date() }, where: { role: "agent" } });
  agents = await createAgents(house.db, 4);
});

describe("a rotation in the database", () => {
  it("goes on where it was from deal to deal, over everyone who is there", async () => {
    const choices: Choice[] = [];
    for (const count of [1, 2, 7, 1, 1, 3]) {
      choices.push(...(await dealt({}, count)));
      expect(widestGap(choices, idsOf(agents))).toBeLessThanOrEqual(1);
    }
    const [stored] = await house.db.assignmentRotation.findMany();
    expect(stored?.pool).toBe("everyone");
    const turns = Object.values(stored?.turns as Record<string, { turns: number; present: boolean }>);
    expect(turns.map(({ turns: had }) => had).toSorted()).toEqual([3, 4, 4, 4]);
  });

  it("lifts who was away to the others, with neither a flood nor a lost turn", async () => {
    const [back] = agents as [TestAgent];
    await dealt({}, 4);
    await away(back, "away");
    await dealt({}, 30);
    await away(back, "active");
    const choices = await dealt({}, 8);
    expect(widestGap(choices, idsOf(agents))).toBeLessThanOrEqual(1);
    expect(countOf(choices, back.agentId)).toBe(2);
  });

  it("keeps one turn's difference when many deals of one pool run at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, index) => dealt({ agentIds: idsOf(agents) }, 1 + (index % 3))),
    );
    const counts = agents.map(({ agentId }) => countOf(all.flat(), agentId));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(19);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it("has a pool for each set of agents, however they are listed, and takes the turns of previews when applied", async () => {
    const some = idsOf(agents).slice(0, 3);
    const preview = await inTransaction(house.db, async (tx) => {
      const opened = await house.container.dealing.open(tx, { strategy: "round_robin", agentIds: some, lock: false });
      opened.dealer.deal(free(4));
      return batchInput(opened.setup, opened.dealer);
    });
    expect(await house.db.assignmentRotation.count()).toBe(0);
    const stored = JSON.parse(JSON.stringify(preview)) as typeof preview;
    await inTransaction(house.db, (tx) => house.container.dealing.takeTurns(tx, stored));
    const choices = await dealt({ agentIds: some.toReversed() }, 2);
    const doubled = Object.entries(preview.taken[preview.pools[0]?.pool ?? ""] ?? {}).find(([, turns]) => turns === 2);
    expect(choices.map(({ agentId }) => agentId)).not.toContain(doubled?.[0]);
    const cursors = await house.db.agent.findMany({ where: { id: { in: some } } });
    expect(cursors.every(({ lastAssignedAt }) => lastAssignedAt !== null)).toBe(true);
  });
});

describe("teams", () => {
  it("deals a team's leads to its members only, by a rotation of their own", async () => {
    const members = agents.slice(0, 2);
    const team = await createTeam(members);
    const choices = [...(await dealt({}, 3, team)), ...(await dealt({}, 2, team))];
    expect(widestGap(choices, idsOf(members))).toBeLessThanOrEqual(1);
    expect(choices.filter(({ agentId }) => idsOf(members).includes(agentId ?? ""))).toHaveLength(5);
    // The same rotation when the team is asked for by name.
    const named = await dealt({ team }, 1);
    expect(members.map(({ agentId }) => countOf([...choices, ...named], agentId))).toEqual([3, 3]);
    // And it costs nobody a turn among everyone.
    const all = await dealt({}, 4);
    expect(agents.map(({ agentId }) => countOf(all, agentId))).toEqual([1, 1, 1, 1]);
  });

  it("gives a team's lead to nobody when only strangers to it are asked for", async () => {
    const team = await createTeam(agents.slice(0, 2));
    const strangers = idsOf(agents.slice(2));
    expect(await dealt({ agentIds: strangers }, 1, team)).toMatchObject([
      { agentId: null, code: "no_agent_available" },
    ]);
    const mixed = await dealt({ agentIds: idsOf(agents.slice(1)) }, 2, team);
    expect(mixed.map(({ agentId }) => agentId)).toEqual([agents[1]?.agentId, agents[1]?.agentId]);
  });

  it("leaves out those asked for who are not of the team that takes part", async () => {
    const team = await createTeam(agents.slice(0, 1));
    const opened = await inTransaction(house.db, (tx) =>
      house.container.dealing.open(tx, { strategy: "manual", agentIds: idsOf(agents), team, lock: false }),
    );
    expect(opened.setup.candidates.map(({ agentId }) => agentId)).toEqual(idsOf(agents.slice(0, 1)));
    expect(opened.excluded.map(({ reason }) => reason)).toEqual(["not_in_team", "not_in_team", "not_in_team"]);
  });
});

describe("promised places", () => {
  it("count as load in a deal, in a single assignment and in the list of agents", async () => {
    const manager = await createManager(house.db);
    const agent = await createAgent(house.db, { name: "Nils Berg", maxCapacity: 5 });
    const [lead] = await createLeads(house.db, 3);
    await createLeads(house.db, 2, { assignedTo: agent.agentId });
    await promise(agent.agentId, 2);
    const choices = await dealt({ agentIds: [agent.agentId] }, 2);
    expect(choices).toMatchObject([
      { openBefore: 2, openAfter: 3 },
      { agentId: null, code: "no_capacity" },
    ]);
    const { body } = await client(manager).get<{ agents: { agent_id: string; capacity: unknown }[] }>(
      "/api/agents?include_capacity=true",
    );
    expect(body.agents.find((one) => one.agent_id === agent.email)?.capacity).toEqual({
      current: 2,
      max: 5,
      percentage: 40,
      available_slots: 1,
    });
    await promise(agent.agentId, 1);
    const refused = await client(manager).post(`/api/leads/${lead}/assign`, { agent_email: agent.email });
    expect(refused).toMatchObject({ status: 409, body: { code: "capacity_exceeded" } });
    expect(refused.body.detail).toContain("2 open leads, 3 more promised to bulk work under way, and a capacity of 5");
  });

  it("are seen by an assignment that was waiting for the agent while they were promised", async () => {
    const manager = await createManager(house.db);
    const agent = await createAgent(house.db, { maxCapacity: 3 });
    const lead = await createLead(house.db);
    const waiting = async (): Promise<boolean> => {
      const [row] = await house.db.$queryRaw<{ waits: boolean }[]>`
        SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
          AND query LIKE '%named assign_lead%') AS "waits"`;
      return row?.waits ?? false;
    };
    let answer: Promise<{ status: number; body: Record<string, unknown> }> | undefined;
    const plan = await planUnderWay();
    await inTransaction(house.db, async (tx) => {
      await tx.$executeRaw`SELECT 1 FROM agents WHERE id = ${agent.agentId}::uuid FOR NO KEY UPDATE`;
      answer = client(manager).post(`/api/leads/${lead}/assign`, { agent_email: agent.email });
      await expect.poll(waiting).toBe(true);
      await tx.leadReservation.create({ data: { planId: plan, agentId: agent.agentId, slots: 3 } });
    });
    expect(await answer).toMatchObject({ status: 409, body: { code: "capacity_exceeded" } });
  });
});
