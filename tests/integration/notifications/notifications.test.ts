import { beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import { setClock } from "../../support/clock";
import { createAgent, createAgents } from "../../support/factories/agents";
import { createLead, createLeads } from "../../support/factories/leads";
import { createManager } from "../../support/factories/users";
import { client, type SignedInAs } from "../../support/http";
import { testHouse } from "../../support/test-house";

const house = testHouse();

interface Listed {
  notifications: {
    notificationId: string;
    event: string;
    title: string;
    body: string | null;
    href: string;
    count: number;
    updatedAt: string;
    readAt: string | null;
  }[];
  unread: number;
  nextCursor: string | null;
}

beforeEach(async () => {
  await setClock(house.db, 0);
  await house.db.notificationEvent.deleteMany();
  await house.db.notification.deleteMany();
  await house.db.liveEvent.deleteMany();
});

const tell = () => house.container.notificationRounds.tell();
const listOf = async (person: SignedInAs, query = ""): Promise<Listed> =>
  (await client(person).get<Listed & Record<string, unknown>>(`/api/notifications${query}`)).body;
const titles = async (person: SignedInAs) => (await listOf(person)).notifications.map(({ title }) => title);

describe("a lead that is assigned", () => {
  it("is told to its agent once, live, and to nobody else", async () => {
    const [manager, agent, other] = [
      await createManager(house.db),
      await createAgent(house.db),
      await createAgent(house.db),
    ];
    const leadId = await createLead(house.db, { name: "Ava Winter" });
    const given = await client(manager).post(`/api/leads/${leadId}/assign`, { agent_email: agent.email });
    expect(given.status).toBe(200);
    await house.db.liveEvent.deleteMany();
    expect(await tell()).toBe(1);
    expect(await tell()).toBe(0);
    const { notifications, unread } = await listOf(agent);
    expect(unread).toBe(1);
    expect(notifications).toMatchObject([
      { event: "assigned", title: "Ava Winter was assigned to you", href: `/leads/${leadId}`, count: 1, readAt: null },
    ]);
    expect(notifications[0]?.body).toBe(`By ${manager.name}.`);
    expect((await listOf(other)).notifications).toEqual([]);
    expect((await listOf(manager)).notifications).toEqual([]);
    const told = await house.db.liveEvent.findMany();
    expect(told.map(({ topic, audience }) => `${topic} ${audience}`)).toEqual([`notification user:${agent.userId}`]);
  });

  it("becomes one with the others of some minutes while unread, and a new one after", async () => {
    const [manager, agent] = [await createManager(house.db), await createAgent(house.db)];
    const ids = await createLeads(house.db, 4);
    const assign = (leadId: string | undefined) =>
      client(manager).post(`/api/leads/${String(leadId)}/assign`, { agent_email: agent.email });
    await assign(ids[0]);
    await assign(ids[1]);
    await tell();
    await assign(ids[2]);
    await tell();
    const [one] = (await listOf(agent)).notifications;
    expect(one).toMatchObject({ title: "3 leads were assigned to you", count: 3, href: "/my-work" });
    await client(agent).post(`/api/notifications/${String(one?.notificationId)}/read`);
    await assign(ids[3]);
    await tell();
    expect((await listOf(agent)).notifications.map(({ count, readAt }) => [count, readAt === null])).toEqual([
      [1, true],
      [3, false],
    ]);
  });

  it("is not told when its transaction is undone", async () => {
    const [manager, agent] = [await createManager(house.db), await createAgent(house.db, { maxCapacity: 1 })];
    const [first = "", second = ""] = await createLeads(house.db, 2);
    await client(manager).post(`/api/leads/${first}/assign`, { agent_email: agent.email });
    const refused = await client(manager).post(`/api/leads/${second}/assign`, { agent_email: agent.email });
    expect(refused.status).toBe(409);
    await tell();
    expect((await titles(agent)).toSorted()).toEqual([
      expect.stringContaining("was assigned to you"),
      "You have reached your capacity of 1 lead",
    ]);
  });
});

describe("bulk work", () => {
  it("is one notification for each agent that it brought leads, and one for whom ran it", async () => {
    const manager = await createManager(house.db);
    const agents = await createAgents(house.db, 3);
    const ids = await createLeads(house.db, 120);
    const answer = await client(manager).post("/api/leads/bulk-assign", {
      lead_ids: ids,
      assignment_strategy: "round_robin",
      agents: agents.map(({ email }) => email),
    });
    expect(answer.status).toBe(200);
    expect(await tell()).toBe(1);
    for (const agent of agents) expect(await titles(agent)).toEqual(["40 leads were assigned to you by bulk work"]);
    expect(await titles(manager)).toEqual(["A bulk assignment is done: 120 of 120 leads changed"]);
    expect(await house.db.notification.count()).toBe(4);
  });
});

describe("capacity", () => {
  it("is told once a crossing to the agent and to managers, who hear of many as one", async () => {
    const manager = await createManager(house.db);
    const agents = await createAgents(house.db, 3, { maxCapacity: 5 });
    for (const { agentId } of agents) {
      await createLeads(house.db, 4, { assignedTo: agentId });
      await createLead(house.db, { assignedTo: agentId });
    }
    expect(await tell()).toBe(3);
    expect(await titles(agents[0] ?? manager)).toEqual(["You have reached your capacity of 5 leads"]);
    expect(await listOf(manager)).toMatchObject({ unread: 1, notifications: [{ event: "capacity", count: 3 }] });
    // Still full: setting the bound anew is no further crossing; having room and filling it again is.
    const id = String(agents[0]?.agentId);
    await house.db.agent.update({ where: { id }, data: { maxCapacity: 4 } });
    expect(await tell()).toBe(0);
    await house.db.agent.update({ where: { id }, data: { maxCapacity: 6 } });
    await createLead(house.db, { assignedTo: id });
    expect(await tell()).toBe(1);
  });
});

describe("what is read", () => {
  const note = (userId: string, count: number) =>
    house.db.$transaction((tx) =>
      noteEvents(
        tx,
        Array.from({ length: count }, (_, place) => ({
          event: "import_ended" as const,
          source: newId(),
          data: { importId: newId(), userId, failed: false, created: place + 1, left: 0 },
        })),
      ),
    );

  it("counts exactly, also when many mark at once, and what came later stays unread", async () => {
    const manager = await createManager(house.db);
    await note(manager.userId, 8);
    await tell();
    const asker = client(manager);
    const { notifications } = await listOf(manager);
    const newest = notifications[0]?.updatedAt;
    await setClock(house.db, 5);
    await note(manager.userId, 2);
    await tell();
    expect((await asker.get("/api/notifications/unread")).body).toEqual({ unread: 10 });
    const id = String(notifications[3]?.notificationId);
    await Promise.all([
      ...Array.from({ length: 5 }, () => asker.post(`/api/notifications/${id}/read`)),
      ...Array.from({ length: 3 }, () => asker.post("/api/notifications/read", { until: newest })),
    ]);
    expect((await asker.get("/api/notifications/unread")).body).toEqual({ unread: 2 });
    expect((await asker.post(`/api/notifications/${id}/unread`)).status).toBe(200);
    expect((await asker.get("/api/notifications/unread")).body).toEqual({ unread: 3 });
    expect((await listOf(manager, "?state=unread")).notifications).toHaveLength(3);
  });

  it("is one's own alone", async () => {
    const [manager, other] = [await createManager(house.db), await createManager(house.db)];
    await note(manager.userId, 1);
    await tell();
    const id = String((await listOf(manager)).notifications[0]?.notificationId);
    expect((await client(other).post(`/api/notifications/${id}/read`)).status).toBe(404);
    await client(other).post("/api/notifications/read", { until: "2099-01-01T00:00:00Z" });
    expect((await listOf(manager)).unread).toBe(1);
  });

  it("comes in pages without gap or repetition", async () => {
    const manager = await createManager(house.db);
    await note(manager.userId, 7);
    await tell();
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: Listed = await listOf(manager, `?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...page.notifications.map(({ notificationId }) => notificationId));
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
    expect((await client(manager).get("/api/notifications?cursor=nonsense")).body).toMatchObject({
      code: "invalid_cursor",
    });
  });
});

it("tells each event once however many tell at once, and however often it is noted", async () => {
  const manager = await createManager(house.db);
  const source = newId();
  for (let again = 0; again < 3; again += 1) {
    await house.db.$transaction((tx) =>
      noteEvents(tx, [
        {
          event: "import_ended",
          source,
          data: { importId: source, userId: manager.userId, failed: true, created: 0, left: 0 },
        },
      ]),
    );
    await Promise.all(Array.from({ length: 6 }, tell));
  }
  expect(await titles(manager)).toEqual(["Your import has failed"]);
});
