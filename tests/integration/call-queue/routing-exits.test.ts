import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { systemActor } from "@/lib/principal";
import { PUBLIC_BASE_URL } from "../../support/house";
import { testHouse } from "../../support/test-house";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createLeads } from "../../support/factories/leads";
import { entryOf } from "../../support/calls/call-state";
import { postWebhook } from "../../support/calls/signed-webhook";

const house = testHouse();
const actor = systemActor("test");
const NUMBER = "+15550100000";
const MENU_NUMBER = "+15550100009";
let [sales, support] = ["", ""];

const sid = () => `CA${newId().replaceAll("-", "")}`;
const hook = (path: string) => `/api/webhooks/twilio/${path}`;

async function dial(to: string, from = "+15550100001", callSid = sid()) {
  const { body } = await postWebhook(hook("voice"), { CallSid: callSid, From: from, To: to, CallStatus: "ringing" });
  return { callSid, body };
}
const tick = async (callSid: string) =>
  (await postWebhook(hook("queue-hold-music"), { CallSid: callSid, QueueSid: "QU1", QueueTime: "0" })).body;
const press = async (callSid: string, menuId: string, digits: string, attempt = 0) =>
  (
    await postWebhook(`${hook("menu")}?menu=${menuId}&attempt=${attempt}`, {
      CallSid: callSid,
      From: "+15550100001",
      To: MENU_NUMBER,
      CallStatus: "in-progress",
      Digits: digits,
    })
  ).body;
const ended = (callSid: string) =>
  postWebhook(`${hook("status")}?x=1`, { CallSid: callSid, CallStatus: "completed", CallDuration: "30" });

async function exitOf(
  queueId: string,
  occasion: string,
  exit: { kind: string; number?: string; targetQueueId?: string },
) {
  const message = `Because of ${occasion}.`;
  await house.db.queueExit.create({ data: { queueId, occasion, message, ...exit } });
}

beforeAll(async () => {
  // The house's own queue: what a number that nobody has set up leads to.
  sales = await createQueue(house.db);
  support = await createQueue(house.db);
});

afterAll(async () => {
  await house.container.dispatcher.stop();
  await house.container.carrierCommands.stop();
});

beforeEach(async () => {
  const { db } = house;
  await db.queueExit.deleteMany();
  await db.queuedCall.deleteMany();
  await db.carrierCommand.deleteMany();
  await db.callQueue.updateMany({
    data: { maxWaiting: 1_000, maxWaitSeconds: 3_600, overflowAfterSeconds: null, calendarName: null, stickyDays: 0 },
  });
});

describe("where a call goes", () => {
  let menuId = "";
  beforeAll(async () => {
    const { db } = house;
    menuId = newId();
    await db.callMenu.create({
      data: {
        id: menuId,
        name: "Main",
        prompt: "Press 1 or 2.",
        invalidText: "Pardon?",
        repeats: 1,
        defaultQueueId: sales,
      },
    });
    await db.callMenuOption.createMany({
      data: [
        { menuId, digit: "1", label: "Sales", queueId: sales },
        { menuId, digit: "2", label: "Support", queueId: support, skills: ["es"] },
      ],
    });
    await db.callRoute.create({ data: { number: MENU_NUMBER, label: "Menu", menuId } });
  });

  it("an unknown number leads to the first queue, a routed one where it says", async () => {
    const direct = await dial(NUMBER);
    expect(direct.body).toContain("<Enqueue");
    expect((await entryOf(house.db, direct.callSid))?.queueId).toBe(sales);
    await house.db.callRoute.create({ data: { number: "+15550100008", label: "Support", queueId: support } });
    const routed = await dial("+15550100008");
    expect((await entryOf(house.db, routed.callSid))?.queueId).toBe(support);
  });

  it("a menu asks, repeats, forgives a wrong key, and takes the default after its repeats", async () => {
    const { callSid, body } = await dial(MENU_NUMBER);
    expect(body).toContain("<Gather");
    expect(body).toContain("Press 1 or 2.");
    expect(await entryOf(house.db, callSid)).toBeNull();
    const again = await press(callSid, menuId, "9");
    expect(again).toContain("Pardon? Press 1 or 2.");
    expect(again).toContain("attempt=1");
    expect(await press(callSid, menuId, "", 1)).toContain("<Enqueue");
    expect((await entryOf(house.db, callSid))?.queueId).toBe(sales);
  });

  it("a key leads to its queue with the skills it asks for; the same answer twice enters once", async () => {
    const { callSid } = await dial(MENU_NUMBER);
    const both = await Promise.all([press(callSid, menuId, "2"), press(callSid, menuId, "2")]);
    for (const body of both) expect(body).toContain("<Enqueue");
    expect(await entryOf(house.db, callSid)).toMatchObject({ queueId: support, requiredSkills: ["es"] });
    // Late and different: the call stays where it is.
    await press(callSid, menuId, "1");
    expect((await entryOf(house.db, callSid))?.queueId).toBe(support);
  });

  it("a hang-up in the menu ends the call, once it is told or after a while", async () => {
    const told = await dial(MENU_NUMBER);
    await ended(told.callSid);
    expect((await house.db.call.findUniqueOrThrow({ where: { callSid: told.callSid } })).endedBy).toBe("caller");
    const untold = await dial(MENU_NUMBER);
    await house.db.call.update({
      where: { callSid: untold.callSid },
      data: { startedAt: new Date(Date.now() - 16 * 60_000) },
    });
    await house.container.queueProcessor.leaveQueues(actor);
    expect((await house.db.call.findUniqueOrThrow({ where: { callSid: untold.callSid } })).endedBy).toBe("system");
  });
});

describe("ways out", () => {
  it("out of hours: the message, closed, and the call over with the caller", async () => {
    await house.db.businessCalendar.upsert({
      where: { name: "never" },
      create: { id: newId(), name: "never", weekly: [] },
      update: {},
    });
    await house.db.callQueue.update({ where: { id: sales }, data: { calendarName: "never" } });
    const { callSid, body } = await dial(NUMBER);
    expect(body).toContain("We are closed");
    expect(body).toContain("<Hangup/>");
    expect(await entryOf(house.db, callSid)).toMatchObject({
      state: "closed",
      exit: { occasion: "closed", kind: "message" },
    });
    await ended(callSid);
    expect((await entryOf(house.db, callSid))?.call.endedBy).toBe("caller");
  });

  it("full: to another queue that takes them, and by its own exit where that is full as well", async () => {
    await house.db.callQueue.update({ where: { id: sales }, data: { maxWaiting: 1 } });
    await exitOf(sales, "full", { kind: "queue", targetQueueId: support });
    expect((await dial(NUMBER)).body).toContain("<Enqueue");
    const second = await dial(NUMBER);
    expect(second.body).toContain("<Enqueue");
    expect(await entryOf(house.db, second.callSid)).toMatchObject({ queueId: support, state: "waiting", moves: 1 });
    await house.db.callQueue.update({ where: { id: support }, data: { maxWaiting: 1 } });
    await exitOf(support, "full", { kind: "number", number: "+15550199999" });
    const third = await dial(NUMBER);
    expect(third.body).toContain("+15550199999");
    expect((await entryOf(house.db, third.callSid))?.state).toBe("overflowed");
    const missed = await postWebhook(hook("outside-number"), { CallSid: third.callSid, DialCallStatus: "no-answer" });
    expect(missed.body).toContain("<Record");
  });

  it("two full queues that point at each other: the caller hears why", async () => {
    await house.db.callQueue.updateMany({ data: { maxWaiting: 0 } });
    await exitOf(sales, "full", { kind: "queue", targetQueueId: support });
    await exitOf(support, "full", { kind: "queue", targetQueueId: sales });
    const { body } = await dial(NUMBER);
    expect(body).toContain("too many people are waiting");
  });

  it("waited too long: the caller's own tick leaves the queue, and its action has the voicemail; kept once", async () => {
    const [leadId = ""] = await createLeads(house.db, 1);
    await house.db.lead.update({ where: { id: leadId }, data: { phone: "+15550177777" } });
    await exitOf(sales, "max_wait", { kind: "voicemail" });
    const { callSid } = await dial(NUMBER, "+15550177777");
    await tick(callSid);
    await house.db.queuedCall.updateMany({ data: { enqueuedAt: new Date(Date.now() - 3_601_000) } });
    expect(await tick(callSid)).toContain("<Leave/>");
    expect(await tick(callSid)).toContain("<Leave/>");
    const left = await postWebhook(hook("queue-handler"), { CallSid: callSid, QueueResult: "leave" });
    expect(left.body).toContain("Because of max_wait.");
    expect(left.body).toContain("<Record");
    const recorded = {
      CallSid: callSid,
      RecordingSid: "RE1",
      RecordingUrl: `${PUBLIC_BASE_URL}/r`,
      RecordingDuration: "12",
    };
    expect((await postWebhook(hook("voicemail"), recorded)).body).toContain("Thank you for your message");
    await postWebhook(`${hook("voicemail")}?callback=recording`, { ...recorded, RecordingStatus: "completed" });
    expect(await house.db.voicemail.findMany({ where: { call: { callSid } } })).toMatchObject([
      { recordingSid: "RE1", durationSeconds: 12, queueId: sales, leadId, heardAt: null },
    ]);
    expect(await house.db.leadActivity.count({ where: { leadId, type: "voicemail" } })).toBe(1);
    await ended(callSid);
    const entry = await entryOf(house.db, callSid);
    expect(entry).toMatchObject({ state: "voicemail", call: { endedBy: "caller" } });
  });

  it("overflow without a tick: the sweep moves the caller, who keeps the time waited; a third queue is not asked for ever", async () => {
    await house.db.callQueue.updateMany({ data: { overflowAfterSeconds: 30 } });
    await exitOf(sales, "overflow", { kind: "queue", targetQueueId: support });
    await exitOf(support, "overflow", { kind: "queue", targetQueueId: sales });
    const { callSid } = await dial(NUMBER);
    await tick(callSid);
    const before = await entryOf(house.db, callSid);
    for (let round = 0; round < 5; round += 1) {
      await house.db.queuedCall.updateMany({ data: { queueSince: new Date(Date.now() - 31_000) } });
      await house.container.queueProcessor.leaveQueues(actor);
    }
    const after = await entryOf(house.db, callSid);
    expect(after).toMatchObject({ state: "waiting", queueId: support, moves: 3, carrierQueueSid: "QU1" });
    // To the millisecond in which the arrival is kept.
    expect(Math.abs(Number(after?.orderKey) - Number(before?.orderKey))).toBeLessThanOrEqual(1);
  });

  it("nobody signed in, swept: called out of the carrier's queue for a callback; a message where there are none", async () => {
    const { db } = house;
    await db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
    const { callSid } = await dial(NUMBER);
    await tick(callSid);
    await exitOf(sales, "nobody", { kind: "callback" });
    expect(await house.container.queueProcessor.leaveQueues(actor)).toBe(1);
    expect(await db.carrierCommand.count({ where: { kind: "exit_caller" } })).toBe(1);
    const { body } = await postWebhook(`${hook("caller-leg")}?step=requeue`, {
      CallSid: callSid,
      CallStatus: "in-progress",
    });
    expect(body).toContain("Because of nobody.");
    expect(body).not.toContain("<Record");
    // The place of the caller who left is the callback's (law 9), and no exit is taken from there.
    const left = await entryOf(db, callSid);
    const callback = await db.queuedCall.findFirstOrThrow({ where: { kind: "callback" } });
    expect(callback).toMatchObject({ state: "waiting", orderKey: left?.orderKey });
    expect(await house.container.queueProcessor.leaveQueues(actor)).toBe(0);
    await db.callbackSettings.create({ data: { queueId: sales, enabled: false } });
    expect((await dial(NUMBER, "+15550100002")).body).toContain("<Record");
    await createReadyAgent(db, sales);
    expect((await dial(NUMBER, "+15550100003")).body).toContain("<Enqueue");
  });
});

describe("the place in line", () => {
  it("gives VIPs and urgent leads their head start, in the order that dispatch and positions read", async () => {
    const { db, container } = house;
    await db.vipNumber.create({ data: { number: "+15550188888", label: "The mayor", addedBy: "test" } });
    const [leadId = ""] = await createLeads(db, 1);
    await db.lead.update({ where: { id: leadId }, data: { phone: "+15550166666", priority: "urgent" } });
    const plain = await dial(NUMBER);
    const urgent = await dial(NUMBER, "+15550166666");
    const vip = await dial(NUMBER, "+15550188888");
    const order = await db.queuedCall.findMany({ orderBy: { orderKey: "asc" }, include: { call: true } });
    expect(order.map(({ call }) => call.callSid)).toEqual([vip.callSid, urgent.callSid, plain.callSid]);
    expect(order.map(({ vip: onList }) => onList)).toEqual([true, false, false]);
    // The one free agent goes to the head, although the plain caller came first.
    await db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
    for (const { callSid } of [plain, urgent, vip]) await tick(callSid);
    await createReadyAgent(db, sales);
    await container.dispatcher.run();
    expect((await entryOf(db, vip.callSid))?.offers).toHaveLength(1);
    expect((await entryOf(db, plain.callSid))?.offers).toHaveLength(0);
  });
});
