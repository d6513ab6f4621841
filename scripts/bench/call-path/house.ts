import { setTimeout as delay } from "node:timers/promises";
import { createDb, type Db } from "@/lib/db/client";
import { clientIdentity } from "@/modules/twilio-voice/domain/client-identity";
import { freePort } from "../../postgres/throwaway";
import { cpuSeconds, parentOf } from "../cpu-time";
import { dispatchWorld } from "../dispatch-world";
import { durableDatabase } from "../durable-database";
import { webOver } from "../web-server";
import { silentCarrier } from "./carrier-child";

export interface CallHouse {
  db: Db;
  carrierUrl: string;
  /** Seconds of CPU that each part has used until now. */
  cpu(): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

/** Milliseconds of ringing, of talk, and of one piece of hold music. */
export const TIMES = { answerMs: 500, talkMs: 4_000, clipMs: 9_600 };

/**
 * The whole product for calls: a Postgres that waits for the disk, one web process, one worker, the carrier without
 * sound, and one queue whose agents are all signed in and available.
 */
export async function callHouse(agents: number): Promise<CallHouse> {
  const database = await durableDatabase();
  const db = createDb(database.url, 4);
  const { queueId, agentIds } = await dispatchWorld(db, { agents, callers: 0 });
  // Wrap-up of no length: the worker's sweeper ends it, as it ends those that run out.
  const data = { wrapUpSeconds: 0, maxWaiting: 5_000, shortAbandonSeconds: 0 };
  await db.callQueue.update({ where: { id: queueId }, data });
  await db.agentSession.updateMany({ data: { status: "available" } });
  const port = await freePort();
  const carrierUrl = `http://127.0.0.1:${port}`;
  // The pace at which calls may be placed is raised: an account's own limit would be what is measured.
  const further = { TWILIO_API_BASE_URL: carrierUrl, CARRIER_CALLS_PER_SECOND: "1000" };
  const web = await webOver(database.url, { worker: true, further });
  await workerIsUp(db);
  const identities = agentIds.map(clientIdentity);
  const carrier = await silentCarrier({ port, productUrl: web.address, identities, ...TIMES });
  const [backend] = await db.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  const pids = {
    web: web.pids.web,
    worker: web.pids.worker ?? -1,
    carrier: carrier.pid,
    Postgres: await parentOf(backend?.pid ?? -1),
  };
  return {
    db,
    carrierUrl,
    async cpu() {
      const used = Object.entries(pids).map(async ([name, pid]) => [name, await cpuSeconds(pid)] as const);
      return Object.fromEntries(await Promise.all(used));
    },
    async stop() {
      await carrier.stop(3_000);
      await web.stop();
      await db.$disconnect();
      await database.stop();
    },
  };
}

const PATIENCE_MS = 60_000;

/** The worker compiles itself at its start, and would be measured at that. */
async function workerIsUp(db: Db): Promise<void> {
  const late = performance.now() + PATIENCE_MS;
  while ((await db.workerBeat.count()) === 0) {
    if (performance.now() > late) throw new Error(`The worker was not up within ${PATIENCE_MS} ms`);
    await delay(100);
  }
}
