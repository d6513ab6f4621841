import { afterAll, beforeAll, expect, it } from "vitest";
import { env } from "@/lib/config/env";
import { newId } from "@/lib/ids";
import { createCallSide, type CallSide } from "@/modules/container-calls";
import { untilState } from "../../support/calls/call-state";
import { PaperCarrier } from "../../support/calls/paper-carrier";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { testHouse } from "../../support/test-house";

const house = testHouse({ poolSize: 12 });
const carrier = new PaperCarrier();
let side: CallSide;

beforeAll(() => {
  side = createCallSide(env(), house.db, house.container.presenceChanges, house.container.flags, carrier);
});

afterAll(async () => {
  await side.dispatcher.stop();
  await side.carrierCommands.stop();
});

// The announcement of the same request holds the caller's row while the dispatcher looks for callers: the caller must
// not be passed over until the next tick.
it.each(Array.from({ length: 8 }, (_, i) => i))("one tick is enough to be offered (%i)", async () => {
  const { db } = house;
  await db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
  await db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  await createReadyAgent(db, await createQueue(db));
  const callSid = carrier.leg("in-progress");
  const webhook = (params: Record<string, string>) => ({
    params: { CallSid: callSid, ...params },
    query: new URLSearchParams(),
    url: "http://127.0.0.1/",
    requestId: newId(),
  });
  await side.inboundCalls.answer(webhook({ From: "+15550100001", To: "+15550100000" }));
  await side.callerLine.tick(webhook({ QueueSid: "QU1", QueueTime: "0" }));
  const entry = await untilState(db, callSid, "offered");
  expect(entry.offers).toHaveLength(1);
});
