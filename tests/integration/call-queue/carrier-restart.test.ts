import { beforeEach, expect, it } from "vitest";
import { hasCaller } from "@/modules/call-queue/domain/queued-call-transitions";
import { systemActor } from "@/lib/principal";
import { entryOf, untilState } from "../../support/calls/call-state";
import { callHouse } from "../../support/calls/call-house";
import { setClock } from "../../support/clock";
import { createQueue, createReadyAgent } from "../../support/factories/queues";

const calls = callHouse();
const { house } = calls;
let queueId: string;

beforeEach(async () => {
  await house.quiet();
  await setClock(calls.db, 0);
  await calls.db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
  await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(calls.db, { shortAbandonSeconds: 0, wrapUpSeconds: 0 });
});

async function readyAgent() {
  const agent = await createReadyAgent(calls.db, queueId);
  house.register(agent.agentId);
  return agent;
}

/** What the worker does, as time passes: as often as it takes, and never without end. */
async function timePasses(seconds: number): Promise<void> {
  const step = 15;
  for (let ahead = step; ahead <= seconds; ahead += step) {
    await setClock(calls.db, ahead);
    await calls.db.agentSession.updateMany({
      where: { logoutAt: null },
      data: { lastHeartbeat: new Date(Date.now() + ahead * 1_000) },
    });
    await house.container.queueProcessor.process(systemActor("test"));
    await house.container.census.round();
  }
}

it("dies with callers waiting, ringing, connecting and talking: none lives on, nobody is held, work goes on", async () => {
  const talkingAgent = await readyAgent();
  const talking = await house.callIn("+15550104001");
  (await house.rings(talkingAgent.agentId)).answer();
  await house.untilCarrier(talking, "in_conference");
  await untilState(calls.db, talking, "in_conversation");

  const slowAgent = await readyAgent();
  // No request to connect is answered before the carrier dies, asked again or not.
  await house.faults({ rest: { path: "/Queues/", method: "POST", delayMs: 30_000, times: 100 } });
  const connecting = await house.callIn("+15550104002");
  (await house.rings(slowAgent.agentId)).answer();
  await untilState(calls.db, connecting, "connecting");

  const ringingAgent = await readyAgent();
  const ringing = await house.callIn("+15550104003");
  await house.rings(ringingAgent.agentId);
  const waiting = await house.callIn("+15550104004");
  await house.untilCarrier(waiting, "in_queue");
  const all = [talking, connecting, ringing, waiting];
  const states = await Promise.all(all.map(async (sid) => (await entryOf(calls.db, sid))?.state));
  expect(states).toEqual(["in_conversation", "connecting", "offered", "waiting"]);

  await house.carrierDies();
  await timePasses(120);

  const entries = await Promise.all(all.map((sid) => entryOf(calls.db, sid)));
  expect(entries.map((entry) => entry?.state)).toEqual(["done", "abandoned", "abandoned", "abandoned"]);
  expect(entries.map((entry) => entry?.call.endedAt !== null)).toEqual([true, true, true, true]);
  expect(entries.flatMap((entry) => entry?.offers ?? []).filter((offer) => offer.status === "open")).toEqual([]);
  expect(await calls.db.agentCallSlot.count()).toBe(0);
  expect(await calls.db.carrierCommand.count({ where: { status: { in: ["pending", "running"] } } })).toBe(0);
  expect((await calls.db.queuedCall.findMany()).filter((entry) => hasCaller(entry.state))).toEqual([]);
  const alert = await calls.db.alert.findFirst({ where: { kind: "row_healed", subject: "caller_gone" } });
  expect(alert?.count).toBeGreaterThanOrEqual(3);

  // Back in the present, with an agent whom nothing that happened concerns.
  await setClock(calls.db, 0);
  await calls.db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
  const again = await readyAgent();
  const next = await house.callIn("+15550104005");
  (await house.rings(again.agentId)).answer();
  await untilState(calls.db, next, "in_conversation");
}, 120_000);
