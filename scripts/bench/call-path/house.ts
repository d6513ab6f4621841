import { setTimeout as delay } from "node:timers/promises";
import { createDb, type Db } from "@/lib/db/client";
import { clientIdentity } from "@/modules/twilio-voice/domain/client-identity";
import { freePort } from "../../postgres/throwaway";
import { cpuSeconds, parentOf } from "../cpu-time";
import { dispatchWorld } from "../dispatch-world";
import { durableDatabase } from "../durable-database";
import { webOver } from "../web-server";
import { silentCarrier, type CarrierScript } from "./carrier-child";
import type { Declines } from "./decline-schedule";

export interface CallHouse {
  db: Db;
  carrierUrl: string;
  webAddress: string;
  /** The token that webhooks are signed with. */
  authToken: string;
  queueId: string;
  /** A second queue, with a number of its own, whose agents ring until the schedule has them decline. */
  declining: { queueId: string; number: string; run(): Promise<Declines> };
  /** Seconds of CPU that each part has used until now. */
  cpu(): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

/** Milliseconds of ringing, of talk, and of one piece of hold music. */
export const TIMES = { answerMs: 500, talkMs: 4_000, clipMs: 9_600 };

/**
 * The whole product for calls: a Postgres that waits for the disk, one web process, one worker, the carrier without
 * sound, and two queues whose agents are all signed in and available: one answers, the other declines by the schedule.
 */
export async function callHouse(
  agents: number,
  decliners: number,
  schedule: CarrierScript["schedule"],
): Promise<CallHouse> {
  const database = await durableDatabase();
  const db = createDb(database.url, 4);
  const { queueId, agentIds } = await dispatchWorld(db, { agents, callers: 0 });
  const declining = await dispatchWorld(db, { agents: decliners, callers: 0 });
  const number = "+15550100777";
  await db.callRoute.create({ data: { number, label: "Declining", queueId: declining.queueId } });
  // Wrap-up of no length: the worker's sweeper ends it, as it ends those that run out.
  const data = { wrapUpSeconds: 0, maxWaiting: 5_000, shortAbandonSeconds: 0 };
  await db.callQueue.updateMany({ data });
  await db.agentSession.updateMany({ data: { status: "available" } });
  const port = await freePort();
  const carrierUrl = `http://127.0.0.1:${port}`;
  // The pace at which calls may be placed is raised: an account's own limit would be what is measured.
  const further = { TWILIO_API_BASE_URL: carrierUrl, CARRIER_CALLS_PER_SECOND: "1000" };
  const web = await webOver(database.url, { worker: true, further });
  await workerIsUp(db);
  const phones = {
    identities: [...agentIds, ...declining.agentIds].map(clientIdentity),
    declining: declining.agentIds.map(clientIdentity),
    schedule,
  };
  const carrier = await silentCarrier({ port, productUrl: web.address, ...phones, ...TIMES });
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
    webAddress: web.address,
    authToken: "0".repeat(32),
    queueId,
    declining: { queueId: declining.queueId, number, run: () => carrier.decline() },
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
