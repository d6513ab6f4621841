import pg from "pg";
import { bulkSets, freeRoom, type BulkSet } from "./bulk-sets";
import { atLeast, atMost, plain, type Bench, type Figure } from "./figure";
import { percentile } from "./percentiles";
import { scaleServer, type ScaleServer } from "./scale-server";
import { watchTransactions } from "./watch-transactions";

const RATE_PER_SECOND = 200;
/** As long as it takes for the database to clean up after what was written, which belongs to the load. */
const ALONE_SECONDS = 90;
/** Leads that the bulk work is about: some are assigned, the others updated. */
const ASSIGNED_ROWS = 60_000;
const UPDATED_ROWS = 40_000;
/** Every so manieth single assignment takes a lead that the bulk work is about, too. */
const SHARED_EVERY = 20;
const MOST_SECONDS = 450;
/** Calls of the warm-up, of the time alone and of the longest bulk work. */
const MOST_SINGLES = RATE_PER_SECOND * (5 + ALONE_SECONDS + MOST_SECONDS);
const POLL_MS = 250;

interface Arrivals {
  ms: number[];
  answers: Map<string, number>;
}

export const mixedLoad: Bench = {
  name: "mixed-load",
  about:
    `${RATE_PER_SECOND} single assignments a second over HTTP (open loop: each is sent at its time, answered or not), ` +
    `first alone for ${ALONE_SECONDS} s, then beside a job that assigns ${ASSIGNED_ROWS} leads to the same 100 agents ` +
    `and one that updates ${UPDATED_ROWS} others; every 20th takes a lead of the jobs'. One web process, one worker, a ` +
    "Postgres that waits for the disk.",
  async run(options): Promise<Figure[]> {
    const server = await scaleServer(options);
    const client = new pg.Client(server.databaseUrl);
    await client.connect();
    try {
      await freeRoom(client);
      const [singles = []] = await bulkSets(client, { rows: MOST_SINGLES, count: 1, unassigned: true });
      const own = new Set(singles);
      const rows = ASSIGNED_ROWS + UPDATED_ROWS;
      const [wanted = []] = await bulkSets(client, { rows: rows + MOST_SINGLES, count: 1 });
      const bulkRows = wanted.filter((lead) => !own.has(lead)).slice(0, rows);
      const warm = await assignFor(server, singles.splice(0, 5 * RATE_PER_SECOND), () => false);
      const alone = await assignFor(server, singles.splice(0, ALONE_SECONDS * RATE_PER_SECOND), () => false);
      const transactions = await watchTransactions(server.databaseUrl);
      const deadlocksBefore = await deadlocks(client);
      const startedAt = performance.now();
      const work = bulkWork(server, bulkRows);
      let ended = false;
      void work.finally(() => (ended = true));
      const beside = await assignFor(server, withShared(singles, bulkRows), () => ended);
      await work;
      const seconds = (performance.now() - startedAt) / 1_000;
      const longestMs = await transactions.stop();
      const surfaced = [...warm.answers, ...alone.answers, ...beside.answers].filter(
        ([text]) => !/^(200|409)/.test(text),
      );
      const p99 = { alone: percentile(alone.ms, 0.99), beside: percentile(beside.ms, 0.99) };
      return [
        plain("leads in the database", server.leads, "leads"),
        plain("single assignments alone, p50", percentile(alone.ms, 0.5), "ms", `${alone.ms.length} calls`),
        plain("single assignments alone, p99", p99.alone, "ms"),
        plain(
          "single assignments beside bulk work, p50",
          percentile(beside.ms, 0.5),
          "ms",
          `${beside.ms.length} calls`,
        ),
        plain("single assignments beside bulk work, p99", p99.beside, "ms", `bulk work of ${seconds.toFixed(1)} s`),
        atMost("p99 beside / alone", p99.beside / p99.alone, "times", 2),
        atLeast(
          "single assignments a second beside bulk work",
          beside.ms.length / seconds,
          "calls/s",
          RATE_PER_SECOND * 0.98,
        ),
        atMost("longest transaction", longestMs, "ms", 2_000, "sampled every 20 ms"),
        atMost("answers other than yes or a reasoned no", surfaced.length, "answers", 0, surfaced.join("; ")),
        plain("deadlocks that the database broke", (await deadlocks(client)) - deadlocksBefore, "deadlocks", "retried"),
      ];
    } finally {
      await client.end();
      await server.stop();
    }
  },
};

/** Sends one assignment every 1/200 s until the leads are used up or `done` says so; waits for the last answers. */
async function assignFor(server: ScaleServer, leads: readonly string[], done: () => boolean): Promise<Arrivals> {
  const arrivals: Arrivals = { ms: [], answers: new Map() };
  const pending: Promise<void>[] = [];
  const startedAt = performance.now();
  for (const [index, lead] of leads.entries()) {
    const dueAt = startedAt + (1_000 * index) / RATE_PER_SECOND;
    if (done() || dueAt - startedAt > MOST_SECONDS * 1_000) break;
    const wait = dueAt - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    pending.push(assignOne(server, lead, index, dueAt, arrivals));
  }
  await Promise.all(pending);
  return arrivals;
}

/** Counts from the time it was due, so that a stalled server does not hide the calls that queue up behind it. */
async function assignOne(server: ScaleServer, lead: string, index: number, dueAt: number, arrivals: Arrivals) {
  const agent = server.agents[index % server.agents.length];
  const { status, body } = await server.manager.post<{ code?: string }>(`/api/leads/${lead}/assign`, {
    agent_email: agent?.email,
  });
  arrivals.ms.push(performance.now() - dueAt);
  const answer = status === 200 ? "200" : `${status} ${body.code}`;
  arrivals.answers.set(answer, (arrivals.answers.get(answer) ?? 0) + 1);
}

async function bulkWork({ manager, agents }: ScaleServer, leads: readonly string[]): Promise<void> {
  const emails = agents.map(({ email }) => email);
  const [assigned, updated] = [leads.slice(0, ASSIGNED_ROWS), leads.slice(ASSIGNED_ROWS)];
  const requests = [
    ["/api/leads/bulk-assign", { lead_ids: assigned, assignment_strategy: "round_robin", agents: emails }],
    ["/api/leads/bulk-update", { lead_ids: updated, updates: { disposition: "contacted", priority: "high" } }],
  ] as const;
  for (const [path, body] of requests) {
    const begun = await manager.post<{ plan_id: string }>(path, body);
    if (begun.status !== 202) throw new Error(`${path} answered ${begun.status} ${JSON.stringify(begun.body)}`);
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      const { body: plan } = await manager.get<{ state: string }>(`/api/bulk-plans/${begun.body.plan_id}`);
      if (plan.state === "done") break;
      if (!["preparing", "ready", "applying"].includes(plan.state)) throw new Error(`${path}: ${JSON.stringify(plan)}`);
    }
  }
}

function withShared(own: readonly string[], shared: BulkSet): string[] {
  return own.map((lead, index) => (index % SHARED_EVERY === 0 ? (shared[index] ?? lead) : lead));
}

async function deadlocks(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ deadlocks: string }>(
    "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
  );
  return Number(rows[0]?.deadlocks ?? 0);
}
