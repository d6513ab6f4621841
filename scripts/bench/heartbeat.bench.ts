import { Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import autocannon from "autocannon";
import { atLeast, atMost, plain, rounded, type Bench, type Figure } from "./figure";
import { median, percentile } from "./percentiles";
import { beat, beatOf, signInAgents, type Softphone } from "./softphones";
import { webServer, type WebServer } from "./web-server";

const AGENTS = 64;
const ROUNDS = 5;
const WARM_UP_S = 4;
const ROUND_S = 5;
const LEAST_SHARE = 0.9;
/** A whole house of softphones, each of which beats every 30 s. */
const HOUSE = 10_000;
const INTERVAL_S = 30;

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
  async run({ share }): Promise<Figure[]> {
    const server = await webServer();
    try {
      const house = await signInAgents(server, Math.max(AGENTS, Math.round(HOUSE * share)));
      const phones = house.slice(0, AGENTS);
      await load(server, phones, "ping", WARM_UP_S);
      await load(server, phones, "beat", WARM_UP_S);
      const [pings, beats]: [Load[], Load[]] = [[], []];
      for (let round = 0; round < Math.max(1, ROUNDS * share); round += 1) {
        pings.push(await load(server, phones, "ping", ROUND_S));
        beats.push(await load(server, phones, "beat", ROUND_S));
      }
      const ofPing = median(beats.map((beat, round) => beat.perSecond / (pings[round]?.perSecond ?? Infinity)));
      const note = `heartbeat p99 ${median(beats.map((beat) => beat.p99Ms))} ms`;
      return [
        plain("constant route", median(pings.map((ping) => ping.perSecond)), "requests/s"),
        plain("heartbeat", median(beats.map((beat) => beat.perSecond)), "requests/s"),
        atLeast("heartbeat / constant route", rounded(ofPing), "share", LEAST_SHARE, note),
        ...(await wholeHouse(server, house)),
      ];
    } finally {
      await server.stop();
    }
  },
};

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
      client.setHeaders({ cookie: phone.cookie, "content-type": "application/json" });
      if (kind === "beat") client.setBody(JSON.stringify(beatOf(phone.agentId)));
    },
  });
  if (result.errors > 0 || result.non2xx > 0) throw new Error(`${result.non2xx} refusals, ${result.errors} errors`);
  return { perSecond: result.requests.average, p99Ms: result.latency.p99 };
}

/** Every softphone signs in, and then beats in its turn; answers are counted from when their beats were due. */
async function wholeHouse(server: WebServer, house: readonly Softphone[]): Promise<Figure[]> {
  const rate = HOUSE / INTERVAL_S;
  await signOn(server, house);
  const waits = await beatOpenLoop(server, house, rate);
  const note = `${waits.length} beats at ${Math.round(rate)} a second, p50 ${rounded(percentile(waits, 0.5))} ms`;
  return [atMost("10,000 agents beating, p99", percentile(waits, 0.99), "ms", 100, note)];
}

/** First beats, which open the sessions: as fast as the server takes them, a bounded number at a time. */
async function signOn({ address }: WebServer, house: readonly Softphone[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AGENTS });
  const left = house.values();
  const lines = Array.from({ length: AGENTS }, async () => {
    for (const phone of left) await beat(address, phone, agent);
  });
  await Promise.all(lines);
  agent.destroy();
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
    pending.push(beat(address, phone, agent).then(() => performance.now() - due));
  }
  const waits = await Promise.all(pending);
  agent.destroy();
  return waits;
}
