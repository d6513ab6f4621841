import { setTimeout as delay } from "node:timers/promises";
import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { systemActor, type Actor } from "@/lib/principal";
import { judgePresence } from "@/modules/agents/domain/presence";
import {
  CallClaimRepository,
  type ClaimOutcome,
  type WantedOffer,
} from "@/modules/call-queue/repositories/call-claim.repository";
import { DispatchRepository, type WaitingCall } from "@/modules/call-queue/repositories/dispatch.repository";
import { AgentDiscoveryService, type JudgeReadiness } from "@/modules/call-queue/services/agent-discovery.service";
import { AgentPollingService } from "@/modules/call-queue/services/agent-polling.service";
import { CallAssignmentService } from "@/modules/call-queue/services/call-assignment.service";
import { LoadBalancingService } from "@/modules/call-queue/services/load-balancing.service";
import { addCallers, finishCalls, type DispatchWorld } from "./dispatch-world";
import { median } from "./percentiles";
import { bestSingleStatement } from "./raw-claim";

const actor = systemActor("bench");
/** Agents whose calls end together, and the rest before they are ready again, in milliseconds. */
const RECYCLED = 50;
const PATIENCE_MS = 10_000;

const judge: JudgeReadiness = (member) => {
  const { readiness } = judgePresence({ ...member, device: null }, { intervalSeconds: 30, leaseBeats: 3 });
  return { score: readiness.score, ready: readiness.ready, reasons: readiness.issues.map(({ code }) => code) };
};

/** The product's dispatch over its own claims, as the container wires it. */
function dispatcher(db: Db, claims: CallClaimRepository): CallAssignmentService {
  const standing = { offHere: [], rolledBack: false, settings: new Map() };
  const discovery = new AgentDiscoveryService(
    judge,
    { standing: () => Promise.resolve(standing) },
    { warn: (fields, message) => console.error(message, fields) },
  );
  return new CallAssignmentService(new DispatchRepository(db), claims, new LoadBalancingService(discovery));
}

/** Tells when the claim of an agent was committed: the answer of the claim's statement has come. */
class WatchedClaims extends CallClaimRepository {
  readonly committed = new Map<string, (at: number) => void>();

  override async claim(offers: readonly WantedOffer[], anyDevice: boolean, by: Actor): Promise<ClaimOutcome[]> {
    const outcomes = await super.claim(offers, anyDevice, by);
    const at = performance.now();
    const made = new Set(outcomes.filter((outcome) => outcome.made).map(({ entryId }) => entryId));
    for (const { agentId } of offers.filter(({ entryId }) => made.has(entryId))) this.committed.get(agentId)?.(at);
    return outcomes;
  }
}

/** Milliseconds from each agent's turning ready (its own commit) to the commit of the offer, at an open rate of arrivals. */
export async function steady(
  db: Db,
  { agentIds }: DispatchWorld,
  { rate, seconds }: { rate: number; seconds: number },
): Promise<number[]> {
  const claims = new WatchedClaims(db);
  const polling = new AgentPollingService(
    dispatcher(db, claims),
    { kick: () => undefined },
    { error: (fields, message) => console.error(message, fields) },
    { validate: () => Promise.resolve([]) },
  );
  const waits: Promise<number>[] = [];
  const recycled: Promise<void>[] = [];
  const begin = performance.now();
  for (let turn = 0; turn < rate * seconds; turn += 1) {
    const early = begin + (turn * 1_000) / rate - performance.now();
    if (early > 0) await delay(early);
    const agentId = agentIds[turn % agentIds.length] ?? "";
    // Each agent has talked for half a round of turns, and rests for the other half.
    const talked = turn - agentIds.length / 2;
    if (talked >= 0 && talked % RECYCLED === 0) {
      const done = Array.from({ length: RECYCLED }, (_, i) => agentIds[(talked + i) % agentIds.length] ?? "");
      recycled.push(finishCalls(db, done));
    }
    waits.push(becomeReady(db, claims, polling, agentId));
  }
  const measured = await Promise.all(waits);
  await Promise.all(recycled);
  await polling.stop();
  return measured;
}

async function becomeReady(
  db: Db,
  claims: WatchedClaims,
  polling: AgentPollingService,
  agentId: string,
): Promise<number> {
  const offered = new Promise<number>((resolve) => claims.committed.set(agentId, resolve));
  await db.$executeRaw`
    UPDATE agent_sessions SET status = 'available', "statusSince" = now() WHERE "agentId" = ${agentId}::uuid`;
  const begin = performance.now();
  polling.wake();
  const late = delay(PATIENCE_MS, undefined, { ref: false }).then(() => Number.NaN);
  const at = await Promise.race([offered, late]);
  if (Number.isNaN(at)) throw new Error(`An agent who turned ready was offered nothing within ${PATIENCE_MS} ms`);
  return Math.max(0, at - begin);
}

/** Offers a second when `burst` agents turn ready at once, over and over: the median of the rounds. */
export async function sustained(
  db: Db,
  { queueId, agentIds }: DispatchWorld,
  { rounds, burst }: { rounds: number; burst: number },
): Promise<number> {
  const assignment = dispatcher(db, new CallClaimRepository(db));
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await addCallers(db, queueId, burst);
    const some = Array.from({ length: burst }, (_, i) => agentIds[(round * burst + i) % agentIds.length] ?? "");
    await db.$executeRaw`UPDATE agent_sessions SET status = 'available' WHERE "agentId" = ANY (${some}::uuid[])`;
    const begin = performance.now();
    const made = await assignment.offerWaiting(actor);
    rates.push((made / (performance.now() - begin)) * 1_000);
    if (made !== burst) throw new Error(`${made} of ${burst} agents were offered a call`);
    await finishCalls(db, some);
  }
  return median(rates);
}

export interface Claims {
  ours: number;
  best: number;
  /** Median of the turns' ratios: each turn's pair met the same machine. */
  ratio: number;
}

/** Claims a second by our statement and by the best one, turn by turn. */
export async function beside(
  db: Db,
  world: DispatchWorld,
  { turns, share, connections }: { turns: number; share: number; connections: number },
): Promise<Claims> {
  const dispatch = new DispatchRepository(db);
  const claims = new CallClaimRepository(db);
  const ours = async (offer: WantedOffer): Promise<number> =>
    (await claims.claim([offer], false, actor)).filter(({ made }) => made).length;
  const best = (offer: WantedOffer): Promise<number> => bestSingleStatement(db, offer);
  const rates: { ours: number[]; best: number[] } = { ours: [], best: [] };
  const measure = async (which: "ours" | "best", one: (offer: WantedOffer) => Promise<number>, counts: boolean) => {
    const offers = await wishes(db, dispatch, world, share);
    const begin = performance.now();
    const made = await inParallel(offers, connections, one);
    if (counts) rates[which].push((made / (performance.now() - begin)) * 1_000);
    if (made !== share) throw new Error(`${which}: ${made} of ${share} claims were made`);
    await finishCalls(db, world.agentIds.slice(0, share));
  };
  // The first turn warms both: the server settles on their plans.
  for (let turn = 0; turn <= turns; turn += 1) {
    const both = [() => measure("ours", ours, turn > 0), () => measure("best", best, turn > 0)];
    for (const one of turn % 2 === 0 ? both : both.toReversed()) await one();
  }
  const ratio = median(rates.ours.map((rate, at) => rate / (rates.best[at] ?? Infinity)));
  return { ours: median(rates.ours), best: median(rates.best), ratio };
}

async function wishes(
  db: Db,
  dispatch: DispatchRepository,
  { queueId, agentIds }: DispatchWorld,
  share: number,
): Promise<WantedOffer[]> {
  await addCallers(db, queueId, share);
  const some = agentIds.slice(0, share);
  await db.$executeRaw`UPDATE agent_sessions SET status = 'available' WHERE "agentId" = ANY (${some}::uuid[])`;
  const calls = await dispatch.findWaiting([queueId], share);
  const rows = await db.agentSession.findMany({ where: { agentId: { in: some } } });
  const sessions = new Map(rows.map((row) => [row.agentId, row.id]));
  return calls.map((call, at) => wish(call, some[at] ?? "", sessions.get(some[at] ?? "") ?? ""));
}

function wish({ entryId, callId, queueId }: WaitingCall, agentId: string, sessionId: string): WantedOffer {
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
      // Added after the wait: another worker may have added meanwhile.
      const made = await work(item);
      sum += made;
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return sum;
}
