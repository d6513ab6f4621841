import { createDb } from "@/lib/db/client";
import { beside, steady, sustained } from "./dispatch-load";
import { dispatchWorld, finishCalls, type DispatchWorld } from "./dispatch-world";
import { durableDatabase } from "./durable-database";
import { atLeast, atMost, plain, rounded, type Bench, type Figure } from "./figure";
import { percentile } from "./percentiles";
import type { Db } from "@/lib/db/client";

const AGENTS = 1_000;
const CALLERS = 5_000;
/** Agents that turn ready a second, and for how long. */
const RATE = 100;
const SECONDS = 20;
const CONNECTIONS = 8;
const TURNS = 5;

export const dispatch: Bench = {
  name: "dispatch",
  about:
    `One queue with ${AGENTS} agents and ${CALLERS} callers in line, on a Postgres that waits for the disk. ${RATE} agents a ` +
    `second turn ready for ${SECONDS} s: from the wake-up that follows each agent's commit to the answer of the statement ` +
    "that committed its offer. Then dispatch as fast as it goes, and reserve + offer alone beside the best single " +
    `statement that writes the same rows, ${CONNECTIONS} connections each, turn by turn.`,
  async run(): Promise<Figure[]> {
    const database = await durableDatabase();
    const db = createDb(database.url, CONNECTIONS);
    try {
      return await figures(db, await dispatchWorld(db, { agents: AGENTS, callers: CALLERS }));
    } finally {
      await db.$disconnect();
      await database.stop();
    }
  },
};

async function figures(db: Db, world: DispatchWorld): Promise<Figure[]> {
  // A second of it beforehand: a process that has just started compiles its code and its statements' plans.
  await steady(db, world, { rate: RATE / 2, seconds: 2 });
  await finishCalls(db, world.agentIds);
  const waits = await steady(db, world, { rate: RATE, seconds: SECONDS });
  await finishCalls(db, world.agentIds);
  const perSecond = await sustained(db, world, { rounds: 5, burst: 200 });
  const { ours, best, ratio } = await beside(db, world, { turns: TURNS, share: 500, connections: CONNECTIONS });
  const note = `${waits.length} offers at ${RATE} a second, p50 ${rounded(percentile(waits, 0.5))} ms`;
  return [
    atMost("ready to offer committed, p95", percentile(waits, 0.95), "ms", 50, note),
    atMost("ready to offer committed, p99", percentile(waits, 0.99), "ms", 100, note),
    atLeast("offers from reading to commit", perSecond, "offers/s", 100, "one dispatcher, 200 agents ready at once"),
    atLeast("reserve + offer beside the best statement", rounded(ratio), "ratio", 0.7, `median of ${TURNS} turns`),
    plain("reserve + offer", ours, "offers/s", `${CONNECTIONS} connections, one offer a statement`),
    plain("the best single statement", best, "offers/s", "the same rows, no checks but the keys"),
  ];
}
