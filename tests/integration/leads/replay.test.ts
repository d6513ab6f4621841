import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { Prisma } from "@/lib/db/generated/client";
import { newId } from "@/lib/ids";
import { dealLeads1, explainer } from "@/modules/agents/services/deal-leads";
import { explainManual1 } from "@/modules/leads/domain/manual-assignment";
import { createAgents, type TestAgent } from "@/tests/support/factories/agents";
import { createLead, createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { replay } from "@/tests/support/replay";
import { testHouse } from "@/tests/support/test-house";

const STRATEGIES = ["round_robin", "capacity_based", "performance_weighted", "manual"] as const;
const LEADS = 1_200;

const house = testHouse();
let manager: TestUser;
let agents: TestAgent[];

beforeAll(async () => {
  manager = await createManager(house.db);
  agents = await createAgents(house.db, 7, { maxCapacity: 900 });
  const http = client(manager);
  const ids = await createLeads(house.db, LEADS);
  const team = newId();
  await house.db.team.create({ data: { id: team, name: "North" } });
  await house.db.teamMember.createMany({ data: agents.slice(0, 3).map(({ agentId }) => ({ teamId: team, agentId })) });
  await house.db.lead.updateMany({ where: { id: { in: ids.slice(0, 300) } }, data: { teamId: team } });
  // Closed and locked ones among them are not dealt.
  await house.db.lead.updateMany({ where: { id: { in: ids.slice(400, 420) } }, data: { dispositionCode: "closed" } });
  for (const assignment_strategy of STRATEGIES) {
    const emails = agents.map(({ email }) => email);
    const body = { lead_ids: ids, assignment_strategy, agents: emails };
    expect(await http.post("/api/leads/bulk-assign", body)).toMatchObject({ status: 200 });
  }
  const full = agents[0] as TestAgent;
  for (const leadId of await createLeads(house.db, 20)) {
    await http.post(`/api/leads/${leadId}/assign`, { agent_email: full.email });
  }
  await house.db.agent.update({ where: { id: full.agentId }, data: { maxCapacity: 1, availability: "away" } });
  const override = { override_capacity: true, reason: "Knows them" };
  const passed = await createLead(house.db);
  await http.post(`/api/leads/${passed}/assign`, { agent_email: full.email, ...override });
  await writtenByFirstPolicy();
}, 120_000);

/** A batch and a single choice as policy leads-1 wrote them. */
async function writtenByFirstPolicy(): Promise<void> {
  const ids = await createLeads(house.db, 50);
  const candidates = agents.map(({ agentId }, index) => ({
    agentId,
    openLeads: index,
    maxCapacity: 20,
    lastAssignedAt: index % 2 === 0 ? null : 1_700_000_000_000_000 + index,
    score: 40 + index,
  }));
  const leads = ids.map((leadId) => ({ leadId, ownerId: null }));
  const deal = { strategy: "capacity_based" as const, candidates, leads, seed: 4_100_000_000 };
  const explain = explainer({ candidates: candidates.map((one) => ({ ...one, reserved: 0 })) });
  const by = { strategy: "capacity_based", policyVersion: "leads-1", actorId: manager.userId };
  const batchId = newId();
  const input = { ...deal, excluded: [] };
  await house.db.assignmentBatch.create({ data: { id: batchId, ...by, input } });
  const decisions = dealLeads1(deal).choices.flatMap((choice, position): Prisma.AssignmentDecisionCreateManyInput[] => {
    if (choice.agentId === null) return [];
    const explanation = { ...explain(position, choice) };
    return [{ leadId: choice.leadId, agentId: choice.agentId, ...by, batchId, explanation }];
  });
  const [candidate] = candidates;
  const [lead] = await createLeads(house.db, 1);
  const single = explainManual1({ ...(candidate as (typeof candidates)[number]), availability: "active" });
  await house.db.assignmentDecision.createMany({
    data: [
      ...decisions,
      {
        ...by,
        strategy: "manual",
        leadId: lead as string,
        agentId: candidate?.agentId as string,
        explanation: JSON.parse(JSON.stringify(single)) as Prisma.InputJsonObject,
      },
    ],
  });
}

describe("replay", () => {
  it("makes thousands of stored decisions again, byte for byte", async () => {
    const { counts, found } = await replay(house.db);
    expect(found).toEqual([]);
    expect(counts).toMatchObject({ batches: 5, single: 22, other: 0, disagreements: 0 });
    expect(counts.dealt).toBe(4 * (LEADS - 20) + 50);
    const stored = await house.db.assignmentDecision.count();
    expect(counts.dealtDecisions + counts.single).toBe(stored);
    expect(stored).toBeGreaterThan(3_000);
  });

  it("derives what undo, the return timer, merging and restoring decided from their records, and catches a wrong one", async () => {
    const http = client(manager);
    const [one, two] = agents.slice(1) as [TestAgent, TestAgent];
    await house.db.agent.updateMany({ data: { maxCapacity: 5_000, availability: "active" } });
    const assign = { assignment_strategy: "manual", agents: [two.email] };
    const ids = await createLeads(house.db, 6, { assignedTo: one.agentId });
    const dealt = await http.post("/api/leads/bulk-assign", { lead_ids: ids, ...assign });
    await http.post(`/api/bulk-plans/${dealt.headers.get("bulk-plan-id")}/undo`, {});
    const [stays, goes] = [await createLead(house.db), await createLead(house.db, { assignedTo: two.agentId })];
    await http.post(`/api/leads/${stays}/merge`, { other_lead_id: goes });
    expect((await http.post(`/api/leads/${goes}/unmerge`)).status).toBe(200);
    const removed = await createLead(house.db, { assignedTo: one.agentId });
    await http.delete(`/api/leads/${removed}`);
    await house.db.agent.update({ where: { id: one.agentId }, data: { maxCapacity: 1 } });
    expect((await http.post(`/api/leads/${removed}/restore`)).status).toBe(200);
    const late = new Date(Date.now() - 30 * 86_400_000);
    await house.db.lead.updateMany({
      where: { id: { in: ids.slice(0, 2) } },
      data: { assignedAt: late, touchedAt: null, returnDueAt: new Date(late.getTime() + 20 * 86_400_000) },
    });
    await house.container.returns.run({ type: "system", id: undefined, label: "test" });
    const kinds = await house.db.assignmentDecision.groupBy({
      by: ["strategy"],
      where: { strategy: { in: ["undo", "return_timer", "merge", "unmerge", "restore"] } },
      _count: true,
    });
    expect(Object.fromEntries(kinds.map(({ strategy, _count }) => [strategy, _count]))).toEqual({
      ...{ undo: 6, return_timer: 2, merge: 1, unmerge: 1, restore: 1 },
    });
    const sound = await replay(house.db);
    expect(sound.found).toEqual([]);
    expect(sound.counts).toMatchObject({ derived: 11, other: 0 });
    // Each kind with its explanation, and its agents, changed by a little.
    for (const { strategy } of kinds) {
      const { id, explanation, previousId } = await house.db.assignmentDecision.findFirstOrThrow({
        where: { strategy },
      });
      const wrong: Prisma.AssignmentDecisionUpdateInput[] = [
        { explanation: { ...(explanation as Prisma.InputJsonObject), more: 1 } },
        { previousId: previousId === one.agentId ? null : one.agentId },
      ];
      for (const data of strategy === "return_timer" ? wrong.slice(0, 1) : wrong) {
        await house.db.assignmentDecision.update({ where: { id }, data });
        expect((await replay(house.db)).found, strategy).toHaveLength(1);
        await house.db.assignmentDecision.update({
          where: { id },
          data: { explanation: explanation as Prisma.InputJsonObject, previousId },
        });
      }
    }
  }, 60_000);

  it("catches one changed byte in anything that was stored", async () => {
    const batch = await house.db.assignmentBatch.findFirstOrThrow({ where: { strategy: "round_robin" } });
    const input = batch.input as Record<string, Prisma.InputJsonValue> & { seed: number; candidates: object[] };
    const change = async (data: Record<string, Prisma.InputJsonValue>) => {
      await house.db.assignmentBatch.update({ where: { id: batch.id }, data: { input: data } });
      const { found } = await replay(house.db);
      await house.db.assignmentBatch.update({ where: { id: batch.id }, data: { input } });
      return found.length;
    };
    const [first, ...others] = input.candidates;
    expect(await change({ ...input, seed: input.seed ^ 1 })).toBeGreaterThan(0);
    expect(await change({ ...input, candidates: [{ ...first, score: 49 }, ...others] })).toBeGreaterThan(0);
    expect(await change({ ...input, excluded: [{ agentId: "somebody", reason: "away" }] })).toBeGreaterThan(0);
    expect(await change({ ...input, extra: 1 })).toBeGreaterThan(0);
    expect(await change({ ...input, dealtOrder: [] })).toBeGreaterThan(0);
    expect((await replay(house.db)).found).toEqual([]);
  });

  it("catches a changed explanation, agent, owner, override or missing decision", async () => {
    const dealt = await house.db.assignmentDecision.findFirstOrThrow({ where: { strategy: "capacity_based" } });
    const single = await house.db.assignmentDecision.findFirstOrThrow({
      where: { policyVersion: "manual-2", overrideReason: null },
    });
    const wrong = async (id: bigint, data: Prisma.AssignmentDecisionUncheckedUpdateInput) => {
      const { id: _, ...before } = await house.db.assignmentDecision.findUniqueOrThrow({ where: { id } });
      await house.db.assignmentDecision.update({ where: { id }, data });
      const { found } = await replay(house.db);
      const explanation = before.explanation as Prisma.InputJsonObject;
      await house.db.assignmentDecision.update({ where: { id }, data: { ...before, explanation } });
      return found.map(({ id: which }) => which);
    };
    const [other] = agents.filter(({ agentId }) => agentId !== dealt.agentId && agentId !== dealt.previousId);
    const of = (row: typeof dealt) => row.explanation as { before: { openLeads: number } } & Prisma.JsonObject;
    const off = (row: typeof dealt) => ({
      ...of(row),
      before: { ...of(row).before, openLeads: of(row).before.openLeads + 1 },
    });
    const ids = [String(dealt.id)];
    expect(await wrong(dealt.id, { explanation: off(dealt) })).toEqual(ids);
    expect(await wrong(dealt.id, { agentId: other?.agentId as string })).toEqual(ids);
    expect(await wrong(dealt.id, { previousId: other?.agentId as string })).toEqual(ids);
    expect(await wrong(dealt.id, { policyVersion: "leads-3" })).toEqual(ids);
    expect(await wrong(single.id, { explanation: off(single) })).toEqual([String(single.id)]);
    expect(await wrong(single.id, { overrideReason: "Made up" })).toEqual([String(single.id)]);
    expect(await wrong(single.id, { policyVersion: "manual-9" })).toEqual([String(single.id)]);
    await house.db.assignmentDecision.delete({ where: { id: dealt.id } });
    expect((await replay(house.db)).found).toMatchObject([{ what: "batch", leadId: dealt.leadId }]);
    await house.db.assignmentDecision.create({ data: { ...dealt, explanation: of(dealt) } });
    expect((await replay(house.db)).found).toEqual([]);
  });

  it("catches an owner, a team, a verdict or a lead that was changed in the plan", async () => {
    const { planId } = await house.db.assignmentBatch.findFirstOrThrow({ where: { strategy: "round_robin" } });
    const changes = [
      Prisma.sql`owners = ${agents[6]?.agentId}::uuid || owners[2:]`,
      Prisma.sql`teams = NULL::uuid || teams[2:]`,
      Prisma.sql`verdicts = 'lead_closed'::text || verdicts[2:]`,
      Prisma.sql`lead_ids = lead_ids[2:2] || lead_ids[2:]`,
    ];
    const where = Prisma.sql`WHERE plan_id = ${planId}::uuid AND place = 0`;
    await house.db.$executeRaw`CREATE TABLE as_it_was AS SELECT * FROM bulk_plan_chunks ${where}`;
    for (const change of changes) {
      await house.db.$executeRaw`UPDATE bulk_plan_chunks SET ${change} ${where}`;
      expect((await replay(house.db)).found.length).toBeGreaterThan(0);
      await house.db.$executeRaw`
        UPDATE bulk_plan_chunks c SET owners = w.owners, teams = w.teams, verdicts = w.verdicts, lead_ids = w.lead_ids
        FROM as_it_was w WHERE c.plan_id = w.plan_id AND c.place = w.place`;
    }
    expect((await replay(house.db)).found).toEqual([]);
  });

  it("exits 0 when all agree and 1 naming what does not, as `npm run replay`", async () => {
    const run = () =>
      promisify(execFile)("node_modules/.bin/tsx", ["scripts/replay.ts"], {
        env: { ...process.env, DATABASE_URL: house.url },
      });
    const { stdout } = await run();
    expect(stdout).toContain("0 disagreements");
    const batch = await house.db.assignmentBatch.findFirstOrThrow({ where: { strategy: "manual" } });
    const input = batch.input as Prisma.JsonObject & { seed: number };
    const stored = (data: Prisma.InputJsonObject) =>
      house.db.assignmentBatch.update({ where: { id: batch.id }, data: { input: data } });
    await stored({ ...input, seed: input.seed ^ 1 });
    const failed = await run().catch((error: unknown) => error as { code: number; stdout: string });
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stdout).toContain(`batch ${batch.id}`);
    await stored(input);
  });
});
