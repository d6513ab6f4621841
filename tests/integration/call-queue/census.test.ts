import { beforeEach, expect, it } from "vitest";
import { entryOf, untilState } from "../../support/calls/call-state";
import { callHouse } from "../../support/calls/call-house";
import { createWaitingCalls } from "../../support/factories/queued-calls";
import { createQueue, createReadyAgent } from "../../support/factories/queues";

const calls = callHouse();
const { house } = calls;
let queueId: string;
let agent: Awaited<ReturnType<typeof createReadyAgent>>;

beforeEach(async () => {
  await house.quiet();
  await house.faults({ clear: true });
  await calls.db.healCount.deleteMany();
  await calls.db.alert.deleteMany();
  await calls.db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
  await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(calls.db, { shortAbandonSeconds: 0 });
  agent = await createReadyAgent(calls.db, queueId);
  house.register(agent.agentId);
});

/** Two rounds: a leg is healed only when it is found twice. */
async function census(): Promise<number> {
  const { census: service } = house.container;
  expect(await service.round()).toBe(0);
  return service.round();
}

async function expectHealed(kind: string): Promise<void> {
  expect(await calls.db.healCount.findMany({ select: { kind: true, count: true } })).toEqual([{ kind, count: 1 }]);
  expect(await calls.db.alert.findMany({ where: { kind: "row_healed" } })).toMatchObject([{ subject: kind, count: 1 }]);
}

const noAgents = () => calls.db.agentSession.update({ where: { id: agent.sessionId }, data: { status: "break" } });

it("leaves what fits alone: waiting, ringing and talking", async () => {
  const talking = await house.callIn("+15550103001");
  (await house.rings(agent.agentId)).answer();
  await house.untilCarrier(talking, "in_conference");
  await untilState(calls.db, talking, "in_conversation");
  const second = await createReadyAgent(calls.db, queueId);
  house.register(second.agentId);
  const ringing = await house.callIn("+15550103002");
  const phone = await house.rings(second.agentId);
  const waiting = await house.callIn("+15550103003");
  await house.untilCarrier(waiting, "in_queue");
  for (let round = 0; round < 3; round += 1) expect(await house.container.census.round()).toBe(0);
  expect(phone.cancelled).toBe(false);
  expect((await entryOf(calls.db, ringing))?.state).toBe("offered");
  expect((await house.view(talking)).state).toBe("in_conference");
});

it("takes a caller into our line who stands in the carrier's queue unknown to us", async () => {
  await noAgents();
  const callSid = await house.callIn();
  await house.untilCarrier(callSid, "in_queue");
  await calls.db.call.delete({ where: { callSid } });
  expect(await census()).toBe(1);
  await untilState(calls.db, callSid, "waiting");
  await house.untilCarrier(callSid, "in_queue");
  await expectHealed("line_without_row");
});

it("lets a caller go whose call is over in our books", async () => {
  await noAgents();
  const callSid = await house.callIn();
  await house.untilCarrier(callSid, "in_queue");
  const entry = await untilState(calls.db, callSid, "waiting");
  await calls.db.queuedCall.update({ where: { id: entry.id }, data: { state: "failed" } });
  expect(await census()).toBe(1);
  await house.untilCarrier(callSid, "ended");
  await expectHealed("line_without_row");
});

it("takes a caller back who counts as talking and still stands in the carrier's queue", async () => {
  const callSid = await house.callIn();
  const phone = await house.rings(agent.agentId);
  const entry = await untilState(calls.db, callSid, "offered");
  const agentCallSid = entry.offers[0]?.agentCallSid ?? phone.invite.callSid;
  await calls.db.callOffer.updateMany({
    where: { queuedCallId: entry.id },
    data: { status: "accepted", agentCallSid },
  });
  await calls.db.queuedCall.update({ where: { id: entry.id }, data: { state: "in_conversation", agentCallSid } });
  expect(await census()).toBe(1);
  await untilState(calls.db, callSid, "waiting");
  await house.untilCarrier(callSid, "in_queue");
  await expect.poll(() => phone.cancelled).toBe(true);
  await expectHealed("still_in_line");
});

it("stops a phone that rings for an offer that is over", async () => {
  const callSid = await house.callIn();
  const phone = await house.rings(agent.agentId);
  const entry = await untilState(calls.db, callSid, "offered");
  // All that the carrier has to say of the ring is in: what came after the offer's end would stop the phone by itself.
  const ring = () => calls.db.callOffer.findFirstOrThrow({ where: { queuedCallId: entry.id } });
  await expect.poll(async () => (await ring()).ringingAt).not.toBeNull();
  await expect.poll(() => calls.db.carrierCommand.count({ where: { finishedAt: null } })).toBe(0);
  // First, or a tick would offer the call anew in between.
  await noAgents();
  await calls.db.callOffer.updateMany({ where: { queuedCallId: entry.id }, data: { status: "missed" } });
  await calls.db.agentCallSlot.deleteMany({ where: { queuedCallId: entry.id } });
  await calls.db.queuedCall.update({ where: { id: entry.id }, data: { state: "waiting", agentId: null } });
  expect(await census()).toBe(1);
  await expect.poll(() => phone.cancelled).toBe(true);
  await expectHealed("ring_without_offer");
});

it("frees an agent who is held by a call that is over, and nobody else", async () => {
  // Nobody is dispatched to while the scene is laid.
  await noAgents();
  const elsewhere = await createQueue(calls.db);
  const [over = "", alive = ""] = await createWaitingCalls(calls.db, elsewhere, 2);
  const other = await createReadyAgent(calls.db, queueId);
  await calls.db.agentCallSlot.create({ data: { agentId: agent.agentId, slot: 0, queuedCallId: over } });
  await calls.db.agentCallSlot.create({ data: { agentId: other.agentId, slot: 0, queuedCallId: alive } });
  const past = new Date(Date.now() - 60_000);
  await calls.db.queuedCall.update({ where: { id: over }, data: { state: "abandoned", stateSince: past } });
  await calls.db.queuedCall.update({ where: { id: alive }, data: { state: "wrap_up", stateSince: past } });
  expect(await house.container.census.round()).toBe(1);
  expect(
    await calls.db.agentCallSlot.findMany({
      where: { agentId: { in: [agent.agentId, other.agentId] } },
      select: { queuedCallId: true },
    }),
  ).toEqual([{ queuedCallId: alive }]);
  await expectHealed("slot_held");
});

it("does nothing while the carrier does not answer, and says nothing untrue", async () => {
  await house.faults({ rest: { status: 503, times: 4 } });
  expect(await house.container.census.round()).toBe(0);
  expect(await calls.db.healCount.count()).toBe(0);
});
