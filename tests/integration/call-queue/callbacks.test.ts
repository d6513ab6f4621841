import { beforeEach, describe, expect, it } from "vitest";
import { systemActor } from "@/lib/principal";
import { callHouse } from "../../support/calls/call-house";
import { untilState } from "../../support/calls/call-state";
import { postWebhook } from "../../support/calls/signed-webhook";
import { setClock } from "../../support/clock";
import { eventually } from "../../support/carrier/carrier-house";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createManager } from "../../support/factories/users";
import { client } from "../../support/http";

const calls = callHouse();
const { house } = calls;
const actor = systemActor("test");
type Agent = Awaited<ReturnType<typeof createReadyAgent>>;
let queueId: string;
let agent: Agent;
let nextNumber = 0;
const number = () => `+1555012${String((nextNumber += 1)).padStart(4, "0")}`;

beforeEach(async () => {
  const { db } = calls;
  await setClock(db, 0);
  await house.quiet();
  await house.faults({ clear: true });
  await db.callback.updateMany({
    where: { status: { in: ["scheduled", "in_line"] } },
    data: { status: "cancelled" },
  });
  await db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
  await db.queuedCall.updateMany({ where: { state: { in: ["waiting"] } }, data: { state: "failed" } });
  await db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(db, { wrapUpSeconds: 1 });
  await db.callbackSettings.create({
    data: { queueId, offerAfterSeconds: 0, callsFrom: "00:00", callsUntil: "23:59", ringSeconds: 20 },
  });
  agent = await createReadyAgent(db, queueId);
  house.register(agent.agentId);
});

/** The agent has no hand free until told otherwise. */
const busy = async (is: boolean) =>
  calls.db.agentSession.updateMany({
    where: { agentId: agent.agentId },
    data: { status: is ? "break" : "available" },
  });
const round = () => house.container.callbackRounds.round(actor);
const find = (callbackId: string) =>
  calls.db.callback.findUniqueOrThrow({
    where: { id: callbackId },
    include: { tries: { orderBy: { beganAt: "asc" } } },
  });
const until = (callbackId: string, status: string) =>
  eventually(async () => {
    const callback = await find(callbackId);
    return callback.status === status && callback;
  }, `callback ${callbackId} is ${status}`);
const dials = async (to: string) =>
  (await calls.db.call.findMany({ where: { toNumber: to, direction: "outbound", callSid: { startsWith: "CA" } } }))
    .length;

async function schedule(to: string, body: object = {}) {
  const made = await client(agent).post<{ callbackId: string; status: string }>("/api/callbacks", {
    number: to,
    queueId,
    ...body,
  });
  expect(made.status).toBe(200);
  return made.body;
}

/** The carrier tells of the key once more; answers the document. */
async function pressedAgain(callSid: string, entryId: string): Promise<string> {
  const path = `/api/webhooks/twilio/queue-hold-music?entry=${entryId}&answer=callback`;
  const baseUrl = house.container.env.PUBLIC_BASE_URL;
  const params = { CallSid: callSid, QueueSid: `QU${"0".repeat(32)}`, QueueTime: "12", Digits: "1" };
  return (await postWebhook(path, params, { baseUrl })).body;
}

describe("a callback wanted by a waiting caller", () => {
  it("is nothing for somebody who talks with an agent already: their key, told late, changes nothing", async () => {
    const { db } = calls;
    const from = number();
    const rung = house.devices.rung.length;
    const callSid = await house.callIn(from);
    (await eventually(() => house.devices.rung[rung], "the agent's phone rings")).answer();
    const { id } = await untilState(db, callSid, "in_conversation");
    expect(await pressedAgain(callSid, id)).toMatch(/<Play>/);
    expect(await db.callback.count({ where: { number: from } })).toBe(0);
    await house.hangUp(callSid);
    expect((await untilState(db, callSid, "wrap_up")).call.endedBy).toBe("caller");
  });

  it("keeps the place in line (law 9): a key pressed, one callback, then agent first, then customer, then both", async () => {
    const { db } = calls;
    await busy(true);
    const from = number();
    const first = await house.callIn(from);
    const queued = await eventually(
      () => db.queuedCall.findFirst({ where: { call: { callSid: first }, callbackOfferedAt: { not: null } } }),
      "the caller is told of callbacks",
      30_000,
    );
    const behind = await house.callIn(number());
    // That it is told is written before it is: a carrier hears keys from the first word on, and none before.
    await house.untilHeard(first, /press 1/);
    await house.press(first, "1");
    await house.untilCarrier(first, "ended");
    // Told once more, the key is promised the same, and makes no second callback.
    expect(await pressedAgain(first, queued.id)).toMatch(/<Hangup\/>/);
    expect(await db.callback.count({ where: { number: from } })).toBe(1);
    const left = await db.queuedCall.findUniqueOrThrow({ where: { id: queued.id }, include: { call: true } });
    expect(left).toMatchObject({ state: "callback_scheduled", call: { endedBy: "caller" } });
    const callback = await db.callback.findFirstOrThrow({ where: { number: from } });
    expect(callback).toMatchObject({ status: "in_line", source: "caller", sourceQueuedCallId: queued.id });
    const row = await db.queuedCall.findUniqueOrThrow({ where: { id: callback.queuedCallId ?? "" } });
    expect(row.orderKey).toEqual(queued.orderKey);
    expect(row.kind).toBe("callback");

    // The agent is offered the callback before the caller who came later, and the customer is not rung before.
    await busy(false);
    house.container.dispatcher.wake();
    const phone = await house.rings(agent.agentId);
    expect(await db.callOffer.count({ where: { queuedCallId: row.id, status: "open" } })).toBe(1);
    expect(await dials(from)).toBe(0);
    phone.answer();
    const leg = await house.outsideLeg(from);
    await house.outsider(leg.callSid, "answer");
    await until(callback.id, "done");
    await expect.poll(() => house.media.mixOf(leg.callSid)).toEqual([leg.callSid, phone.invite.callSid].sort());
    expect(await dials(from)).toBe(1);
    await house.hangUp(leg.callSid);
    await expect
      .poll(async () => (await db.queuedCall.findUniqueOrThrow({ where: { id: row.id } })).state)
      .toBe("wrap_up");
    await house.hangUp(behind);
  }, 60_000);
});

describe("a callback that people schedule", () => {
  it("enters at its time, once however often it is asked for; it can be moved, and cancelled in line", async () => {
    const { db } = calls;
    await busy(true);
    const to = number();
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const made = await Promise.all(Array.from({ length: 5 }, () => schedule(to, { at })));
    expect(new Set(made.map(({ callbackId }) => callbackId)).size).toBe(1);
    const { callbackId } = made[0] as (typeof made)[0];
    expect(await db.callback.count({ where: { number: to } })).toBe(1);
    expect((await round()).entered).toBe(0);
    const later = new Date(Date.now() + 7_200_000).toISOString();
    const moved = await client(agent).patch(`/api/callbacks/${callbackId}`, { at: later });
    expect(moved.body).toMatchObject({ status: "scheduled", dueAt: later });
    await setClock(db, 7_300);
    const rounds = await Promise.all([round(), round(), round()]);
    expect(rounds.reduce((sum, { entered }) => sum + entered, 0)).toBe(1);
    expect(await db.queuedCall.count({ where: { call: { toNumber: to } } })).toBe(1);
    expect(await find(callbackId)).toMatchObject({ status: "in_line", orderKey: new Date(later) });
    expect((await client(agent).patch(`/api/callbacks/${callbackId}`, { at })).status).toBe(409);
    const cancel = () => client(agent).post<{ status: string }>(`/api/callbacks/${callbackId}/cancel`);
    expect((await cancel()).body.status).toBe("cancelled");
    expect((await cancel()).status).toBe(200);
    expect(await db.queuedCall.findFirstOrThrow({ where: { call: { toNumber: to } } })).toMatchObject({
      state: "failed",
    });
  });

  it("waits for the morning where the customer is, and never rings who must not be called", async () => {
    const { db } = calls;
    const hour = new Date().getUTCHours();
    const clock = (hours: number) => `${String(hours % 24).padStart(2, "0")}:00`;
    // A window of one hour that begins somewhere ahead today, or tomorrow.
    const from = (hour + 2) % 23;
    await db.callbackSettings.update({
      where: { queueId },
      data: { callsFrom: clock(from), callsUntil: clock(from + 1), timeZone: "UTC" },
    });
    const to = number();
    const { callbackId } = await schedule(to);
    const waiting = await find(callbackId);
    expect(waiting.status).toBe("scheduled");
    expect(waiting.dueAt.getUTCHours()).toBe(from);
    const never = number();
    await db.doNotCall.create({ data: { number: never, reason: "asked", addedBy: "test" } });
    expect(await client(agent).post("/api/callbacks", { number: never, queueId })).toMatchObject({
      status: 409,
      body: { code: "do_not_call" },
    });
    await db.doNotCall.create({ data: { number: to, reason: "asked", addedBy: "test" } });
    await setClock(db, 86_400 * 0.99);
    await db.callback.update({
      where: { id: callbackId },
      data: { dueAt: new Date(), expiresAt: new Date("2100-01-01") },
    });
    await round();
    expect(await find(callbackId)).toMatchObject({ status: "cancelled", lastResult: "do_not_call" });
    expect(await dials(to)).toBe(0);
  });

  it("looks once more at the moment of dialling: the list and the clock may have changed while it stood in line", async () => {
    const { db } = calls;
    for (const against of ["do_not_call", "quiet_hours"]) {
      const to = number();
      const { callbackId } = await schedule(to);
      if (against === "do_not_call")
        await db.doNotCall.create({ data: { number: to, reason: "asked", addedBy: "test" } });
      else await db.callbackSettings.update({ where: { queueId }, data: { callsFrom: "00:00", callsUntil: "00:00" } });
      const rung = house.devices.rung.length;
      house.container.dispatcher.wake();
      (await eventually(() => house.devices.rung[rung], "the agent's phone rings")).answer();
      await expect.poll(async () => (await find(callbackId)).lastResult).toBe(against);
      expect((await find(callbackId)).status).toBe(against === "do_not_call" ? "cancelled" : "scheduled");
      expect(await dials(to)).toBe(0);
      expect(await db.agentCallSlot.count({ where: { agentId: agent.agentId } })).toBe(0);
    }
  });

  it("agents see and change those of their queues alone", async () => {
    const outside = await createReadyAgent(calls.db, await createQueue(calls.db));
    const { callbackId } = await schedule(number(), { at: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await client(outside).get<{ callbacks: object[] }>("/api/callbacks")).body.callbacks).toEqual([]);
    expect((await client(outside).post(`/api/callbacks/${callbackId}/cancel`)).status).toBe(404);
    expect((await client(outside).post("/api/callbacks", { number: number(), queueId })).status).toBe(403);
    expect((await client(agent).get<{ open: number }>("/api/callbacks?open=true")).body.open).toBe(1);
  });
});

describe("how a queue calls people back", () => {
  const day = { offerAfterSeconds: 60, offerAboveSeconds: 300, offerAgainSeconds: 90, ringSeconds: 25 };
  const settings = {
    ...{ enabled: true, ...day, mostAttempts: 2, retryMinutes: 5, expiresHours: 8 },
    ...{ callsFrom: "09:00", callsUntil: "17:00", callDays: [1, 2, 3, 4, 5], timeZone: "Europe/Madrid" },
    ...{ onMachine: "hang_up", machineCounts: false },
  };

  it("is a manager's to say, once for each change; callbacks go by the customer's clock where that is given", async () => {
    const manager = client(await createManager(calls.db));
    const path = `/api/queues/${queueId}/callback-settings`;
    expect((await manager.put(path, { ...settings, callDays: [5, 1, 2, 3, 4, 4] })).body).toEqual(settings);
    expect((await manager.put(path, settings)).status).toBe(200);
    expect((await manager.get(path)).body).toEqual(settings);
    const changes = { entityId: queueId, action: "queue.callback_settings_changed" };
    expect(await calls.db.auditEntry.count({ where: changes })).toBe(1);
    expect((await manager.put(path, { ...settings, callDays: [] })).status).toBe(400);
    expect((await manager.put(path, { ...settings, callsUntil: "09:00" })).status).toBe(400);
    expect((await client(agent).put(path, settings)).status).toBe(403);
    const made = await schedule(number(), { at: new Date(Date.now() + 86_400_000).toISOString() });
    const { callbackId } = made;
    expect(made).toMatchObject({ timeZone: "Europe/Madrid" });
    const moved = await client(agent).patch(`/api/callbacks/${callbackId}`, { timeZone: "Asia/Tokyo" });
    expect(moved.body).toMatchObject({ timeZone: "Asia/Tokyo" });
    expect((await client(agent).patch(`/api/callbacks/${callbackId}`, { timeZone: "Mars/Olympus" })).status).toBe(400);
  });
});

describe("when it does not work out", () => {
  /** The agent has answered, and the customer's telephone rings. */
  async function ringing() {
    const to = number();
    // Asked before: who is asked for wakes the dispatcher, and the phone may ring before that is answered.
    const rung = house.devices.rung.length;
    const { callbackId } = await schedule(to);
    house.container.dispatcher.wake();
    const phone = await eventually(() => house.devices.rung[rung], "the agent's phone rings");
    phone.answer();
    const leg = await house.outsideLeg(to);
    return { to, callbackId, phone, leg };
  }

  it("a customer who does not want is tried again later, as often as the settings say; the agent is free at once", async () => {
    const { db } = calls;
    await db.callbackSettings.update({ where: { queueId }, data: { mostAttempts: 2, retryMinutes: 10 } });
    const { to, callbackId, leg } = await ringing();
    await house.outsider(leg.callSid, "decline");
    const again = await until(callbackId, "scheduled");
    expect(again).toMatchObject({ attempts: 1, lastResult: "busy" });
    expect(await db.agentCallSlot.count({ where: { agentId: agent.agentId } })).toBe(0);
    expect((await round()).entered).toBe(0);
    await setClock(db, 601);
    await db.agentSession.updateMany({
      where: { agentId: agent.agentId },
      data: { lastHeartbeat: new Date(Date.now() + 601_000) },
    });
    const rung = house.devices.rung.length;
    expect((await round()).entered).toBe(1);
    const phone = await eventually(() => house.devices.rung[rung], "the agent's phone rings again");
    phone.answer();
    await house.outsider((await house.outsideLeg(to)).callSid, "decline");
    expect(await until(callbackId, "failed")).toMatchObject({ attempts: 2, orderKey: again.orderKey });
    expect(await dials(to)).toBe(2);
  });

  it("a callback whose time runs out while its customer is rung goes on until they answer", async () => {
    const { callbackId, leg } = await ringing();
    await calls.db.callback.update({ where: { id: callbackId }, data: { expiresAt: new Date(0) } });
    await round();
    expect((await find(callbackId)).status).toBe("in_line");
    await house.outsider(leg.callSid, "answer");
    await until(callbackId, "done");
  });

  it("a machine that answers frees the agent at once: hung up on, or left a message, as an attempt or none", async () => {
    const { db } = calls;
    const on = (onMachine: string, machineCounts: boolean) =>
      db.callbackSettings.update({ where: { queueId }, data: { onMachine, machineCounts, retryMinutes: 10 } });
    await on("hang_up", true);
    const first = await ringing();
    await house.outsider(first.leg.callSid, "machine");
    expect(await until(first.callbackId, "scheduled")).toMatchObject({ attempts: 1, lastResult: "machine" });
    await house.untilCarrier(first.leg.callSid, "ended");
    expect((await house.view(first.leg.callSid)).heard).toEqual([]);
    expect(await db.agentCallSlot.count({ where: { agentId: agent.agentId } })).toBe(0);
    await on("leave_message", false);
    const second = await ringing();
    await house.outsider(second.leg.callSid, "machine");
    const kept = await until(second.callbackId, "scheduled");
    expect(kept).toMatchObject({ attempts: 0, lastResult: "machine" });
    expect(kept.dueAt.getTime()).toBeGreaterThan(Date.now() + 500_000);
    await house.untilCarrier(second.leg.callSid, "ended");
    expect((await house.view(second.leg.callSid)).heard).toEqual([expect.stringMatching(/^say: Hello. We called you/)]);
    const asked = (await house.log()).filter(({ method, url }) => method === "POST" && url?.endsWith("/Calls.json"));
    const forms = asked.map(({ params }) => params?.MachineDetection).filter((mode) => mode !== undefined);
    expect(forms).toEqual(["Enable", "DetectMessageEnd"]);
    // A person is put through as ever.
    const third = await ringing();
    await house.outsider(third.leg.callSid, "answer");
    await until(third.callbackId, "done");
    await house.hangUp(third.leg.callSid);
  });

  it("an agent who goes before the customer answers ends the ringing; the place is kept, and nobody is rung without end", async () => {
    const { db } = calls;
    const { callbackId, phone, leg } = await ringing();
    await busy(true);
    const { orderKey } = await find(callbackId);
    phone.hangUpHere();
    await house.untilCarrier(leg.callSid, "ended");
    await expect.poll(async () => (await find(callbackId)).lastResult).toBe("agent_lost");
    expect(await find(callbackId)).toMatchObject({ status: "scheduled", attempts: 1, orderKey });
    expect((await round()).entered).toBe(0);
    await setClock(db, 61);
    expect((await round()).entered).toBe(1);
  });

  it("a process that dies between the reservation and the dial, or after it, rings nobody twice and loses nobody", async () => {
    const { db } = calls;
    const to = number();
    const { callbackId } = await schedule(to);
    const phone = await house.rings(agent.agentId);
    const offer = await db.callOffer.findFirstOrThrow({ where: { agentId: agent.agentId, status: "open" } });
    // The carrier takes the order to dial, and nobody hears its answer: it is looked at before it is asked again.
    await house.faults({ rest: { path: "/Calls.json", method: "POST", loseResponse: true } });
    phone.answer();
    const leg = await house.outsideLeg(to);
    await expect
      .poll(
        async () =>
          (await db.carrierCommand.findFirst({ where: { offerId: offer.id, kind: "dial_callback" } }))?.status,
      )
      .toBe("done");
    // And once more by another process, after one that died with the order in its hands.
    await db.carrierCommand.updateMany({
      where: { offerId: offer.id, kind: "dial_callback" },
      data: { status: "running", lockedUntil: new Date(0), finishedAt: null },
    });
    await house.container.carrierCommands.drain();
    expect(await dials(to)).toBe(1);
    await house.outsider(leg.callSid, "answer");
    await until(callbackId, "done");
    await house.hangUp(leg.callSid);
  });

  it("heals a callback of which nothing was heard again", async () => {
    const { db } = calls;
    const { callbackId, leg } = await ringing();
    await busy(true);
    const before = await find(callbackId);
    await setClock(db, 60);
    expect((await round()).healed).toBe(1);
    await house.untilCarrier(leg.callSid, "ended");
    const healed = await find(callbackId);
    expect(healed).toMatchObject({ status: "scheduled", attempts: 1, orderKey: before.orderKey });
    expect(healed.tries.map(({ result }) => result)).toEqual(["lost"]);
    expect(await db.agentCallSlot.count({ where: { agentId: agent.agentId } })).toBe(0);
    await setClock(db, 121);
    expect((await round()).entered).toBe(1);
    // Its row vanishes from the line without a word, or its time runs out: neither leaves it open for ever.
    const again = await find(callbackId);
    await db.queuedCall.update({ where: { id: again.queuedCallId ?? "" }, data: { state: "failed" } });
    expect((await round()).healed).toBe(1);
    await setClock(db, 86_400 * 2);
    expect((await round()).expired).toBe(1);
    expect((await find(callbackId)).status).toBe("expired");
  });
});
