import { Agent, request } from "node:http";
import twilio from "twilio";
import { rawCall, type RawCaller } from "./raw-call";
import type { CallHouse } from "./house";

/** Sent or written at once: as many as keep the process busy. */
const AT_ONCE = 4;

/** Milliseconds of processor time that a call costs when its business logic is free. */
export interface Floor {
  /** One webhook answered with a constant, by the web process. */
  webhook: number;
  /** The rows of one call by the fewest raw statements: the database's part, and that of the process that asks. */
  rows: { database: number; client: number };
}

/** Measures both, one after the other, while nothing else goes on. */
export async function floorOf(
  house: CallHouse,
  { webhooks, calls }: Record<"webhooks" | "calls", number>,
): Promise<Floor> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    // As warm as the other routes are by now.
    await times(webhooks, async (turn) => constantWebhook(house, agent, turn));
    const before = await house.cpu();
    await times(webhooks, async (turn) => constantWebhook(house, agent, turn));
    const between = await house.cpu();
    const callers = await idleAgents(house);
    const own = process.cpuUsage();
    await times(calls, async (turn) => rawCall(house.db, callers[turn % AT_ONCE] as RawCaller));
    const { user, system } = process.cpuUsage(own);
    const after = await house.cpu();
    return {
      webhook: (((between.web ?? 0) - (before.web ?? 0)) * 1_000) / webhooks,
      rows: {
        database: (((after.Postgres ?? 0) - (between.Postgres ?? 0)) * 1_000) / calls,
        client: (user + system) / 1_000 / calls,
      },
    };
  } finally {
    agent.destroy();
  }
}

/** Does work so many times, AT_ONCE side by side; the turns of one side have the same remainder. */
async function times(count: number, work: (turn: number) => Promise<void>): Promise<void> {
  const side = async (first: number): Promise<void> => {
    for (let turn = first; turn < count; turn += AT_ONCE) await work(turn);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => side(first)));
}

/** What somebody on hold hears: signed, read and answered as every webhook, and nothing looked up. Each is of its own leg. */
async function constantWebhook({ webAddress, authToken }: CallHouse, agent: Agent, turn: number): Promise<void> {
  const url = `${webAddress}/api/webhooks/twilio/hold?entry=0198d0b2-0000-7000-8000-000000000000`;
  const params = {
    AccountSid: `AC${authToken}`,
    ApiVersion: "2010-04-01",
    CallSid: `CA${String(turn).padStart(authToken.length, "0")}`,
    CallStatus: "in-progress",
    Called: "+15550100000",
    Caller: "+15551000001",
    Direction: "inbound",
    From: "+15551000001",
    To: "+15550100000",
  };
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-twilio-signature": twilio.getExpectedTwilioSignature(authToken, url, params),
  };
  await new Promise<void>((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.once("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`a webhook was answered ${response.statusCode}`)),
      );
    });
    sent.once("error", reject);
    sent.end(new URLSearchParams(params).toString());
  });
}

async function idleAgents({ db, queueId }: CallHouse): Promise<RawCaller[]> {
  const sessions = await db.$queryRaw<{ sessionId: string; agentId: string }[]>`
    SELECT s.id::text AS "sessionId", s."agentId"::text AS "agentId"
    FROM agent_sessions s JOIN queue_memberships m ON m.agent_id = s."agentId" AND m.queue_id = ${queueId}::uuid
    WHERE s."logoutAt" IS NULL AND NOT EXISTS (SELECT 1 FROM agent_call_slots c WHERE c.agent_id = s."agentId")
    LIMIT ${AT_ONCE}::int`;
  if (sessions.length < AT_ONCE) throw new Error("nobody is idle");
  return sessions.map((session) => ({ queueId, ...session }));
}
