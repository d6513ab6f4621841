import { Agent, get, type ClientRequest } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../postgres/throwaway";
import { atMost, plain, rounded, type Bench, type Figure } from "./figure";
import { inspectedAt, processMemory, type ProcessMemory } from "./process-memory";
import { beat, signInAgents, type Softphone } from "./softphones";
import { webServer, type WebServer } from "./web-server";

/** Signed-in agents at which memory is read. */
const LEVELS = [500, 1_000];
/** They come and go first, so that code is compiled and caches stand before the first reading. */
const WARM_UP = 100;
const INTERVAL_MS = 30_000;
/** How long each level is held, in intervals between beats. */
const HELD_INTERVALS = 2;
const KILOBYTE = 1_000;
const MEGABYTE = 1_000_000;
const MOST_PER_AGENT_KB = 100;

export const agentMemory: Bench = {
  name: "agent-memory",
  about:
    `Memory of one web process with 0, ${LEVELS.join(" and ")} signed-in agents, each with a session cookie, an open event ` +
    `stream and a beat every ${INTERVAL_MS / 1_000} s, after ${HELD_INTERVALS} intervals and a forced full collection. ` +
    `${WARM_UP} others came and went before the first reading.`,
  async run({ share }): Promise<Figure[]> {
    const inspector = await freePort();
    const server = await webServer(inspectedAt(inspector));
    const house = new House(server);
    try {
      const heldMs = INTERVAL_MS * HELD_INTERVALS * share;
      await house.grow(WARM_UP);
      await house.keepBeating(heldMs);
      house.leave();
      await delay(INTERVAL_MS * share);
      const readings: { agents: number; memory: ProcessMemory }[] = [
        { agents: 0, memory: await processMemory(inspector) },
      ];
      for (const agents of LEVELS) {
        await house.grow(agents);
        await house.keepBeating(heldMs);
        readings.push({ agents, memory: await processMemory(inspector) });
      }
      house.mustStand();
      return figures(readings);
    } finally {
      house.leave();
      await server.stop();
    }
  },
};

/** Agents whose softphones are open: each listens to events, and all beat in turn. */
class House {
  private readonly there: { phone: Softphone; stream: ClientRequest }[] = [];
  private readonly connections = new Agent({ keepAlive: true, maxSockets: 64 });
  /** Streams that the server ended, each with how old it was and what it had heard last. */
  private readonly ended: string[] = [];

  private readonly left = new WeakSet<ClientRequest>();

  constructor(private readonly server: WebServer) {}

  /** Signs further agents in, up to `count`: the stream is open and the first beat answered. */
  async grow(count: number): Promise<void> {
    for (const phone of await signInAgents(this.server, count - this.there.length)) {
      this.there.push({ phone, stream: await this.listen(phone) });
      await beat(this.server.address, phone, this.connections);
    }
  }

  async keepBeating(ms: number): Promise<void> {
    for (const end = performance.now() + ms; performance.now() < end;) {
      for (const { phone } of this.there) {
        if (performance.now() >= end) return;
        await Promise.all([beat(this.server.address, phone, this.connections), delay(INTERVAL_MS / this.there.length)]);
      }
    }
  }

  /** Throws when a stream has ended that should stand: what it cost would be missing. */
  mustStand(): void {
    const { length } = this.ended;
    if (length > 0) throw new Error(`${length} event streams ended: ${this.ended.slice(0, 5).join("; ")}`);
  }

  leave(): void {
    for (const { stream } of this.there.splice(0)) {
      this.left.add(stream);
      stream.destroy();
    }
  }

  private listen({ cookie }: Softphone): Promise<ClientRequest> {
    const openedAt = performance.now();
    return new Promise((resolve, reject) => {
      const request = get(`${this.server.address}/api/events`, { agent: false, headers: { cookie } }, (response) => {
        let heard = "";
        response.on("data", (chunk: Buffer) => (heard = chunk.toString("utf8")));
        response.once("close", () => {
          const seconds = rounded((performance.now() - openedAt) / 1_000);
          if (!this.left.has(request))
            this.ended.push(
              `after ${seconds} s, ${response.complete ? "closed" : "cut off"}, heard last ${JSON.stringify(heard.slice(-200))}`,
            );
        });
        if (response.statusCode === 200) resolve(request);
        else reject(new Error(`A stream was answered with ${response.statusCode}`));
      });
      request.on("error", reject);
    });
  }
}

function figures(readings: readonly { agents: number; memory: ProcessMemory }[]): Figure[] {
  const [empty, half, full] = readings;
  if (!empty || !half || !full) throw new Error("There are three readings");
  const perAgent = (kind: keyof ProcessMemory, from = empty): number =>
    (full.memory[kind] - from.memory[kind]) / (full.agents - from.agents) / KILOBYTE;
  const levels = (kind: keyof ProcessMemory): string =>
    readings.map(({ agents, memory }) => `${agents}: ${rounded(memory[kind] / MEGABYTE)} MB`).join(", ");
  return [
    atMost("resident memory per signed-in agent", perAgent("resident"), "kB", MOST_PER_AGENT_KB, levels("resident")),
    plain("the same, of the second half", perAgent("resident", half), "kB"),
    plain("live objects and buffers per signed-in agent", perAgent("live"), "kB", levels("live")),
  ];
}
