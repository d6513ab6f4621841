import { setTimeout as delay } from "node:timers/promises";
import { createDb, type Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { signAccessToken } from "@/modules/twilio-voice/adapters/access-token";
import { clientIdentity } from "@/modules/twilio-voice/domain/client-identity";
import { BareSoftphone } from "@/tests/support/calls/bare-softphone";
import { createQueue, createReadyAgent } from "@/tests/support/factories/queues";
import { freePort } from "../postgres/throwaway";
import { startChild } from "../process/child";
import { atMost, type Bench, type Figure } from "./figure";
import { webServer } from "./web-server";

const CALLS = 60;
/** The first ones find cold routes and an empty connection pool, as no caller does after a minute of service. */
const WARM_UP = 5;
const BOUND_MS = 300;
const PATIENCE_MS = 20_000;
const NUMBER = "+15550100000";
const ZEROS = "0".repeat(32);

export const ringing: Bench = {
  name: "ringing",
  about:
    `${CALLS} calls, one after another, to a queue with one ready agent: from the carrier's first wait-URL request of ` +
    "the caller (queued) to the invite at the agent's softphone (ringing). One web process, the local carrier with " +
    "sound, a Postgres that waits for the disk, no worker.",
  async run(): Promise<Figure[]> {
    const port = await freePort();
    const carrierUrl = `http://127.0.0.1:${port}`;
    const server = await webServer({ TWILIO_API_BASE_URL: carrierUrl });
    const carrier = await startCarrier(port, server.address);
    const db = createDb(server.databaseUrl, 4);
    try {
      return figures(await measure(db, carrierUrl));
    } finally {
      await db.$disconnect();
      await carrier.stop(1_500);
      await server.stop();
    }
  },
};

/** Milliseconds from queued to ringing, for each call. */
export async function measure(db: Db, carrierUrl: string): Promise<number[]> {
  const queueId = await createQueue(db, { shortAbandonSeconds: 0 });
  await db.queueAnnouncementText.create({ data: { queueId, language: "en", key: "welcome", text: "Hello." } });
  const agent = await createReadyAgent(db, queueId);
  const keys = { accountSid: `AC${ZEROS}`, apiKeySid: `SK${ZEROS}`, apiKeySecret: ZEROS, applicationSid: `AP${ZEROS}` };
  const token = signAccessToken(keys, clientIdentity(agent.agentId), 3_600);
  const phone = await BareSoftphone.register(`${carrierUrl.replace("http:", "ws:")}/signal`, token);
  const waits: number[] = [];
  try {
    for (let call = 0; call < CALLS + WARM_UP; call += 1) {
      // The softphone of a bench sends no beats: its session is kept fresh here.
      await db.agentSession.updateMany({ where: { agentId: agent.agentId }, data: { lastHeartbeat: new Date() } });
      const wait = await oneCall(db, carrierUrl, phone);
      if (call >= WARM_UP) waits.push(wait);
    }
  } finally {
    phone.close();
  }
  return waits;
}

async function oneCall(db: Db, carrierUrl: string, phone: BareSoftphone): Promise<number> {
  const invited = phone.nextInvite();
  const { callSid } = await control<{ callSid: string }>(carrierUrl, "POST", "/calls", {
    from: `+1555${newId().replace(/\D/g, "").slice(-7)}`,
  });
  const late = delay(PATIENCE_MS).then(() => undefined);
  const invite = await Promise.race([invited, late]);
  if (!invite) throw new Error(`The agent was not rung within ${PATIENCE_MS} ms`);
  const log = await control<{ entries: { at: string; url?: string }[] }>(carrierUrl, "GET", `/log?call_sid=${callSid}`);
  const tick = log.entries.find((entry) => entry.url?.includes("/queue-hold-music"));
  if (!tick) throw new Error("The caller was rung for, but never queued.");
  await control(carrierUrl, "DELETE", `/calls/${callSid}`);
  await untilOver(db, callSid);
  return invite.at - Date.parse(tick.at);
}

async function untilOver(db: Db, callSid: string): Promise<void> {
  for (let look = 0; look < 400; look += 1) {
    const held = await db.agentCallSlot.count({ where: { queuedCall: { call: { callSid } } } });
    if (held === 0) return;
    await delay(25);
  }
  throw new Error(`Call ${callSid} still holds its agent after 10 s`);
}

function figures(waits: readonly number[]): Figure[] {
  const sorted = waits.toSorted((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
  return [
    atMost("queued to ringing, p50", quantile(0.5), "ms", BOUND_MS, `${waits.length} calls`),
    atMost("queued to ringing, p95", quantile(0.95), "ms", BOUND_MS, `${waits.length} calls`),
  ];
}

async function control<T>(carrierUrl: string, method: string, path: string, body?: object): Promise<T> {
  const init =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await fetch(`${carrierUrl}/_control${path}`, { method, ...init });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return (await response.json()) as T;
}

/** The carrier as a program of its own, as in production of the demo. */
export async function startCarrier(port: number, productUrl: string) {
  let ready: () => void = () => undefined;
  const announced = new Promise<"ready">((resolve) => (ready = () => resolve("ready")));
  const child = startChild({
    args: ["modules/twilio-simulator/main.ts"],
    env: {
      ...process.env,
      TWILIO_ACCOUNT_SID: `AC${ZEROS}`,
      TWILIO_AUTH_TOKEN: ZEROS,
      TWILIO_API_KEY_SID: `SK${ZEROS}`,
      TWILIO_API_KEY_SECRET: ZEROS,
      TWILIO_APP_SID: `AP${ZEROS}`,
      TWILIO_PHONE_NUMBER: NUMBER,
      SIMULATOR_PORT: String(port),
      SIMULATOR_VOICE_URL: `${productUrl}/api/webhooks/twilio/voice`,
      SIMULATOR_STATUS_CALLBACK_URL: `${productUrl}/api/webhooks/twilio/status`,
      SIMULATOR_APP_VOICE_URL: `${productUrl}/api/webhooks/twilio/outbound`,
      SIMULATOR_CPS: "1000",
      SIMULATOR_LOG_LEVEL: "warn",
    },
    onLine: (line) => (line.startsWith('{"ready":true') ? ready() : console.error(line)),
  });
  const outcome = await Promise.race([announced, child.exited]);
  if (outcome !== "ready") throw new Error(`The carrier ended at once (${outcome})`);
  return child;
}
