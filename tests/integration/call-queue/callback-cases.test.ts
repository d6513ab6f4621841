import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { env } from "@/lib/config/env";
import { newId } from "@/lib/ids";
import { systemActor, type Principal } from "@/lib/principal";
import { createCallSide, type CallSide } from "@/modules/container-calls";
import { clientIdentity } from "@/modules/twilio-voice/domain/client-identity";
import { StoryCarrier, type Leg } from "../../support/calls/story-carrier";
import { setClock } from "../../support/clock";
import { createLead } from "../../support/factories/leads";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { testHouse } from "../../support/test-house";

/** Callbacks case by case, over a carrier in memory: who is rung, when not, and what each end of a ring means. */
const house = testHouse({ poolSize: 12 });
const actor = systemActor("test");
const NIGHT = { callsFrom: "00:00", callsUntil: "00:00" };
const DAY = { callsFrom: "00:00", callsUntil: "23:59" };
const noLeads = { find: () => Promise.reject(new Error("no lead is asked for")) };
const carrier = new StoryCarrier();
let side: CallSide;
let queueId: string;
let agent: Awaited<ReturnType<typeof createReadyAgent>>;
let nextNumber = 0;

beforeAll(() => {
  side = createCallSide(env(), house.db, house.container.presenceChanges, house.container.flags, carrier);
  carrier.serve(side);
});

afterAll(async () => {
  await side.dispatcher.stop();
  await side.carrierCommands.stop();
});

beforeEach(async () => {
  const { db } = house;
  carrier.reports = "prompt";
  carrier.refuses = undefined;
  await setClock(db, 0);
  await db.callback.updateMany({ where: { status: { in: ["scheduled", "in_line"] } }, data: { status: "cancelled" } });
  await db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
  await db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(db, { wrapUpSeconds: 0, shortAbandonSeconds: 0 });
  await db.callbackSettings.create({ data: { queueId, offerAfterSeconds: 0, retryMinutes: 10, ...DAY } });
  agent = await createReadyAgent(db, queueId);
});

const number = () => `+1555017${String((nextNumber += 1)).padStart(4, "0")}`;
const settings = (data: object) => house.db.callbackSettings.update({ where: { queueId }, data });
const find = (to: string) =>
  house.db.callback.findFirstOrThrow({
    where: { number: to },
    include: { tries: { orderBy: { beganAt: "asc" } } },
    orderBy: { createdAt: "desc" },
  });
const round = () => side.callbackRounds.round(actor);
const free = (is: boolean) =>
  house.db.agentSession.updateMany({
    where: { agentId: agent.agentId },
    data: { status: is ? "available" : "break" },
  });

function principal(): Principal {
  const { userId, email, agentId } = agent;
  return { kind: "user", sessionId: newId(), name: "A", role: "agent", timeZone: "UTC", userId, email, agentId };
}

function schedule(to: string, at?: Date) {
  const order = { leadId: undefined, number: to, queueId, at: at?.toISOString(), note: undefined, timeZone: undefined };
  return side.callbackRequests(noLeads).create(principal(), order);
}

const cancel = (callbackId: string) => side.callbackRequests(noLeads).cancel(principal(), callbackId);

/** Lets everything happen that happens by itself; whoever is named picks up. */
async function play(...answering: string[]): Promise<void> {
  for (let quiet = 0; quiet < 2;) {
    let busy = (await side.dispatcher.run()) > 0;
    busy = (await side.carrierCommands.drain()) > 0 || busy;
    busy = (await carrier.tellAll((list) => [...list])) || busy;
    busy = (await carrier.askNext()) || busy;
    for (const who of answering) {
      const leg = carrier.lineOf(who);
      if (leg?.status !== "ringing") continue;
      await carrier.answer(leg);
      busy = true;
    }
    quiet = busy ? 0 : quiet + 1;
  }
}

const phone = () => clientIdentity(agent.agentId);

/** The agent has answered, and the customer's telephone rings. */
async function ringing(to = number()): Promise<{ to: string; leg: Leg; callbackId: string; entryId: string }> {
  const { callbackId } = await schedule(to);
  await play(phone());
  const leg = carrier.lineOf(to);
  if (!leg) throw new Error("The customer is not rung.");
  return { to, leg, callbackId, entryId: (await find(to)).queuedCallId ?? "" };
}

/** Somebody waits in the line, with no agent free. */
async function waiting(from = number()): Promise<Leg> {
  await free(false);
  const leg = await carrier.callIn(from, "+15550100000");
  await play();
  return leg;
}

const pressOne = (leg: Leg) => carrier.press(leg, "1");
const stateOf = async (leg: Leg) =>
  (await house.db.queuedCall.findFirstOrThrow({ where: { call: { callSid: leg.callSid } } })).state;

describe("how a ring of the customer ends", () => {
  it.each([
    ["busy", "busy"],
    ["no-answer", "no_answer"],
    ["failed", "unreachable"],
    ["canceled", "unreachable"],
  ] as const)("%s: %s, tried again later, the agent free and idle from now on", async (status, result) => {
    const { to, leg } = await ringing();
    const { lastCallEndedAt } = await house.db.agent.findUniqueOrThrow({ where: { id: agent.agentId } });
    await free(false);
    carrier.end(leg, status);
    await play();
    expect(await find(to)).toMatchObject({ status: "scheduled", attempts: 1, lastResult: result });
    expect(await house.db.agentCallSlot.count({ where: { agentId: agent.agentId } })).toBe(0);
    expect(carrier.lineOf(phone())).toBeUndefined();
    const after = await house.db.agent.findUniqueOrThrow({ where: { id: agent.agentId } });
    expect(after.lastCallEndedAt?.getTime() ?? 0).toBeGreaterThan(lastCallEndedAt?.getTime() ?? 0);
    expect((await round()).entered).toBe(0);
    await setClock(house.db, 601);
    expect((await round()).entered).toBe(1);
  });

  it("a machine picks up: hung up, and tried again", async () => {
    const { to, leg } = await ringing();
    await free(false);
    await carrier.answer(leg, { AnsweredBy: "machine_start" });
    await play();
    expect(leg.status).toBe("completed");
    expect(await find(to)).toMatchObject({ status: "scheduled", attempts: 1, lastResult: "machine" });
  });

  it("a carrier that will not ring this number at all", async () => {
    const to = number();
    await settings({ mostAttempts: 1 });
    carrier.refuses = to;
    await schedule(to);
    await play(phone());
    expect(await find(to)).toMatchObject({ status: "failed", lastResult: "unreachable" });
    expect(carrier.lineOf(phone())).toBeUndefined();
  });

  it("the customer hangs up in the conversation, and only the leg's own end is told", async () => {
    const { to, leg, entryId } = await ringing();
    await play(to);
    expect(await find(to)).toMatchObject({ status: "done", lastResult: "answered" });
    carrier.reports = "never";
    carrier.end(leg);
    carrier.reports = "prompt";
    await carrier.told(leg.statusUrl, leg);
    const entry = await house.db.queuedCall.findUniqueOrThrow({ where: { id: entryId }, include: { call: true } });
    expect(entry).toMatchObject({ state: "wrap_up", call: { endedBy: "caller" } });
  });
});

describe("only the leg that the agent waits for counts", () => {
  it("a second leg to the customer is hung up, and its end ends nothing; nor does that of another offer", async () => {
    const { to, leg, entryId } = await ringing();
    const { callSid } = await carrier.dial({ ...leg, to, from: "+15550100000", timeoutSeconds: 20 });
    const second = carrier.legs.find((one) => one.callSid === callSid) as Leg;
    await play();
    expect([leg.status, second.status]).toEqual(["ringing", "canceled"]);
    expect((await find(to)).status).toBe("in_line");
    await carrier.told(leg.statusUrl.replace(/offer=[^&#]+/, `offer=${newId()}`), { ...leg, status: "no-answer" });
    expect((await house.db.queuedCall.findUniqueOrThrow({ where: { id: entryId } })).state).toBe("connecting");
    await play(to);
    expect((await find(to)).status).toBe("done");
  });

  it("an order to dial whose answer was lost is looked for before it is given again", async () => {
    const to = number();
    await schedule(to);
    carrier.reports = "never";
    carrier.losesAnswerTo = to;
    await play(phone());
    expect(carrier.legs.filter(({ who }) => who === to)).toHaveLength(1);
    await setClock(house.db, 5);
    await play();
    expect(carrier.legs.filter(({ who }) => who === to)).toHaveLength(1);
    await play(to);
    expect((await find(to)).status).toBe("done");
  });
});

describe("whom nobody may ring", () => {
  it("a lead who asked not to be called", async () => {
    const to = number();
    await createLead(house.db, { phone: to, disposition: "do_not_call" });
    await expect(schedule(to)).rejects.toMatchObject({ status: 409, code: "do_not_call" });
  });

  it.each([
    ["whose number is on the list", (from: string) => refuse(from)],
    ["whose queue calls nobody back", () => settings({ enabled: false })],
  ])("a caller %s: the key does nothing, and they wait on", async (_who, forbid) => {
    const leg = await waiting();
    await forbid(leg.who);
    await pressOne(leg);
    expect(await stateOf(leg)).toBe("waiting");
    expect(leg.status).toBe("in-progress");
    expect(await house.db.callback.count({ where: { number: leg.who } })).toBe(0);
  });

  const refuse = (to: string) => house.db.doNotCall.create({ data: { number: to, reason: "asked", addedBy: "test" } });

  it("people may still schedule one where callers are offered none", async () => {
    const to = number();
    const leadId = await createLead(house.db, { phone: to });
    await settings({ enabled: false });
    await free(false);
    // By the number alone; whose it is, the house knows.
    expect(await schedule(to)).toMatchObject({ status: "in_line", lead: { leadId } });
  });
});

describe("who is told of callbacks", () => {
  /** What is heard, and whether a key counts meanwhile. */
  const hears = async (leg: Leg) =>
    (await carrier.ticks(leg)).map((verb) => (verb.verb === "gather" ? `${verb.prompt.verb} and key` : verb.verb));

  it("a caller in line for long enough, and again only after a while; the key counts under the music too", async () => {
    await settings({ offerAgainSeconds: 120 });
    const leg = await waiting();
    expect(await hears(leg)).toEqual(["say and key"]);
    expect(await hears(leg)).toEqual(["play and key"]);
    await setClock(house.db, 121);
    const later = [await hears(leg), await hears(leg)].flat();
    expect(later.filter((heard) => heard === "say and key")).toHaveLength(1);
    expect(later.at(-1)).toBe("play and key");
  });

  it.each([
    ["who has not waited long enough", () => settings({ offerAfterSeconds: 600, offerAboveSeconds: 900 })],
    ["whose queue calls nobody back", () => settings({ enabled: false })],
    [
      "whose call came in without the feature",
      () => house.db.call.updateMany({ where: { endedAt: null }, data: { arms: { FEATURE_CALLBACKS: false } } }),
    ],
    [
      "whose number is hidden",
      () => house.db.call.updateMany({ where: { endedAt: null }, data: { fromNumber: "anonymous" } }),
    ],
  ])("not a caller %s", async (_who, set) => {
    const leg = await waiting();
    await set();
    expect(await hears(leg)).toEqual(["play"]);
  });
});

describe("a caller who presses the key", () => {
  it("at night, and wants to be rung now, is: they are awake", async () => {
    const leg = await waiting();
    await settings(NIGHT);
    await pressOne(leg);
    expect(await find(leg.who)).toMatchObject({ status: "in_line", source: "caller" });
    await free(true);
    await play(phone(), leg.who);
    expect(await find(leg.who)).toMatchObject({ status: "done", attempts: 1 });
  });

  it("twice, or while it rings at an agent, is called back once; the phone falls silent, the lead's timeline knows", async () => {
    const from = number();
    const leadId = await createLead(house.db, { phone: from });
    const leg = await waiting(from);
    await free(true);
    await play();
    expect(await stateOf(leg)).toBe("offered");
    const ring = carrier.lineOf(phone());
    await free(false);
    await Promise.all([pressOne(leg), pressOne(leg)]);
    await play();
    expect(ring?.status).toBe("canceled");
    expect(await house.db.callback.count({ where: { number: from } })).toBe(1);
    expect(await find(from)).toMatchObject({ leadId, status: "in_line" });
    const told = await house.db.leadActivity.findMany({ where: { leadId, type: "callback" } });
    expect(told.map(({ data }) => data)).toMatchObject([{ event: "requested", source: "caller" }]);
  });

  it("is nothing once they talk with an agent: the key, told late, promises nothing and breaks nothing", async () => {
    const leg = await waiting();
    const told = { ...leg };
    await free(true);
    await play(phone());
    expect(await stateOf(leg)).toBe("in_conversation");
    await pressOne(told);
    expect(await stateOf(leg)).toBe("in_conversation");
    expect(told.status).toBe("in-progress");
    expect(await house.db.callback.count({ where: { number: leg.who } })).toBe(0);
  });

  it("keeps what gave them their place: priority, and the skills they need", async () => {
    const leg = await waiting();
    const urgent = { priority: "urgent" as const, vip: true, requiredSkills: ["es"] };
    await house.db.queuedCall.updateMany({ where: { call: { callSid: leg.callSid } }, data: { ...urgent } });
    await pressOne(leg);
    const { queuedCallId } = await find(leg.who);
    expect(await house.db.queuedCall.findUniqueOrThrow({ where: { id: queuedCallId ?? "" } })).toMatchObject(urgent);
  });
});

describe("the rounds", () => {
  it("leave alone who is being rung: no cancelling, no expiry", async () => {
    const { to, leg, callbackId } = await ringing();
    await expect(cancel(callbackId)).rejects.toMatchObject({ status: 409, code: "not_open" });
    await house.db.callback.update({ where: { id: callbackId }, data: { expiresAt: new Date(0) } });
    expect((await round()).expired).toBe(0);
    expect(await side.callbackRounds.close(callbackId, "expired", actor)).toBe(false);
    expect(leg.status).toBe("ringing");
    await play(to);
    expect((await find(to)).status).toBe("done");
  });

  it("close one that stands in line when its time is over, and not one that was moved meanwhile", async () => {
    await free(false);
    const [late, moved] = [await schedule(number()), await schedule(number())];
    await house.db.callback.update({ where: { id: late.callbackId }, data: { expiresAt: new Date(0) } });
    const still = ({ isExpired }: { isExpired: boolean }): boolean => isExpired;
    expect(await side.callbackRounds.close(moved.callbackId, "expired", actor, still)).toBe(false);
    expect((await round()).expired).toBe(1);
    expect((await find(late.number)).status).toBe("expired");
    expect((await find(moved.number)).status).toBe("in_line");
    expect(await house.db.queuedCall.count({ where: { queueId, state: "waiting" } })).toBe(1);
  });

  it("take one as done that came to a conversation and was never told so", async () => {
    const { to, callbackId } = await ringing();
    await play(to);
    await house.db.callback.update({ where: { id: callbackId }, data: { status: "in_line" } });
    expect((await round()).healed).toBe(1);
    expect(await find(to)).toMatchObject({ status: "done", lastResult: "answered" });
  });

  it("move an expiry along with the time; a time past, or too far ahead, is refused", async () => {
    const in2h = new Date(Date.now() + 7_200_000);
    const { callbackId, number: to } = await schedule(number(), new Date(Date.now() + 3_600_000));
    const change = (at: Date) =>
      side.callbackRequests(noLeads).change(principal(), callbackId, { at: at.toISOString(), note: undefined });
    await change(in2h);
    const moved = await find(to);
    expect(moved.expiresAt.getTime() - in2h.getTime()).toBe(24 * 3_600_000);
    await expect(change(new Date(Date.now() - 3_600_000))).rejects.toMatchObject({ code: "time_past" });
    await expect(change(new Date(Date.now() + 91 * 86_400_000))).rejects.toMatchObject({ code: "time_too_far" });
    expect((await find(to)).dueAt).toEqual(in2h);
  });

  it("give one that was put off until morning time to be rung then", async () => {
    const to = number();
    await free(false);
    await settings({ callsFrom: "08:00", callsUntil: "08:00", expiresHours: 1 });
    await schedule(to);
    const { dueAt, expiresAt, status } = await find(to);
    expect(status).toBe("scheduled");
    expect(expiresAt.getTime() - dueAt.getTime()).toBeGreaterThanOrEqual(3_600_000);
  });
});
