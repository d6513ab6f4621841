import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import autocannon from "autocannon";
import { createDb, type Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { UserRepository } from "@/modules/auth/repositories/user.repository";
import { PrincipalService } from "@/modules/auth/services/principal.service";
import { atLeast, atMost, plain, rounded, type Bench, type Figure } from "./figure";
import { median, percentile } from "./percentiles";
import { webServer, type WebServer } from "./web-server";

const AGENTS = 64;
const ROUNDS = 5;
const WARM_UP_S = 4;
const ROUND_S = 5;
const LEAST_SHARE = 0.9;
/** A whole house of softphones, each of which beats every 30 s. */
const HOUSE = 10_000;
const INTERVAL_S = 30;
const HOUSE_SECONDS = 30;

interface Softphone {
  agentId: string;
  token: string;
}

interface Load {
  perSecond: number;
  p99Ms: number;
}

export const heartbeat: Bench = {
  name: "heartbeat",
  about:
    "POST /api/agent-heartbeat against GET /api/ping, a constant answer through the same wrapper (authentication, " +
    `role, rate limit): ${AGENTS} agents, one connection each, ${ROUNDS} rounds of ${ROUND_S} s in turn on one web ` +
    `process. Then ${HOUSE} agents who beat every ${INTERVAL_S} s each, open loop: from when a beat was due to its answer. ` +
    "Each beat is answered after its commit, on a Postgres that waits for the disk.",
  async run(): Promise<Figure[]> {
    const server = await webServer();
    try {
      const house = await signIn(server, HOUSE);
      const phones = house.slice(0, AGENTS);
      await load(server, phones, "ping", WARM_UP_S);
      await load(server, phones, "beat", WARM_UP_S);
      const [pings, beats]: [Load[], Load[]] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        pings.push(await load(server, phones, "ping", ROUND_S));
        beats.push(await load(server, phones, "beat", ROUND_S));
      }
      const share = median(beats.map((beat, round) => beat.perSecond / (pings[round]?.perSecond ?? Infinity)));
      const note = `heartbeat p99 ${median(beats.map((beat) => beat.p99Ms))} ms`;
      return [
        plain("constant route", median(pings.map((ping) => ping.perSecond)), "requests/s"),
        plain("heartbeat", median(beats.map((beat) => beat.perSecond)), "requests/s"),
        atLeast("heartbeat / constant route", Math.round(share * 1_000) / 1_000, "share", LEAST_SHARE, note),
        ...(await wholeHouse(server, house)),
      ];
    } finally {
      await server.stop();
    }
  },
};

async function signIn({ databaseUrl, authSecret }: WebServer, count: number): Promise<Softphone[]> {
  const db = createDb(databaseUrl, 2);
  try {
    const principals = new PrincipalService(new UserRepository(db), authSecret);
    const people = Array.from({ length: count }, (_, index) => ({
      userId: newId(),
      agentId: newId(),
      sessionId: newId(),
      email: `bench${index}@evenhand.test`,
    }));
    for (let from = 0; from < people.length; from += MOST_ROWS) {
      await addPeople(db, people.slice(from, from + MOST_ROWS));
    }
    return await Promise.all(
      people.map(async ({ agentId, sessionId }) => ({
        agentId,
        token: await principals.issueBearer(sessionId, 3_600),
      })),
    );
  } finally {
    await db.$disconnect();
  }
}

/** Rows that one statement of Prisma's can carry with room to spare. */
const MOST_ROWS = 2_000;

interface Person {
  userId: string;
  agentId: string;
  sessionId: string;
  email: string;
}

async function addPeople(db: Db, people: readonly Person[]): Promise<void> {
  const expiresAt = new Date(Date.now() + 3_600_000);
  await db.user.createMany({
    data: people.map(({ userId, email }) => ({
      id: userId,
      email,
      name: email,
      role: "agent",
      passwordHash: "none",
    })),
  });
  await db.agent.createMany({ data: people.map(({ userId, agentId }) => ({ id: agentId, userId })) });
  await db.authSession.createMany({
    data: people.map(({ userId, sessionId }) => ({ id: sessionId, userId, kind: "token", expiresAt })),
  });
}

async function load(
  { address }: WebServer,
  phones: readonly Softphone[],
  kind: "ping" | "beat",
  seconds: number,
): Promise<Load> {
  let next = 0;
  const result = await autocannon({
    url: address + (kind === "ping" ? "/api/ping" : "/api/agent-heartbeat"),
    method: kind === "ping" ? "GET" : "POST",
    connections: phones.length,
    duration: seconds,
    setupClient(client) {
      const phone = phones[next % phones.length];
      next += 1;
      if (!phone) throw new Error("there are no agents");
      client.setHeaders({ authorization: `Bearer ${phone.token}`, "content-type": "application/json" });
      if (kind === "beat") client.setBody(JSON.stringify(beatOf(phone.agentId)));
    },
  });
  if (result.errors > 0 || result.non2xx > 0) throw new Error(`${result.non2xx} refusals, ${result.errors} errors`);
  return { perSecond: result.requests.average, p99Ms: result.latency.p99 };
}

/** What the softphone sends every 30 s. */
const beatOf = (agentId: string) => ({
  agentId,
  deviceConnected: true,
  currentStatus: "available",
  device: { registered: true, visibility: "visible", mos: 4.2, rttMs: 38, jitterMs: 2, lossPercent: 0, problems: [] },
  clientId: "bench",
  choiceId: "bench",
});

/** Every softphone signs in, and then beats in its turn; answers are counted from when their beats were due. */
async function wholeHouse(server: WebServer, house: readonly Softphone[]): Promise<Figure[]> {
  const rate = house.length / INTERVAL_S;
  await beatOpenLoop(server, house, rate * 1.5);
  const waits = await beatOpenLoop(server, house.slice(0, Math.round(rate * HOUSE_SECONDS)), rate);
  const note = `${waits.length} beats at ${Math.round(rate)} a second, p50 ${rounded(percentile(waits, 0.5))} ms`;
  return [atMost("10,000 agents beating, p99", percentile(waits, 0.99), "ms", 100, note)];
}

/** Milliseconds from each beat's time to its answer; throws when one is refused. */
async function beatOpenLoop({ address }: WebServer, phones: readonly Softphone[], rate: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const begin = performance.now();
  const pending: Promise<number>[] = [];
  for (const [turn, phone] of phones.entries()) {
    const due = begin + (turn * 1_000) / rate;
    const early = due - performance.now();
    if (early > 0) await delay(early);
    pending.push(beatOnce(`${address}/api/agent-heartbeat`, phone, agent).then(() => performance.now() - due));
  }
  const waits = await Promise.all(pending);
  agent.destroy();
  return waits;
}

function beatOnce(url: string, { agentId, token }: Softphone, agent: Agent): Promise<void> {
  const body = JSON.stringify(beatOf(agentId));
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers, agent }, (response) => {
      response.resume();
      response.once("error", reject);
      response.once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`A beat was answered with ${response.statusCode}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
