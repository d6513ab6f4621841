import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { setClock } from "@/tests/support/clock";
import { createAgents, loadOf } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { CRON_SECRET, testEnvironment } from "@/tests/support/house";
import { client } from "@/tests/support/http";
import { plansOf, reserved } from "@/tests/support/plans";
import { replay } from "@/tests/support/replay";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();
const running: ChildProcess[] = [];
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** The real worker on this file's database; the carrier cannot be reached. */
function startWorker(): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/worker.ts"], {
    env: {
      PATH: process.env.PATH ?? "",
      ...testEnvironment(house.url),
      NODE_ENV: "test",
      TWILIO_API_BASE_URL: "http://127.0.0.1:9",
    },
    stdio: "ignore",
  });
  running.push(child);
  return child;
}

const MANY = 10_400;

interface Accepted {
  success: boolean;
  plan_id: string;
  state: string;
  total_leads: number;
  status_url: string;
}

it("answers 202 above 10,000 leads; a worker that is killed in the middle is followed by another", async () => {
  const ids = await createLeads(house.db, MANY);
  const body = { lead_ids: ids, updates: { source: "by a worker" } };
  const answer = await client(manager).post<Accepted>("/api/leads/bulk-update", body);
  expect(answer.status).toBe(202);
  const { plan_id } = answer.body;
  expect(answer.body).toEqual({
    success: true,
    plan_id,
    state: "preparing",
    total_leads: MANY,
    status_url: `/api/bulk-plans/${plan_id}`,
  });
  expect(answer.headers.get("bulk-plan-id")).toBe(plan_id);
  const first = startWorker();
  await vi.waitFor(
    async () => expect((await plansOf(manager).read(plan_id)).progress.processed).toBeGreaterThanOrEqual(500),
    { timeout: 60_000, interval: 100 },
  );
  first.kill("SIGKILL");
  const left = await plansOf(manager).read(plan_id);
  expect(left.state).toBe("applying");
  expect(left.progress.processed).toBeLessThan(MANY);
  await setClock(house.db, 30);
  startWorker();
  await vi.waitFor(async () => expect((await plansOf(manager).read(plan_id)).state).toBe("done"), {
    timeout: 90_000,
    interval: 100,
  });
  expect(await plansOf(manager).read(plan_id)).toMatchObject({
    counts: { total: MANY, will_change: MANY },
    progress: { processed: MANY, succeeded: MANY, failed: 0 },
  });
  expect(await house.db.lead.count({ where: { source: "by a worker", version: 2 } })).toBe(MANY);
  expect(await house.db.auditEntry.count({ where: { action: "lead.updated" } })).toBe(MANY);
}, 180_000);

it("is carried through by cron calls where there is no worker, preview and undo too", async () => {
  const agents = await createAgents(house.db, 3, { maxCapacity: 5_000 });
  await createLeads(house.db, MANY, { source: "by cron" });
  const cron = () =>
    client().get<{ worked_on: number; left: number }>("/api/cron/bulk-plans", {
      headers: { authorization: `Bearer ${CRON_SECRET}` },
    });
  const untilRest = async (planId: string) => {
    for (let calls = 0; calls < 30; calls += 1) {
      const { status, body } = await cron();
      expect(status).toBe(200);
      const { state } = await plansOf(manager).read(planId);
      if (state !== "preparing" && state !== "applying") return;
      expect(body.worked_on).toBeGreaterThan(0);
    }
  };
  const search = { filter: { field: "source", op: "eq", value: "by cron" } };
  const made = await plansOf(manager).create({
    kind: "assign",
    search,
    assignment_strategy: "capacity_based",
    agents: agents.map(({ email }) => email),
  });
  expect(made).toMatchObject({ status: 202, body: { plan: { state: "preparing", counts: { total: MANY } } } });
  const { plan_id } = made.body.plan;
  expect(await plansOf(manager).apply(plan_id)).toMatchObject({ status: 409, body: { code: "plan_not_ready" } });
  await untilRest(plan_id);
  expect(await plansOf(manager).read(plan_id)).toMatchObject({
    state: "ready",
    counts: { total: MANY, will_change: MANY, refused: 0 },
  });
  expect(await plansOf(manager).apply(plan_id, { on_changed: "refuse" })).toMatchObject({
    status: 422,
    body: { code: "too_many_to_refuse" },
  });
  expect(await plansOf(manager).apply(plan_id)).toMatchObject({ status: 202, body: { plan: { state: "applying" } } });
  expect([...(await reserved(house.db)).values()].reduce((sum, slots) => sum + slots, 0)).toBe(MANY);
  await untilRest(plan_id);
  expect(await plansOf(manager).read(plan_id)).toMatchObject({ state: "done", progress: { succeeded: MANY } });
  const loads = await Promise.all(agents.map(({ agentId }) => loadOf(house.db, agentId)));
  expect(loads.reduce((sum, load) => sum + load.openLeads, 0)).toBe(MANY);
  expect(loads.every((load) => load.openLeads === load.counted && load.openLeads <= load.max)).toBe(true);
  expect(await reserved(house.db)).toEqual(new Map());
  const undo = await plansOf(manager).undo(plan_id);
  expect(undo.status).toBe(202);
  await untilRest(undo.body.plan.plan_id);
  expect(await house.db.lead.count({ where: { source: "by cron", assignedAgentId: { not: null } } })).toBe(0);
  // More than twenty thousand decisions, of the deal and of its undo, are made again byte for byte; one byte is seen.
  const agreed = { dealtDecisions: MANY, derived: MANY };
  expect(await replay(house.db)).toMatchObject({ counts: agreed, found: [] });
  const { id } = await house.db.assignmentDecision.findFirstOrThrow({ where: { strategy: "undo" }, skip: MANY / 2 });
  await house.db.$executeRaw`UPDATE assignment_decisions SET explanation = explanation || '{"": 1}' WHERE id = ${id}`;
  expect((await replay(house.db)).found).toMatchObject([{ what: "decision", id: String(id) }]);
  const wrong = await client().get("/api/cron/bulk-plans", { headers: { authorization: "Bearer no" } });
  expect(wrong.status).toBe(401);
}, 240_000);

it("forgets plans that nobody applied after a week, and keeps the others", async () => {
  const ids = await createLeads(house.db, 2);
  const plan = async () =>
    (await plansOf(manager).create({ kind: "update", lead_ids: ids, updates: { source: "week" } })).body.plan.plan_id;
  const [unused, used] = [await plan(), await plan()];
  await plansOf(manager).apply(used);
  await setClock(house.db, 6 * 86_400);
  expect((await house.container.planJobs.sweep()).pruned).toBe(0);
  await setClock(house.db, 8 * 86_400);
  expect((await house.container.planJobs.sweep()).pruned).toBeGreaterThan(0);
  expect((await plansOf(manager).rows(unused)).status).toBe(404);
  expect((await plansOf(manager).read(used)).state).toBe("done");
});
