import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { clientIdentity } from "@/modules/twilio-voice/domain/client-identity";
import { path } from "../../support/calls/call-state";
import { callHouse } from "../../support/calls/call-house";
import { eventually } from "../../support/carrier/carrier-house";
import { postWebhook } from "../../support/calls/signed-webhook";
import { createLead } from "../../support/factories/leads";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createManager, createUser } from "../../support/factories/users";
import { client } from "../../support/http";

const calls = callHouse();
const { house } = calls;
const CUSTOMER = "+15550124001";
const NO_LEAD = "+15550124555";
let agent: Awaited<ReturnType<typeof createReadyAgent>>;

beforeEach(async () => {
  await house.quiet();
  await house.faults({ clear: true });
  agent = await createReadyAgent(calls.db, await createQueue(calls.db, { wrapUpSeconds: 30 }));
  house.register(agent.agentId);
  await calls.db.leadReturnPolicy.updateMany({ data: { calendarName: "always" } });
});

beforeAll(async () => {
  const always = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: "00:00", to: "24:00" }));
  const calendar = { timeZone: "UTC", holidays: [] };
  await calls.db.businessCalendar.createMany({
    data: [
      { ...calendar, id: newId(), name: "always", weekly: always },
      { ...calendar, id: newId(), name: "never", weekly: [] },
    ],
  });
});

const place = (body: object) =>
  client(agent).post<{ callId: string; offerId: string; code?: string; reason?: string }>("/api/calls", body);

const entryOfCall = (callId: string) =>
  calls.db.queuedCall.findFirstOrThrow({
    where: { callId },
    include: { call: true, slots: true, events: { orderBy: { id: "asc" } } },
  });

const untilEntry = (callId: string, state: string) =>
  eventually(async () => {
    const entry = await entryOfCall(callId);
    return entry.state === state && entry;
  }, `call ${callId} is ${state}`);

/** The agent is on the line and the customer's telephone rings. */
async function ringing(body: { to?: string; leadId?: string } = { to: CUSTOMER }) {
  const { callId } = (await place(body)).body;
  const phone = await house.rings(agent.agentId);
  phone.answer();
  const leg = await house.outsideLeg(body.to ?? CUSTOMER);
  return { callId, phone, leg };
}

describe("calling out", () => {
  it("rings the agent, then the lead; they talk, and it is wrapped up like any other call", async () => {
    const leadId = await createLead(calls.db, { phone: CUSTOMER, name: "Ada", assignedTo: agent.agentId });
    const { callId, phone, leg } = await ringing({ leadId });
    const shown = await client(agent).get<{ calls: object[] }>("/api/calls/current");
    expect(shown.body.calls).toMatchObject([{ direction: "outbound", from: CUSTOMER, state: "connecting" }]);
    await house.outsider(leg.callSid, "answer");
    const talking = await untilEntry(callId, "in_conversation");
    expect(talking.call).toMatchObject({
      callSid: leg.callSid,
      direction: "outbound",
      fromNumber: "+15550100000",
      leadId,
    });
    await expect.poll(() => house.media.mixOf(leg.callSid)).toEqual([leg.callSid, phone.invite.callSid].sort());
    expect((await client(agent).post(`/api/calls/${callId}/end`)).body).toMatchObject({ state: "wrap_up" });
    await house.untilCarrier(leg.callSid, "ended");
    const disposition = { disposition: "interested" };
    expect((await client(agent).post(`/api/calls/${callId}/wrap-up`, disposition)).body).toMatchObject({
      state: "done",
    });
    const done = await entryOfCall(callId);
    expect(done.slots).toEqual([]);
    expect(done.events.map(({ toState }) => toState)).toEqual([
      "offered",
      "connecting",
      "in_conversation",
      "wrap_up",
      "done",
    ]);
    const [entry] = await calls.db.leadActivity.findMany({ where: { leadId, type: "call" } });
    expect(entry?.data).toMatchObject({ direction: "outbound", to: CUSTOMER, outcome: "answered", agent: agent.email });
  });

  it("the agent's browser may dial in instead of being rung", async () => {
    const { callId, offerId } = (await place({ to: CUSTOMER, connect: "dial_in" })).body;
    house.devices.dialFrom({
      callSid: `CA${newId().replaceAll("-", "")}`,
      from: `client:${clientIdentity(agent.agentId)}`,
      to: undefined,
      params: { offerId },
      applicationSid: `AP${"0".repeat(32)}`,
    });
    const leg = await house.outsideLeg(CUSTOMER);
    await house.outsider(leg.callSid, "answer");
    await untilEntry(callId, "in_conversation");
  });

  it("a customer who does not want to: wrap-up, for what came of the attempt", async () => {
    const { callId, phone, leg } = await ringing();
    await house.outsider(leg.callSid, "decline");
    const entry = await untilEntry(callId, "wrap_up");
    expect(path({ ...entry, offers: [], slot: null }).at(-1)).toBe("wrap_up");
    expect(entry.events.at(-1)?.reason).toBe("customer_busy");
    const held = (await client(agent).get<{ calls: object[] }>("/api/calls/current")).body.calls;
    expect(held).toMatchObject([{ notReached: "customer_busy" }]);
    expect(entry.call).toMatchObject({ answeredAt: null, endedBy: "carrier" });
    await expect.poll(() => phone.hungUp).toBe(true);
  });

  it("rings its customer once: a second leg that is heard of is hung up; who placed it is audited", async () => {
    const { callId, leg } = await ringing();
    const placed = { action: "call.placed", entityId: callId };
    expect(await calls.db.auditEntry.findMany({ where: placed })).toMatchObject([{ actorId: agent.userId }]);
    // Of two that are heard of at once the first would be the customer's: ours is written down before another is.
    const known = async () => (await calls.db.call.findUniqueOrThrow({ where: { id: callId } })).callSid;
    await expect.poll(known).toBe(leg.callSid);
    const second = `CA${"2".repeat(32)}`;
    const baseUrl = house.container.env.PUBLIC_BASE_URL;
    const told = (CallSid: string) =>
      postWebhook(`/api/webhooks/twilio/status?call=${callId}`, { CallSid, CallStatus: "ringing" }, { baseUrl });
    await Promise.all([told(second), told(leg.callSid)]);
    const ended = (callSid: string) =>
      calls.db.carrierCommand.count({ where: { kind: "end_leg", payload: { path: ["callSid"], equals: callSid } } });
    expect(await ended(second)).toBe(1);
    expect(await ended(leg.callSid)).toBe(0);
    await house.outsider(leg.callSid, "answer");
    await untilEntry(callId, "in_conversation");
  });

  it("a call that the carrier refuses, for the number it shows: wrap-up, which says so", async () => {
    const { queueId } = await calls.db.queueMembership.findFirstOrThrow({ where: { agentId: agent.agentId } });
    await calls.db.callQueue.update({ where: { id: queueId }, data: { callerId: "+15550199999" } });
    const { callId } = (await place({ to: CUSTOMER })).body;
    const phone = await house.rings(agent.agentId);
    phone.answer();
    const entry = await untilEntry(callId, "wrap_up");
    expect(entry.events.at(-1)?.reason).toBe("shown_number_refused");
    expect(entry.call).toMatchObject({ answeredAt: null, endedBy: "carrier" });
    const held = (await client(agent).get<{ calls: object[] }>("/api/calls/current")).body.calls;
    expect(held).toMatchObject([{ notReached: "shown_number_refused", shownNumber: "+15550199999" }]);
    await expect.poll(() => phone.hungUp).toBe(true);
  });

  it("a machine that answers is told to the agent, hung up on, or left a message, as the queue says", async () => {
    const { queueId } = await calls.db.queueMembership.findFirstOrThrow({ where: { agentId: agent.agentId } });
    const on = (outboundMachine: string) =>
      calls.db.callQueue.update({ where: { id: queueId }, data: { outboundMachine } });
    const shown = async () =>
      (await client(agent).get<{ calls: { machine: boolean }[] }>("/api/calls/current")).body.calls[0]?.machine;
    await on("tell");
    const told = await ringing();
    await house.outsider(told.leg.callSid, "machine");
    await expect.poll(shown).toBe(true);
    expect((await entryOfCall(told.callId)).state).toBe("in_conversation");
    await client(agent).post(`/api/calls/${told.callId}/end`);
    await client(agent).post(`/api/calls/${told.callId}/wrap-up`, {});

    for (const [setting, ring, heard] of [
      ["hang_up", 1, []],
      ["leave_message", 2, [expect.stringMatching(/^say: Hello. We called you/)]],
    ] as const) {
      await on(setting);
      const { callId } = (await place({ to: CUSTOMER })).body;
      const phone = await house.rings(agent.agentId, ring);
      phone.answer();
      const leg = await house.outsideLeg(CUSTOMER);
      await house.outsider(leg.callSid, "machine");
      const entry = await untilEntry(callId, "wrap_up");
      expect(entry.events.map(({ reason }) => reason).slice(-2)).toEqual(["machine_answered", "machine_answered"]);
      expect(entry.call).toMatchObject({ answeredBy: "machine", endedBy: "system" });
      await expect.poll(() => phone.hungUp).toBe(true);
      await house.untilCarrier(leg.callSid, "ended");
      expect((await house.view(leg.callSid)).heard.filter((what) => what.startsWith("say"))).toEqual(heard);
      const log = await client(agent).get<{ calls: { callId: string }[] }>("/api/calls?outcome=not_reached");
      expect(log.body.calls.map((call) => call.callId)).toContain(callId);
      await client(agent).post(`/api/calls/${callId}/wrap-up`, {});
    }
  });

  it("an agent who gives up, or whose phone is lost, stops the ringing", async () => {
    const given = await ringing();
    expect((await client(agent).post(`/api/calls/${given.callId}/end`)).body).toMatchObject({ state: "wrap_up" });
    await house.untilCarrier(given.leg.callSid, "ended");
    await client(agent).post(`/api/calls/${given.callId}/wrap-up`, {});
    const { callId } = (await place({ to: CUSTOMER })).body;
    const phone = await house.rings(agent.agentId, 1);
    phone.answer();
    const leg = await house.outsideLeg(CUSTOMER);
    phone.hangUpHere();
    await house.untilCarrier(leg.callSid, "ended");
    expect((await untilEntry(callId, "wrap_up")).events.at(-1)?.reason).toBe("agent_lost");
  });

  it("an agent who does not come to the phone is free again, and nobody was dialled", async () => {
    const { callId } = (await place({ to: CUSTOMER })).body;
    (await house.rings(agent.agentId)).reject();
    const entry = await untilEntry(callId, "failed");
    expect(entry.slots).toEqual([]);
    expect(entry.call.endedAt).not.toBeNull();
  });

  it("the lost answer of an order to dial does not dial twice", async () => {
    await house.faults({ rest: { path: "/Calls.json", method: "POST", loseResponse: true, times: 2 } });
    const { callId, leg } = await ringing();
    await house.container.carrierCommands.drain();
    await house.outsider(leg.callSid, "answer");
    await untilEntry(callId, "in_conversation");
    const dials = (await house.log()).filter(({ kind, url, method }) => {
      return kind === "rest" && method === "POST" && (url ?? "").endsWith("/Calls.json");
    });
    expect(dials).toHaveLength(2);
  });
});

describe("is refused", () => {
  it("to a number that must not be called, by the list or by its lead, with the reason", async () => {
    await calls.db.doNotCall.create({ data: { number: CUSTOMER, reason: "Asked by letter.", addedBy: "test" } });
    expect(await place({ to: CUSTOMER })).toMatchObject({
      status: 409,
      body: { code: "do_not_call", reason: "Asked by letter." },
    });
    await calls.db.doNotCall.deleteMany();
    const leadId = await createLead(calls.db, {
      phone: CUSTOMER,
      disposition: "do_not_call",
      assignedTo: agent.agentId,
    });
    expect(await place({ leadId })).toMatchObject({ status: 409, body: { code: "do_not_call" } });
    await calls.db.lead.update({ where: { id: leadId }, data: { dispositionCode: "new" } });
  });

  it("without a free phone, twice at once, for a foreign lead, from a foreign number", async () => {
    const stranger = await createReadyAgent(calls.db, await createQueue(calls.db));
    const leadId = await createLead(calls.db, { phone: CUSTOMER, assignedTo: stranger.agentId });
    expect((await place({ leadId })).status).toBe(404);
    expect(await place({ to: CUSTOMER, callerId: "+15550109999" })).toMatchObject({
      body: { code: "unknown_caller_id" },
    });
    const both = await Promise.all([place({ to: CUSTOMER }), place({ to: "+15550124002" })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)?.body.code).toBe("phone_not_free");
    expect(await calls.db.call.count({ where: { agentId: agent.agentId } })).toBe(1);
    const nobody = await createUser(calls.db, { role: "manager" });
    expect(await client(nobody).post("/api/calls", { to: CUSTOMER })).toMatchObject({ body: { code: "not_an_agent" } });
  });

  it("outside opening hours, unless one insists; the number shown may be chosen", async () => {
    await calls.db.leadReturnPolicy.updateMany({ data: { calendarName: "never" } });
    expect(await place({ to: CUSTOMER })).toMatchObject({ status: 409, body: { code: "outside_hours" } });
    await calls.db.callerId.create({ data: { number: "+15550100777", label: "Sales" } });
    const listed = await client(agent).get<{ callerIds: object[] }>("/api/calls/caller-ids");
    expect(listed.body.callerIds).toContainEqual({ number: "+15550100777", label: "Sales" });
    const { callId } = (await place({ to: CUSTOMER, callerId: "+15550100777", outsideHours: true })).body;
    expect((await entryOfCall(callId)).call.fromNumber).toBe("+15550100777");
  });
});

describe("whom nobody may call, and what is shown", () => {
  const audits = async (entityId: string) => {
    const entries = await calls.db.auditEntry.findMany({ where: { entityId }, orderBy: { id: "asc" } });
    return entries.map(({ action }) => action);
  };

  it("managers keep the list: refused from then on, with its reason, until it is taken off", async () => {
    const user = await createManager(calls.db);
    const [manager, path] = [client(user), `/api/settings/do-not-call/${encodeURIComponent("+1 555 012 4777")}`];
    expect((await client(agent).put(path, { reason: "No" })).status).toBe(403);
    expect((await client(agent).get("/api/settings/do-not-call")).status).toBe(403);
    for (const reason of ["Asked by letter.", "Asked by letter.", "Asked twice."]) await manager.put(path, { reason });
    const read = await manager.get<{ numbers: object[]; total: number }>("/api/settings/do-not-call?search=012-47");
    expect(read.body).toMatchObject({
      numbers: [{ number: "+15550124777", reason: "Asked twice.", addedBy: user.email }],
      total: 1,
    });
    expect((await manager.get<{ numbers: object[] }>("/api/settings/do-not-call?search=999")).body.numbers).toEqual([]);
    expect(await place({ to: "+15550124777" })).toMatchObject({
      status: 409,
      body: { code: "do_not_call", reason: "Asked twice." },
    });
    expect((await manager.put("/api/settings/do-not-call/12", { reason: "No" })).body).toMatchObject({
      code: "not_a_number",
    });
    expect((await manager.delete(path)).status).toBe(200);
    expect((await manager.delete(path)).status).toBe(404);
    expect((await place({ to: "+15550124777" })).status).toBe(200);
    expect(await audits("do-not-call:+15550124777")).toEqual([
      "setting.do_not_call_added",
      "setting.do_not_call_changed",
      "setting.do_not_call_removed",
    ]);
  });

  it("somebody who is no lead and says so on the phone is on the list with the wrap-up, once", async () => {
    const { callId, leg } = await ringing({ to: NO_LEAD });
    await house.outsider(leg.callSid, "answer");
    await untilEntry(callId, "in_conversation");
    await client(agent).post(`/api/calls/${callId}/end`);
    const wrapUp = (finish: boolean) =>
      client(agent).post(`/api/calls/${callId}/wrap-up`, { disposition: "do_not_call", finish });
    expect((await wrapUp(false)).status).toBe(200);
    expect((await wrapUp(true)).body).toMatchObject({ state: "done" });
    expect(await calls.db.doNotCall.findMany()).toMatchObject([{ number: NO_LEAD, addedBy: agent.email }]);
    expect(await audits(`do-not-call:${NO_LEAD}`)).toEqual(["setting.do_not_call_added"]);
    expect((await place({ to: NO_LEAD })).body).toMatchObject({ code: "do_not_call" });
    await calls.db.doNotCall.deleteMany();
  });

  it("a number is shown while the house shows it: gone from the list, it is nobody's default any more", async () => {
    const manager = client(await createManager(calls.db));
    const path = "/api/settings/caller-ids/+15550100778";
    expect((await client(agent).put(path, { label: "Sales" })).status).toBe(403);
    for (const label of ["Sale", "Sales", "Sales"]) await manager.put(path, { label });
    const listed = async () =>
      (await client(agent).get<{ callerIds: object[] }>("/api/calls/caller-ids")).body.callerIds;
    expect(await listed()).toContainEqual({ number: "+15550100778", label: "Sales" });
    const mine = { where: { id: agent.agentId } };
    await calls.db.agent.update({ ...mine, data: { callerId: "+15550100778" } });
    await calls.db.callQueue.updateMany({ data: { callerId: "+15550100778" } });
    const shownOf = async (body: object) => {
      const { callId } = (await place(body)).body;
      const from = (await entryOfCall(callId)).call.fromNumber;
      await client(agent).post(`/api/calls/${callId}/end`);
      return from;
    };
    expect(await shownOf({ to: CUSTOMER })).toBe("+15550100778");
    await calls.db.agent.update({ ...mine, data: { callerId: null } });
    expect(await shownOf({ to: CUSTOMER })).toBe("+15550100778");
    expect((await manager.delete(path)).status).toBe(200);
    expect((await manager.delete(path)).status).toBe(404);
    expect(await shownOf({ to: CUSTOMER })).toBe("+15550100000");
    expect(await audits("caller-id:+15550100778")).toEqual([
      "setting.caller_id_added",
      "setting.caller_id_changed",
      "setting.caller_id_removed",
    ]);
  });
});
