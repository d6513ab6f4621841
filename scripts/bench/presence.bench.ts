import { setTimeout as delay } from "node:timers/promises";
import { createDb, type Db } from "@/lib/db/client";
import { ANYBODY, DispatchRepository } from "@/modules/call-queue/repositories/dispatch.repository";
import { beatLoad } from "./beat-load";
import { durableDatabase } from "./durable-database";
import { atLeast, atMost, plain, rounded, type Bench, type BenchOptions, type Figure } from "./figure";
import { percentile } from "./percentiles";
import { presenceWorld, type PresenceWorld } from "./presence-world";
import { growth, sizes } from "./table-growth";
import { virtualShift } from "./virtual-shift";

const AGENTS = 10_000;
/** Who is ready for a call; everybody else talks. */
const FREE = 200;
const BEATS_A_SECOND = 2_000;
const SECONDS = 20;
const DISCOVERIES_A_SECOND = 20;
const BEATS = 2_000_000;

export const presence: Bench = {
  name: "presence",
  about:
    `${AGENTS} agents signed in to one queue, ${FREE} of them free and the others talking, callers in line, on a Postgres ` +
    `that waits for the disk. Discovery is how a round of dispatch finds its free agents with all that readiness asks, ` +
    `${DISCOVERIES_A_SECOND} times a second beside ${BEATS_A_SECOND} beats a second, which come one by one and go ` +
    `through the heartbeat service of another process. Then ${BEATS.toLocaleString("en-US")} beats in ` +
    "the order of a shift on the database's shifted clock: every 30 s give or take a tenth, every twentieth agent's once a " +
    "minute as from a tab that its browser throttles, with agents who fall silent and the sweep every 5 s.",
  async run(options): Promise<Figure[]> {
    const database = await durableDatabase();
    const db = createDb(database.url, 4);
    try {
      const world = await presenceWorld(db, { agents: AGENTS, free: FREE, waiting: 500 });
      return [...(await discovery(db, database.url)), ...(await shift(db, world, options))];
    } finally {
      await db.$disconnect();
      await database.stop();
    }
  },
};

/** How long it takes to find who could be offered a call, while everybody beats. */
export async function discovery(db: Db, databaseUrl: string): Promise<Figure[]> {
  const load = await beatLoad(databaseUrl, BEATS_A_SECOND);
  const dispatch = new DispatchRepository(db);
  const times: number[] = [];
  const looks: number[] = [];
  let found = 0;
  for (let turn = -DISCOVERIES_A_SECOND; turn < SECONDS * DISCOVERIES_A_SECOND; turn += 1) {
    const begin = performance.now();
    const queues = await dispatch.findQueues(false);
    const between = performance.now();
    const free = await dispatch.findFree(queues, ANYBODY, false);
    const took = performance.now() - begin;
    // The first second warms the connections.
    if (turn >= 0) {
      times.push(performance.now() - between);
      looks.push(between - begin);
    }
    found = free.length;
    await delay(Math.max(0, 1_000 / DISCOVERIES_A_SECOND - took));
  }
  const rate = await load.stop();
  const note = `${found} found each time, ${Math.round(rate)} beats a second beside it`;
  return [
    plain("queues with callers and somebody free, p95", percentile(looks, 0.95), "ms", "asked first by every wake-up"),
    plain("discovery over 10,000 sessions, p50", percentile(times, 0.5), "ms", `${times.length} times`),
    atMost("discovery over 10,000 sessions, p95", percentile(times, 0.95), "ms", 5, note),
  ];
}

/** A shift's beats: what they leave behind in the table, and whether leases tell the dead from the living. */
export async function shift(db: Db, world: PresenceWorld, { share }: Pick<BenchOptions, "share">): Promise<Figure[]> {
  const before = await sizes(db, "agent_sessions");
  const outcome = await virtualShift(db, world.agentIds, Math.round(BEATS * share));
  const after = await growth(db, "agent_sessions", before);
  const silence = `${outcome.fellSilent} of ${AGENTS} fell silent`;
  return [
    atLeast(
      "beats written",
      outcome.written,
      "beats",
      Math.round(BEATS * share),
      `${Math.round(outcome.perSecond)} a second`,
    ),
    atLeast("heap-only updates", rounded(after.hotShare), "share", 0.99, `${after.updates} updates`),
    atMost("table after / before", rounded(after.table), "times", 2),
    atMost("indexes after / before", rounded(after.indexes), "times", 2),
    atMost("living agents signed out", outcome.livingOut, "agents", 0, silence),
    atMost("silent agents not out within the lease and a sweep", outcome.deadIn, "agents", 0, silence),
  ];
}
