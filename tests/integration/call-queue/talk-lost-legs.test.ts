import { beforeEach, describe, expect, it } from "vitest";
import { entryOf, untilState } from "../../support/calls/call-state";
import { callHouse } from "../../support/calls/call-house";
import { type Agent, OUTSIDE, type Talk, TalkWorld } from "./talk-world";

const calls = callHouse();
const { house } = calls;
const world = new TalkWorld(calls);
const { talk, askIn, untilHeard, untilSlots } = world;
let agent: Agent;
let other: Agent;

beforeEach(() => {
  ({ agent, other } = world);
});

type Phone = Awaited<ReturnType<typeof askIn>>;

/** The steps between which somebody may vanish; each answers the phone of the one who is asked in, if there is one. */
const STEPS: Record<string, (call: Talk) => Promise<Phone | undefined>> = {
  "on hold": async (call) => {
    await call.post("hold");
    await untilHeard(call.callSid, []);
    return undefined;
  },
  "while somebody is rung to be asked": (call) => askIn(call),
  "while the call is being given away": async (call) => {
    expect(await call.post("transfer", { agent: other.agentId })).toMatchObject({ status: 200 });
    return house.rings(other.agentId);
  },
};

describe("a leg that is lost", () => {
  it.each(Object.entries(STEPS))(
    "the owner's, %s: the caller is first in line again, and nobody goes on ringing",
    async (_step, reach) => {
      const call = await talk();
      const phone = await reach(call);
      call.phone.hangUpHere();
      const back = await untilState(calls.db, call.callSid, "waiting");
      expect(back).toMatchObject({ backReason: "agent_lost", agentId: null, heldSince: null });
      expect(back.orderKey.getTime()).toBeLessThan(back.enqueuedAt.getTime() - 3_600_000);
      await untilSlots(call.entryId, []);
      if (phone) await expect.poll(() => phone.cancelled).toBe(true);
      await house.untilCarrier(call.callSid, "in_queue");
    },
  );

  it.each(Object.entries(STEPS))("the caller's, %s: wrap-up, and nobody goes on ringing", async (_step, reach) => {
    const call = await talk();
    const phone = await reach(call);
    await house.hangUp(call.callSid);
    const ended = await untilState(calls.db, call.callSid, "wrap_up");
    expect(ended.call.endedBy).toBe("caller");
    if (phone) await expect.poll(() => phone.cancelled).toBe(true);
    await expect.poll(() => call.phone.hungUp).toBe(true);
    await untilSlots(call.entryId, [[agent, true]]);
  });

  it.each([
    ["the agent alone", false],
    ["both", true],
  ])("the one's who was asked, when they talk with %s: the agent and the caller talk on", async (_who, merged) => {
    const call = await talk();
    const phone = await askIn(call);
    phone.answer();
    await untilHeard(phone.invite.callSid, [call.leg, phone.invite.callSid]);
    if (merged) {
      await call.post("merge");
      await untilHeard(call.callSid, [call.callSid, call.leg, phone.invite.callSid]);
    }
    phone.hangUpHere();
    await untilHeard(call.callSid, [call.callSid, call.leg]);
    await untilSlots(call.entryId, [[agent, true]]);
    expect((await entryOf(calls.db, call.callSid))?.state).toBe("in_conversation");
  });

  it("the one's who was asked, without a word of the carrier: found out, and their slot is free", async () => {
    const call = await talk();
    const phone = await askIn(call);
    phone.answer();
    await untilHeard(phone.invite.callSid, [call.leg, phone.invite.callSid]);
    await house.faults({
      webhooks: [
        { path: "/participant", drop: true, times: 20 },
        { event: "participant-leave", drop: true, times: 20 },
      ],
    });
    phone.hangUpHere();
    await house.untilCarrier(phone.invite.callSid, "ended");
    await untilSlots(call.entryId, [
      [agent, true],
      [other, false],
    ]);
    await calls.db.queuedCall.update({ where: { id: call.entryId }, data: { lastSeenAt: new Date(0) } });
    expect(await house.container.reconciler.reconcile()).toBe(1);
    await untilSlots(call.entryId, [[agent, true]]);
    await untilHeard(call.callSid, [call.callSid, call.leg]);
    expect(await calls.db.healCount.findUnique({ where: { kind: "participant_gone" } })).toMatchObject({ count: 1 });
  });

  it("an outsider's, who was given the call, without a word of the carrier: the caller is not left alone", async () => {
    const call = await talk();
    await call.post("transfer", { number: OUTSIDE });
    const outside = await house.outsideLeg(OUTSIDE);
    await house.outsider(outside.callSid, "answer");
    await untilState(calls.db, call.callSid, "wrap_up");
    await untilHeard(call.callSid, [call.callSid, outside.callSid]);
    await house.faults({
      webhooks: [
        { path: "/participant", drop: true, times: 20 },
        { event: "participant-leave", drop: true, times: 20 },
      ],
    });
    await house.hangUp(outside.callSid);
    await house.untilCarrier(outside.callSid, "ended");
    await calls.db.queuedCall.update({ where: { id: call.entryId }, data: { lastSeenAt: new Date(0) } });
    expect(await house.container.reconciler.reconcile()).toBe(1);
    await house.untilCarrier(call.callSid, "ended");
    await expect.poll(async () => (await entryOf(calls.db, call.callSid))?.call.endedAt).not.toBeNull();
  });

  it("the owner's, with a third person there: the talk goes on with them", async () => {
    const call = await talk();
    const phone = await askIn(call);
    phone.answer();
    await untilHeard(phone.invite.callSid, [call.leg, phone.invite.callSid]);
    call.phone.hangUpHere();
    await untilHeard(call.callSid, [call.callSid, phone.invite.callSid]);
    await untilSlots(call.entryId, [[other, true]]);
    phone.hangUpHere();
    const back = await untilState(calls.db, call.callSid, ["waiting", "offered"]);
    expect(back.backReason).toBe("agent_lost");
  });

  it("the caller's, with three in the talk: it is over for everybody", async () => {
    const call = await talk();
    const phone = await askIn(call);
    phone.answer();
    await untilHeard(phone.invite.callSid, [call.leg, phone.invite.callSid]);
    await call.post("merge");
    await untilHeard(call.callSid, [call.callSid, call.leg, phone.invite.callSid]);
    await house.hangUp(call.callSid);
    await untilState(calls.db, call.callSid, "wrap_up");
    await expect.poll(() => phone.hungUp).toBe(true);
    await untilSlots(call.entryId, [[agent, true]]);
  });
});
