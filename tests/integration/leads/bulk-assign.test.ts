import { beforeAll, describe, expect, it } from "vitest";
import { type BatchInput, explainer, setupOf } from "@/modules/agents/domain/deal-record";
import { createDealer } from "@/modules/agents/domain/dealer";
import { createAgent, createAgents, loadOf, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";
import { written } from "@/tests/support/written";

const house = testHouse();
let manager: TestUser;

interface Assigned {
  success: boolean;
  assignments: { lead_id: string; assigned_to: string; assigned_at: string; status: string; previous_agent?: string }[];
  summary: { total_leads: number; successfully_assigned: number; failed_assignments: number };
  failures: { lead_id: string; code: string }[];
}

beforeAll(async () => {
  manager = await createManager(house.db);
});

const bulkAssign = (body: unknown, by: TestUser = manager) => client(by).post<Assigned>("/api/leads/bulk-assign", body);
const emails = (agents: TestAgent[]) => agents.map(({ email }) => email);

function perAgent(answer: Assigned, agents: TestAgent[]): number[] {
  return agents.map(({ email }) => answer.assignments.filter((row) => row.assigned_to === email).length);
}

describe("POST /api/leads/bulk-assign", () => {
  it("rotates evenly over chunks and requests, in the exact shape", async () => {
    const agents = await createAgents(house.db, 3, { maxCapacity: 1_000 });
    const ids = await createLeads(house.db, 1_201);
    const request = (lead_ids: string[]) =>
      bulkAssign({ lead_ids, assignment_strategy: "round_robin", agents: emails(agents) });
    const first = await request(ids.slice(0, 1_100));
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      success: true,
      summary: { total_leads: 1_100, successfully_assigned: 1_100, failed_assignments: 0 },
      failures: [],
    });
    expect(first.body.assignments[0]).toEqual({
      lead_id: ids[0],
      assigned_to: expect.any(String),
      assigned_at: expect.any(String),
      status: "assigned",
    });
    for (const id of ids.slice(1_100)) await request([id]);
    const loads = await Promise.all(agents.map(({ agentId }) => loadOf(house.db, agentId)));
    const counts = loads.map(({ openLeads }) => openLeads);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(loads.every(({ openLeads, counted }) => openLeads === counted)).toBe(true);
    expect(await house.db.auditEntry.count({ where: { action: "lead.assigned" } })).toBe(1_201);
    expect(await house.db.assignmentDecision.count({ where: { strategy: "round_robin" } })).toBe(1_201);
    expect(await house.db.leadActivity.count({ where: { type: "assigned" } })).toBe(1_201);
  });

  it("stays within capacity, says why for each lead left over, and never gives to who is away", async () => {
    const [one, two] = await createAgents(house.db, 2, { maxCapacity: 3 });
    const away = await createAgent(house.db, { availability: "away", maxCapacity: 50 });
    const agents = [one, two, away].filter((agent) => agent !== undefined);
    const ids = await createLeads(house.db, 10);
    const { body } = await bulkAssign({ lead_ids: ids, assignment_strategy: "capacity_based", agents: emails(agents) });
    expect(perAgent(body, agents)).toEqual([3, 3, 0]);
    expect(body.summary).toEqual({ total_leads: 10, successfully_assigned: 6, failed_assignments: 4 });
    expect(new Set(body.failures.map(({ code }) => code))).toEqual(new Set(["no_capacity"]));
    const nobody = await bulkAssign({ lead_ids: ids, assignment_strategy: "round_robin", agents: [away.email] });
    expect(new Set(nobody.body.failures.map(({ code }) => code))).toEqual(new Set(["no_agent_available"]));
    const [batch] = await house.db.assignmentBatch.findMany({ orderBy: { at: "desc" }, take: 1 });
    expect(batch?.input).toMatchObject({ excluded: [{ agentId: away.agentId, reason: "away" }] });
  });

  it("answers each row by itself: unknown, malformed, closed, repeated, someone else's, already theirs", async () => {
    const [mine, theirs] = (await createAgents(house.db, 2)) as [TestAgent, TestAgent];
    const free = await createLead(house.db);
    const closed = await createLead(house.db, { disposition: "closed" });
    const removed = await createLead(house.db, { deletedAt: new Date() });
    const other = await createLead(house.db, { assignedTo: theirs.agentId });
    const already = await createLead(house.db, { assignedTo: mine.agentId });
    const unknown = "019aa000-0000-7000-8000-000000000000";
    const lead_ids = [
      free,
      closed,
      removed,
      other,
      already,
      unknown,
      "not an id",
      "a\u2028b",
      free.toUpperCase(),
      free,
    ];
    const { status, body } = await bulkAssign({ lead_ids, assignment_strategy: "manual", agents: [mine.email] });
    expect(status).toBe(200);
    expect(body.assignments.map(({ lead_id, status, previous_agent }) => [lead_id, status, previous_agent])).toEqual([
      [free, "assigned", undefined],
      [other, "reassigned", theirs.email],
      [already, "unchanged", undefined],
    ]);
    expect(body.failures).toEqual([
      { lead_id: closed, code: "lead_closed" },
      { lead_id: removed, code: "lead_not_found" },
      { lead_id: unknown, code: "lead_not_found" },
      { lead_id: "not an id", code: "lead_not_found" },
      { lead_id: "a\u2028b", code: "lead_not_found" },
    ]);
    expect(body.summary).toEqual({ total_leads: 8, successfully_assigned: 3, failed_assignments: 5 });
    expect(await loadOf(house.db, mine.agentId)).toMatchObject({ openLeads: 3, counted: 3 });
    expect(await loadOf(house.db, theirs.agentId)).toMatchObject({ openLeads: 0, counted: 0 });
    expect(await house.db.assignmentDecision.count({ where: { leadId: already } })).toBe(0);
  });

  it("keeps leads with a full agent who has them already", async () => {
    const full = await createAgent(house.db, { maxCapacity: 2 });
    const ids = await createLeads(house.db, 2, { assignedTo: full.agentId });
    const before = await written(house.db);
    const { body } = await bulkAssign({ lead_ids: ids, assignment_strategy: "round_robin", agents: [full.email] });
    expect(body.assignments.map(({ status }) => status)).toEqual(["unchanged", "unchanged"]);
    expect(await written(house.db)).toEqual(before);
  });

  it("splits by hand evenly, or as told, over chunks too", async () => {
    const agents = await createAgents(house.db, 3, { maxCapacity: 600 });
    const ids = await createLeads(house.db, 700);
    const request = { lead_ids: ids, assignment_strategy: "manual", agents: emails(agents) };
    const even = await bulkAssign(request);
    expect(perAgent(even.body, agents).sort()).toEqual([233, 233, 234]);
    const split = await bulkAssign({ ...request, split: [550, 100, 0] });
    expect(perAgent(split.body, agents)).toEqual([550, 100, 0]);
    expect(split.body.failures.map(({ code }) => code)).toEqual(Array.from({ length: 50 }, () => "beyond_split"));
  });

  it("sets the priority with the assignment, also where the agent stays", async () => {
    const agent = await createAgent(house.db);
    const free = await createLead(house.db);
    const own = await createLead(house.db, { assignedTo: agent.agentId });
    await bulkAssign({
      lead_ids: [free, own],
      assignment_strategy: "manual",
      agents: [agent.email],
      priority: "urgent",
    });
    const leads = await house.db.lead.findMany({ where: { id: { in: [free, own] } } });
    expect(leads.map(({ priority, version }) => [priority, version])).toEqual([
      ["urgent", 2],
      ["urgent", 2],
    ]);
    expect(await house.db.auditEntry.count({ where: { entityId: own } })).toBe(1);
  });

  it("assigns what a search finds, oldest first", async () => {
    const agent = await createAgent(house.db);
    const ids = await createLeads(house.db, 3, { source: "search_me" });
    await createLead(house.db, { source: "search_me", deletedAt: new Date() });
    const search = { filter: { field: "source", op: "eq", value: "search_me" } };
    const { body } = await bulkAssign({ search, assignment_strategy: "round_robin", agents: [agent.email] });
    expect(body.assignments.map(({ lead_id }) => lead_id)).toEqual(ids);
    const senseless = { filter: { field: "source", op: "within_last", value: 3 } };
    const refused = await bulkAssign({ search: senseless, assignment_strategy: "round_robin" });
    expect(refused).toMatchObject({ status: 422, body: { code: "filter_operator" } });
  });

  it("is replayed byte for byte from what was stored", async () => {
    const agents = await createAgents(house.db, 4, { maxCapacity: 30 });
    const ids = await createLeads(house.db, 60);
    const answer = await bulkAssign({
      lead_ids: ids,
      assignment_strategy: "performance_weighted",
      agents: emails(agents),
    });
    expect(answer.status).toBe(200);
    const decisions = await house.db.assignmentDecision.findMany({
      where: { leadId: { in: ids } },
      orderBy: { id: "asc" },
    });
    const batch = await house.db.assignmentBatch.findUniqueOrThrow({ where: { id: decisions[0]?.batchId ?? "" } });
    const input = batch.input as unknown as BatchInput;
    const dealer = createDealer(setupOf(input));
    const choices = dealer.deal(ids.map((leadId) => ({ leadId, ownerId: null, team: null })));
    expect(dealer.digest()).toBe(input.digest);
    const explain = explainer(input);
    expect(decisions.map(({ leadId, agentId, explanation }) => [leadId, agentId, explanation])).toEqual(
      choices.map((choice, row) => [
        choice.leadId,
        choice.agentId,
        choice.agentId === null ? null : explain(row, choice),
      ]),
    );
  });

  it("refuses whole requests that mean nothing, and writes nothing", async () => {
    const agent = await createAgent(house.db);
    const id = await createLead(house.db);
    const good = { lead_ids: [id], assignment_strategy: "round_robin", agents: [agent.email] };
    const before = await written(house.db);
    const expectCode = async (body: unknown, status: number, code: string, by?: TestUser) =>
      expect(await bulkAssign(body, by)).toMatchObject({ status, body: { code } });
    await expectCode({ ...good, lead_ids: [] }, 400, "invalid_request");
    await expectCode({ ...good, lead_ids: [5] }, 400, "invalid_request");
    await expectCode({ ...good, lead_ids: [""] }, 400, "invalid_request");
    await expectCode({ ...good, lead_ids: undefined }, 400, "invalid_request");
    await expectCode({ ...good, assignment_strategy: "by_name" }, 400, "invalid_request");
    await expectCode({ ...good, surprise: 1 }, 400, "invalid_request");
    await expectCode({ lead_ids: [id], assignment_strategy: "manual" }, 400, "invalid_request");
    await expectCode({ ...good, assignment_strategy: "manual", split: [1, 2] }, 400, "invalid_request");
    await expectCode({ ...good, lead_ids: ["a\0b"] }, 400, "invalid_text");
    await expectCode({ ...good, agents: ["nobody@evenhand.test"] }, 404, "agent_not_found");
    await expectCode(good, 403, "forbidden", agent);
    const many = (count: number) => Array.from({ length: count }, (_, index) => `lead-${index}`);
    await expectCode({ ...good, lead_ids: many(1_000_001) }, 413, "too_many_leads");
    expect(await written(house.db)).toEqual(before);
  });
});
