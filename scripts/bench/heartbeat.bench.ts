import autocannon from "autocannon";
import { createDb } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { UserRepository } from "@/modules/auth/repositories/user.repository";
import { PrincipalService } from "@/modules/auth/services/principal.service";
import { atLeast, type Bench, type Figure } from "./figure";
import { webServer, type WebServer } from "./web-server";

const AGENTS = 64;
const ROUNDS = 5;
const WARM_UP_S = 4;
const ROUND_S = 5;
const LEAST_SHARE = 0.8;

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
    "process. Each beat is answered after its commit, on a Postgres that waits for the disk.",
  async run(): Promise<Figure[]> {
    const server = await webServer();
    try {
      const phones = await signIn(server);
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
        plain("constant route", median(pings.map((ping) => ping.perSecond))),
        plain("heartbeat", median(beats.map((beat) => beat.perSecond))),
        atLeast("heartbeat / constant route", Math.round(share * 1_000) / 1_000, "share", LEAST_SHARE, note),
      ];
    } finally {
      await server.stop();
    }
  },
};

/** A figure with no bound of its own: the machine decides it. */
const plain = (name: string, value: number): Figure => ({
  name,
  value: Math.round(value),
  unit: "requests/s",
  limit: "",
  passed: true,
});

async function signIn({ databaseUrl, authSecret }: WebServer): Promise<Softphone[]> {
  const db = createDb(databaseUrl, 2);
  try {
    const principals = new PrincipalService(new UserRepository(db), authSecret);
    const expiresAt = new Date(Date.now() + 3_600_000);
    const people = Array.from({ length: AGENTS }, (_, index) => ({
      userId: newId(),
      agentId: newId(),
      sessionId: newId(),
      email: `bench${index}@evenhand.test`,
    }));
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

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
