import { beforeEach, describe, expect, it } from "vitest";
import { clientIdentity } from "@/modules/twilio-voice/domain/client-identity";
import { entryOf, path, untilState } from "../../support/calls/call-state";
import { callHouse } from "../../support/calls/call-house";
import { createLead } from "../../support/factories/leads";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { client } from "../../support/http";

const calls = callHouse();
const { house } = calls;
let queueId: string;
let agent: Awaited<ReturnType<typeof createReadyAgent>>;

beforeEach(async () => {
  await house.quiet();
  await house.faults({ clear: true });
  await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(calls.db, { shortAbandonSeconds: 0, wrapUpSeconds: 30 });
  agent = await createReadyAgent(calls.db, queueId);
  house.register(agent.agentId);
});

/** Nothing is left behind: no slot, no open offer, no command to run. */
async function expectNothingHeld(callSid: string): Promise<void> {
  await house.container.carrierCommands.drain();
  const entry = await entryOf(calls.db, callSid);
  expect(entry?.slot).toBeNull();
  expect(entry?.offers.filter((offer) => offer.status === "open")).toEqual([]);
  const open = { queuedCallId: entry?.id ?? "", status: { in: ["pending" as const, "running" as const] } };
  expect(await calls.db.carrierCommand.count({ where: open })).toBe(0);
}

describe("a caller who hangs up", () => {
  it("before the carrier has told that they are in its queue", async () => {
    await house.faults({ webhooks: { path: "queue-hold-music", delayMs: 60_000 } });
    const leadId = await createLead(calls.db, { phone: "+15550101234" });
    const callSid = await house.callIn("+15550101234");
    await untilState(calls.db, callSid, "waiting");
    await house.hangUp(callSid);
    const entry = await untilState(calls.db, callSid, "abandoned");
    expect(entry.carrierQueueSid).toBeNull();
    expect(entry.call.endedBy).toBe("caller");
    const activities = await calls.db.leadActivity.findMany({ where: { leadId } });
    expect(activities.map(({ data }) => data)).toMatchObject([{ outcome: "abandoned", agent: null }]);
  });

  it("while waiting", async () => {
    await calls.db.agentSession.update({ where: { id: agent.sessionId }, data: { status: "break" } });
    const callSid = await house.callIn();
    await house.untilCarrier(callSid, "in_queue");
    await house.hangUp(callSid);
    await untilState(calls.db, callSid, "abandoned");
    await expectNothingHeld(callSid);
  });

  it("within the short-abandon time", async () => {
    await calls.db.callQueue.update({ where: { id: queueId }, data: { shortAbandonSeconds: 60 } });
    const callSid = await house.callIn();
    await untilState(calls.db, callSid, ["waiting", "offered"]);
    await house.hangUp(callSid);
    await untilState(calls.db, callSid, "short_abandoned");
  });

  it("while an agent's phone rings: the ringing stops", async () => {
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    await house.hangUp(callSid);
    const entry = await untilState(calls.db, callSid, "abandoned");
    await expect.poll(() => ringing.cancelled).toBe(true);
    expect(entry.offers.map((offer) => offer.status)).toEqual(["cancelled"]);
    await expectNothingHeld(callSid);
  });

  it("just when the agent answers: the agent is not left alone", async () => {
    // The caller's move is held up, so that the hang-up comes between the answer and the move.
    await house.faults({ rest: { path: "/Queues/", method: "POST", delayMs: 600 } });
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    ringing.answer();
    await untilState(calls.db, callSid, "connecting");
    await house.hangUp(callSid);
    await untilState(calls.db, callSid, "abandoned");
    await expect.poll(() => ringing.hungUp).toBe(true);
    await expectNothingHeld(callSid);
  });

  it("in conversation: wrap-up begins and the agent's leg ends", async () => {
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    ringing.answer();
    await house.untilCarrier(callSid, "in_conference");
    await untilState(calls.db, callSid, "in_conversation");
    await house.hangUp(callSid);
    const entry = await untilState(calls.db, callSid, "wrap_up");
    expect(entry.call.endedBy).toBe("caller");
    expect(entry.slot?.agentId).toBe(agent.agentId);
    await expect.poll(() => ringing.hungUp).toBe(true);
  });

  it("without any callback getting through: the reconciler finds it", async () => {
    await calls.db.agentSession.update({ where: { id: agent.sessionId }, data: { status: "break" } });
    const callSid = await house.callIn();
    // Its first sign of life from the line is written down: it would make the call look alive later.
    await expect.poll(async () => (await entryOf(calls.db, callSid))?.carrierQueueSid ?? null).not.toBeNull();
    await house.faults({
      webhooks: [
        { event: "hangup", drop: true, times: 9 },
        { event: "completed", drop: true, times: 9 },
      ],
    });
    await house.hangUp(callSid);
    await house.untilCarrier(callSid, "ended");
    await calls.db.$executeRaw`UPDATE inbound_call_queue SET last_seen_at = now() - interval '50 seconds'
      WHERE call_id = (SELECT id FROM calls WHERE call_sid = ${callSid})`;
    expect(await house.container.reconciler.reconcile()).toBe(1);
    await untilState(calls.db, callSid, "abandoned");
    expect(await house.container.reconciler.reconcile()).toBe(0);
  });
});

describe("an agent who vanishes", () => {
  it("without a device: the call goes to the next one", async () => {
    house.devices.registered.delete(clientIdentity(agent.agentId));
    const callSid = await house.callIn();
    const entry = await untilState(calls.db, callSid, "waiting");
    await expect.poll(async () => (await entryOf(calls.db, callSid))?.offers.length ?? 0).toBeGreaterThan(0);
    const other = await createReadyAgent(calls.db, queueId);
    house.register(other.agentId);
    house.container.dispatcher.wake();
    const ringing = await house.rings(other.agentId);
    ringing.answer();
    await untilState(calls.db, callSid, "in_conversation");
    const now = await entryOf(calls.db, callSid);
    expect(now?.orderKey).toEqual(entry.orderKey);
  });

  it("while it rings: the caller keeps their place and music, and the next agent is rung", async () => {
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    const { orderKey } = await untilState(calls.db, callSid, "offered");
    // The carrier has told that it rings: what ends now is a ring that was heard.
    await expect.poll(async () => (await entryOf(calls.db, callSid))?.offers[0]?.ringingAt).toBeTruthy();
    house.devices.registered.delete(clientIdentity(agent.agentId));
    const other = await createReadyAgent(calls.db, queueId);
    house.register(other.agentId);
    ringing.noDevice();
    (await house.rings(other.agentId)).answer();
    const entry = await untilState(calls.db, callSid, "in_conversation");
    expect(entry.orderKey).toEqual(orderKey);
    expect((await house.view(callSid)).heard).not.toContain("We lost the connection to your agent");
    const session = await calls.db.agentSession.findUniqueOrThrow({ where: { id: agent.sessionId } });
    expect(session).toMatchObject({ missedRings: 1, silentRings: 0, status: "available" });
  });

  it("just after answering, before the caller is moved: the caller keeps waiting, first in line", async () => {
    await house.faults({ rest: { path: "/Queues/", method: "POST", status: 503, times: 1 } });
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    ringing.answer();
    await untilState(calls.db, callSid, "connecting");
    ringing.hangUpHere();
    const entry = await untilState(calls.db, callSid, "waiting");
    expect(entry.orderKey.getTime()).toBeLessThan(entry.enqueuedAt.getTime() - 3_600_000);
    await house.untilCarrier(callSid, "in_queue");
    expect((await calls.db.agentSession.findUniqueOrThrow({ where: { id: agent.sessionId } })).deviceConnected).toBe(
      false,
    );
  });

  it("in conversation: the caller is told and comes first, and the next agent gets them", async () => {
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    ringing.answer();
    await house.untilCarrier(callSid, "in_conference");
    await untilState(calls.db, callSid, "in_conversation");
    ringing.hangUpHere();
    await untilState(calls.db, callSid, "waiting");
    await expect
      .poll(async () => (await house.view(callSid)).heard.join(" | "))
      .toContain("We lost the connection to your agent. You are first in line");
    await house.untilCarrier(callSid, "in_queue");

    const other = await createReadyAgent(calls.db, queueId);
    house.register(other.agentId);
    house.container.dispatcher.wake();
    (await house.rings(other.agentId)).answer();
    const entry = await untilState(calls.db, callSid, "in_conversation");
    expect(entry.call.agentId).toBe(other.agentId);
    expect(path(entry)).toEqual([
      "waiting",
      "offered",
      "connecting",
      "in_conversation",
      "waiting",
      "offered",
      "connecting",
      "in_conversation",
    ]);
    await house.hangUp(callSid);
    await untilState(calls.db, callSid, "wrap_up");
  });

  it("in conversation, with every callback lost: the reconciler takes the caller back", async () => {
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    ringing.answer();
    await house.untilCarrier(callSid, "in_conference");
    await untilState(calls.db, callSid, "in_conversation");
    await house.faults({
      webhooks: [
        { event: "participant-leave", drop: true, times: 9 },
        { event: "completed", drop: true, times: 9 },
      ],
    });
    ringing.hangUpHere();
    await calls.db.$executeRaw`UPDATE inbound_call_queue SET last_seen_at = now() - interval '40 seconds'
      WHERE call_id = (SELECT id FROM calls WHERE call_sid = ${callSid})`;
    await expect.poll(() => house.container.reconciler.reconcile()).toBe(1);
    await untilState(calls.db, callSid, "waiting");
    await house.untilCarrier(callSid, "in_queue");
  });

  it("in wrap-up: its time runs out and the agent is free again", async () => {
    await calls.db.callQueue.update({ where: { id: queueId }, data: { wrapUpSeconds: 0 } });
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    ringing.answer();
    await untilState(calls.db, callSid, "in_conversation");
    await house.hangUp(callSid);
    await untilState(calls.db, callSid, "wrap_up");
    await client().get("/api/cron/inbound-queue-processor", {
      headers: { authorization: `Bearer ${house.container.env.CRON_SECRET}` },
    });
    await untilState(calls.db, callSid, "done");
    await expectNothingHeld(callSid);
  });
});

describe("the carrier's answers getting lost", () => {
  it("rings the agent once, although the order's answer never came", async () => {
    await house.faults({ rest: { path: "/Calls.json", method: "POST", loseResponse: true, times: 1 } });
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const identity = clientIdentity(agent.agentId);
    expect(house.devices.rung.filter((device) => device.identity === identity)).toHaveLength(1);
    ringing.answer();
    await untilState(calls.db, callSid, "in_conversation");
  });

  it("moves the caller once, although the order's answer never came", async () => {
    await house.faults({ rest: { path: "/Queues/", method: "POST", loseResponse: true, times: 1 } });
    const callSid = await house.callIn();
    (await house.rings(agent.agentId)).answer();
    await house.untilCarrier(callSid, "in_conference");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const entry = await untilState(calls.db, callSid, "in_conversation");
    expect(path(entry)).toEqual(["waiting", "offered", "connecting", "in_conversation"]);
    expect((await house.view(callSid)).state).toBe("in_conference");
  });

  it("tries again when the carrier has too much to do", async () => {
    await house.faults({ rest: { path: "/Calls.json", method: "POST", status: 429, times: 2 } });
    await house.callIn();
    (await house.rings(agent.agentId)).answer();
  });
});
