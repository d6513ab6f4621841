import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createDb, type Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { systemActor } from "@/lib/principal";
import { judgePresence } from "@/modules/agents/domain/presence";
import { DispatchRepository, type WantedOffer } from "@/modules/call-queue/repositories/dispatch.repository";
import { AgentDiscoveryService, type JudgeReadiness } from "@/modules/call-queue/services/agent-discovery.service";
import { AgentPollingService } from "@/modules/call-queue/services/agent-polling.service";
import { CallAssignmentService } from "@/modules/call-queue/services/call-assignment.service";
import { LoadBalancingService } from "@/modules/call-queue/services/load-balancing.service";
import { withDatabase } from "../migrate/adapter";
import { migrate } from "../migrate/apply";
import { withConnection } from "../postgres/database";
import { embeddedPostgres } from "../postgres/embedded";
import { freePort } from "../postgres/throwaway";
import { addCallers, dispatchWorld, finishCalls, type DispatchWorld } from "./dispatch-world";
import { atLeast, atMost, plain, type Bench, type Figure } from "./figure";
import { bestSingleStatement } from "./raw-claim";
import { percentile } from "./percentiles";

const AGENTS = 1_000;
const CALLERS = 5_000;
/** Agents that turn ready a second, and for how long. */
const RATE = 100;
const SECONDS = 20;
const CONNECTIONS = 8;
const CLAIMS = 4_000;
const actor = systemActor("bench");

export const dispatch: Bench = {
  name: "dispatch",
  about:
    `One queue with ${AGENTS} agents and ${CALLERS} callers in line, on a Postgres that waits for the disk. ${RATE} agents a ` +
    `second turn ready for ${SECONDS} s: from the wake-up that follows each to the commit of its offer, read back from ` +
    "the offers themselves. Then the whole path as fast as it goes, and reserve + offer alone beside the best single " +
    `statement that writes the same rows, ${CONNECTIONS} connections each, turn by turn.`,
  async run(): Promise<Figure[]> {
    const directory = await mkdtemp(join(tmpdir(), "evenhand-bench-"));
    const postgres = await embeddedPostgres({ directory, port: await freePort(), durable: true, log: () => undefined });
    const database = await postgres.start();
    const url = withDatabase(postgres.url("postgres"), "bench");
    await withConnection(postgres.url("postgres"), async (client) => {
      await client.query("CREATE DATABASE bench");
    });
    await migrate(url);
    const db = createDb(url, CONNECTIONS);
    try {
      return await figures(db, await dispatchWorld(db, { agents: AGENTS, callers: CALLERS }));
    } finally {
      await db.$disconnect();
      await database.stop();
      await rm(postgres.cluster.data, { recursive: true, force: true });
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function figures(db: Db, world: DispatchWorld): Promise<Figure[]> {
  const waits = await steady(db, world);
  await finishCalls(db, world.agentIds);
  const perSecond = await sustained(db, world);
  await finishCalls(db, world.agentIds);
  const { ours, best } = await beside(db, world);
  const note = `${waits.length} offers at ${RATE} a second`;
  return [
    atMost("ready to offer committed, p95", percentile(waits, 0.95), "ms", 50, note),
    atMost("ready to offer committed, p99", percentile(waits, 0.99), "ms", 100, note),
    atLeast("offers over the whole path", Math.round(perSecond), "offers/s", 100, "dispatch alone, one process"),
    atLeast("reserve + offer beside the best statement", Math.round((ours / best) * 100) / 100, "ratio", 0.7),
    plain("reserve + offer", Math.round(ours), "offers/s", `${CONNECTIONS} connections, one offer a statement`),
    plain("the best single statement", Math.round(best), "offers/s", "the same rows, no checks but the keys"),
  ];
}

function dispatcher(db: Db): CallAssignmentService {
  const standing = { offHere: [], rolledBack: false, settings: new Map() };
  const discovery = new AgentDiscoveryService(
    judge,
    { standing: () => Promise.resolve(standing) },
    { warn: (fields, message) => console.error(message, fields) },
  );
  return new CallAssignmentService(new DispatchRepository(db), new LoadBalancingService(discovery));
}

const judge: JudgeReadiness = (member) => {
  const { readiness } = judgePresence({ ...member, device: null }, { intervalSeconds: 30, leaseBeats: 3 });
  return { score: readiness.score, ready: readiness.ready, reasons: readiness.issues.map(({ code }) => code) };
};

/** Milliseconds from each agent's turning ready to the commit of the offer, at an open rate of arrivals. */
async function steady(db: Db, { queueId, agentIds }: DispatchWorld): Promise<number[]> {
  const polling = new AgentPollingService(
    dispatcher(db),
    { kick: () => undefined },
    { error: (fields, message) => console.error(message, fields) },
    { validate: () => Promise.resolve([]) },
  );
  const waits: number[] = [];
  const pending: Promise<void>[] = [];
  const begin = performance.now();
  const turns = RATE * SECONDS;
  for (let turn = 0; turn < turns; turn += 1) {
    const due = begin + (turn * 1_000) / RATE;
    const early = due - performance.now();
    if (early > 0) await delay(early);
    // Each agent has talked long enough before the turn comes round again.
    const agentId = agentIds[turn % agentIds.length] ?? "";
    if (turn >= agentIds.length / 2) await recycle(db, agentIds, turn);
    pending.push(ready(db, polling, agentId, waits));
  }
  await Promise.all(pending);
  await polling.stop();
  const line = await db.queuedCall.count({ where: { queueId, state: "waiting" } });
  if (line === 0) throw new Error("The line ran empty: the figure would say nothing");
  return waits;
}

/** The agent who was ready half a round ago is done with the call; a new caller comes. */
async function recycle(db: Db, agentIds: readonly string[], turn: number): Promise<void> {
  const half = agentIds.length / 2;
  if (turn % 50 !== 0) return;
  const done = Array.from({ length: 50 }, (_, i) => agentIds[(turn - half + i) % agentIds.length] ?? "");
  await finishCalls(db, done);
}

async function ready(db: Db, polling: AgentPollingService, agentId: string, waits: number[]): Promise<void> {
  await db.$executeRaw`
    UPDATE agent_sessions SET status = 'available', "statusSince" = now() WHERE "agentId" = ${agentId}::uuid`;
  const begin = performance.now();
  // A run that begins after the wake-up ends after the commit of what it offers.
  await polling.run();
  waits.push(performance.now() - begin);
}

/** Offers a second when all agents turn ready at once, over and over. */
async function sustained(db: Db, { queueId, agentIds }: DispatchWorld): Promise<number> {
  const assignment = dispatcher(db);
  let [made, ms] = [0, 0];
  for (let round = 0; round < 5; round += 1) {
    await addCallers(db, queueId, 200);
    const some = agentIds.slice(round * 200, (round + 1) * 200);
    await db.$executeRaw`UPDATE agent_sessions SET status = 'available' WHERE "agentId" = ANY (${some}::uuid[])`;
    const begin = performance.now();
    made += await assignment.offerWaiting(actor);
    ms += performance.now() - begin;
    await finishCalls(db, some);
  }
  return (made / ms) * 1_000;
}

/** Claims a second by our statement and by the best one, alternating, so that both meet the same machine. */
async function beside(db: Db, { queueId, agentIds }: DispatchWorld): Promise<{ ours: number; best: number }> {
  const repository = new DispatchRepository(db);
  const times = { ours: 0, best: 0 };
  const share = 500;
  for (let turn = 0; turn < CLAIMS / share; turn += 1) {
    await addCallers(db, queueId, share);
    const some = agentIds.slice(0, share);
    await db.$executeRaw`UPDATE agent_sessions SET status = 'available' WHERE "agentId" = ANY (${some}::uuid[])`;
    const calls = await repository.findWaiting([queueId], share);
    const sessions = new Map(
      (await db.agentSession.findMany({ where: { agentId: { in: some } } })).map((one) => [one.agentId, one.id]),
    );
    const offers = calls.map((call, at): WantedOffer => {
      const agentId = some[at] ?? "";
      return offerOf(call, agentId, sessions.get(agentId) ?? "");
    });
    const which = turn % 2 === 0 ? "ours" : "best";
    const one =
      which === "ours"
        ? async (offer: WantedOffer) =>
            (await repository.claim([offer], false, actor)).filter(({ made }) => made).length
        : (offer: WantedOffer) => bestSingleStatement(db, offer);
    const begin = performance.now();
    const made = await inParallel(offers, CONNECTIONS, one);
    times[which] += performance.now() - begin;
    if (made !== share) throw new Error(`${which}: ${made} of ${share} claims were made`);
    await finishCalls(db, some);
  }
  const each = (CLAIMS / 2) * 1_000;
  return { ours: each / times.ours, best: each / times.best };
}

function offerOf(call: { entryId: string; callId: string; queueId: string }, agentId: string, sessionId: string) {
  const { entryId, callId, queueId } = call;
  const explanation = {
    policy: "longest_idle/2",
    seed: "bench",
    chosen: agentId,
    why: "longest idle (10 s) of 1 ready",
    candidates: [],
    candidateCount: 1,
    excluded: [],
    excludedCount: 0,
    discovery: "enhanced" as const,
  };
  const offer = { offerId: newId(), entryId, callId, queueId, agentId, sessionId };
  return { ...offer, explanation, ringSeconds: 20, expiresInSeconds: 25 };
}

async function inParallel<T>(
  items: readonly T[],
  workers: number,
  work: (item: T) => Promise<number>,
): Promise<number> {
  let [next, sum] = [0, 0];
  const worker = async (): Promise<void> => {
    for (let item = items[next]; item !== undefined; item = items[next]) {
      next += 1;
      sum += await work(item);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return sum;
}
