import pg from "pg";
import type { Answer } from "@/tests/support/http";
import { bulkSets, freeRoom, type BulkSet } from "./bulk-sets";
import { atLeast, atMost, plain, type Bench, type Figure } from "./figure";
import type { ManagerOverHttp } from "./manager-over-http";
import { watchMemory } from "./machine-memory";
import { median } from "./percentiles";
import { rawAssign, rawUpdate } from "./raw-bulk";
import { scaleServer, type ScaleServer } from "./scale-server";

const ROWS = 10_000;
const JOB_ROWS = 100_000;
const ROUNDS = 5;
const SINGLE_CALLS = 200;
const JOB_DEADLINE_MS = 180_000;
const POLL_MS = 250;

interface PlanState {
  state: string;
  counts: { already_equal: number };
  progress: { processed: number; succeeded: number; failed: number };
}

export const bulk: Bench = {
  name: "bulk",
  about:
    `Bulk work over HTTP on a database of many leads (figure "leads in the database"), 100 agents: ${ROWS} leads in ` +
    `one request, ${ROUNDS} rounds in turn with raw set-based SQL that writes the same rows in one transaction ` +
    `(scripts/bench/raw-bulk.ts), medians; then ${JOB_ROWS} as a job. One web process, one worker, a Postgres that ` +
    "waits for the disk.",
  async run(options): Promise<Figure[]> {
    const server = await scaleServer(options);
    const client = new pg.Client(server.databaseUrl);
    await client.connect();
    try {
      await freeRoom(client);
      const sets = await bulkSets(client, { rows: ROWS, count: 4 * ROUNDS + 1 });
      return [
        plain("leads in the database", server.leads, "leads"),
        ...(await assigning(server, client, sets)),
        ...(await updating(server, client, sets)),
        ...(await oneByOne(server, client, sets)),
        ...(await job(server, client)),
      ];
    } finally {
      await client.end();
      await server.stop();
    }
  },
};

async function assigning(server: ScaleServer, client: pg.Client, sets: BulkSet[]): Promise<Figure[]> {
  const { manager, agents } = server;
  const ours: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    raw.push(
      await rawAssign(
        client,
        take(sets),
        agents.map(({ agentId }) => agentId),
      ),
    );
    ours.push(await timed(() => post(manager, "/api/leads/bulk-assign", assignment(server, take(sets)))));
  }
  return against(`bulk-assign of ${ROWS}`, ours, raw).concat(
    atMost(`bulk-assign of ${ROWS} over 100 agents`, median(ours) / 1_000, "s", 2),
  );
}

async function updating({ manager }: ScaleServer, client: pg.Client, sets: BulkSet[]): Promise<Figure[]> {
  const ours: number[] = [];
  const raw: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const updates = round % 2 === 0 ? { disposition: "interested", priority: "urgent" } : UPDATE_BACK;
    raw.push(await rawUpdate(client, take(sets), updates));
    const lead_ids = take(sets);
    ours.push(await timed(() => post(manager, "/api/leads/bulk-update", { lead_ids, updates })));
  }
  return against(`bulk-update of ${ROWS}`, ours, raw);
}

const UPDATE_BACK = { disposition: "attempted", priority: "high" };

/** The same work one call after another, as a program without bulk endpoints would do it. */
async function oneByOne(server: ScaleServer, client: pg.Client, sets: BulkSet[]): Promise<Figure[]> {
  const { manager, agents } = server;
  const inBulk = await timed(() => post(manager, "/api/leads/bulk-assign", assignment(server, take(sets))));
  const [leads = []] = await bulkSets(client, { rows: SINGLE_CALLS, count: 1, unassigned: true });
  const single = await timed(async () => {
    for (const [index, lead] of leads.entries()) {
      const { status, body } = await manager.post(`/api/leads/${lead}/assign`, {
        agent_email: agents[index % agents.length]?.email,
      });
      if (status !== 200) throw new Error(`assign answered ${status} ${JSON.stringify(body)}`);
    }
  });
  const perSecond = (count: number, ms: number): number => (1_000 * count) / ms;
  return [
    plain("assign, one call after another", Math.round(perSecond(SINGLE_CALLS, single)), "leads/s"),
    atLeast("bulk-assign / one by one", perSecond(ROWS, inBulk) / perSecond(SINGLE_CALLS, single), "times", 10),
  ];
}

/** More than one request answers: a plan that the worker applies, watched until it ends. */
async function job(server: ScaleServer, client: pg.Client): Promise<Figure[]> {
  const { manager } = server;
  const [lead_ids = []] = await bulkSets(client, { rows: JOB_ROWS, count: 1 });
  const memory = watchMemory();
  const startedAt = performance.now();
  const { plan_id } = await post<{ plan_id: string }>(
    manager,
    "/api/leads/bulk-assign",
    assignment(server, lead_ids),
    202,
  );
  const answeredMs = performance.now() - startedAt;
  const seen = new Set<number>();
  let plan: PlanState;
  do {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    plan = (await manager.get<PlanState>(`/api/bulk-plans/${plan_id}`)).body;
    seen.add(plan.progress.processed);
    if (performance.now() - startedAt > JOB_DEADLINE_MS) throw new Error(`the job stands at ${JSON.stringify(plan)}`);
  } while (plan.state === "preparing" || plan.state === "ready" || plan.state === "applying");
  const seconds = (performance.now() - startedAt) / 1_000;
  const grownMiB = memory.stop();
  const settled = plan.progress.succeeded + plan.counts.already_equal;
  const there = `${plan.counts.already_equal} were there before, ${plan.progress.failed} failed`;
  return [
    plain(`job of ${JOB_ROWS}: answered`, Math.round(answeredMs), "ms"),
    plain(
      `job of ${JOB_ROWS}: done`,
      Math.round(seconds * 10) / 10,
      "s",
      `${seen.size} different progress figures seen`,
    ),
    atLeast(`job of ${JOB_ROWS}: leads with their agent`, settled, "leads", JOB_ROWS, there),
    atMost(`job of ${JOB_ROWS}: growth of the machine's memory`, grownMiB, "MiB", 200, "sampled every 100 ms, at most"),
  ];
}

function against(name: string, ours: readonly number[], raw: readonly number[]): Figure[] {
  return [
    plain(`${name}, raw SQL`, Math.round(median(raw)), "ms"),
    plain(`${name}, over HTTP`, Math.round(median(ours)), "ms"),
    atMost(`${name}, over HTTP / raw SQL`, median(ours) / median(raw), "times", 1.3, `${ours.length} rounds each`),
  ];
}

function assignment({ agents }: ScaleServer, lead_ids: readonly string[]) {
  return { lead_ids, assignment_strategy: "round_robin", agents: agents.map(({ email }) => email) };
}

async function post<T>(manager: ManagerOverHttp, path: string, body: unknown, expected = 200): Promise<T> {
  const answer: Answer<T & Record<string, unknown>> = await manager.post(path, body);
  if (answer.status !== expected) throw new Error(`${path} answered ${answer.status} ${JSON.stringify(answer.body)}`);
  const { failed_count: updateFailures = 0, failures = [] } = answer.body as { failed_count?: number; failures?: [] };
  if (updateFailures > 0 || failures.length > 0) throw new Error(`${path} left rows out: the bench expects none`);
  return answer.body;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function take(sets: BulkSet[]): BulkSet {
  const next = sets.pop();
  if (!next) throw new Error("the bench has used up its sets of leads");
  return next;
}
