import { beforeEach, describe, expect, it } from "vitest";
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
  await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(calls.db, { wrapUpSeconds: 30 });
  agent = await createReadyAgent(calls.db, queueId);
  house.register(agent.agentId);
});

describe("a call, from the first ring to the lead's timeline", () => {
  it("reaches a ready agent, is spoken, ended and wrapped up", async () => {
    const leadId = await createLead(calls.db, { phone: "+15550107777", name: "Ada" });
    const callSid = await house.callIn("+15550107777");
    const ringing = await house.rings(agent.agentId);
    expect(ringing.invite.params).toMatchObject({ callId: expect.any(String), offerId: expect.any(String) });

    const shown = await client(agent).get<{ calls: { state: string; lead: { name: string } }[] }>("/api/calls/current");
    expect(shown.body.calls).toMatchObject([{ state: "offered", lead: { name: "Ada" } }]);

    ringing.answer();
    const talking = await untilState(calls.db, callSid, "in_conversation");
    expect(path(talking)).toEqual(["waiting", "offered", "connecting", "in_conversation"]);
    expect((await house.untilCarrier(callSid, "in_conference")).conference).toBe(talking.offers[0]?.id);
    expect(talking.call.agentId).toBe(agent.agentId);

    const ended = await client(agent).post(`/api/calls/${talking.callId}/end`);
    expect(ended).toMatchObject({ status: 200, body: { state: "wrap_up" } });
    await house.untilCarrier(callSid, "ended");

    const wrapped = await client(agent).post(`/api/calls/${talking.callId}/wrap-up`, {
      disposition: "interested",
      note: "Wants the blue one.",
    });
    expect(wrapped).toMatchObject({ status: 200, body: { state: "done" } });
    const done = await untilState(calls.db, callSid, "done");
    expect(done.call).toMatchObject({ endedBy: "agent", dispositionCode: "interested", note: "Wants the blue one." });
    expect(done.slot).toBeNull();

    const lead = await calls.db.lead.findUniqueOrThrow({ where: { id: leadId } });
    expect(lead.dispositionCode).toBe("interested");
    const activities = await calls.db.leadActivity.findMany({ where: { leadId }, orderBy: { id: "asc" } });
    expect(activities.map((activity) => activity.type)).toEqual(["call", "disposition"]);
    expect(activities[0]?.data).toMatchObject({ outcome: "answered", disposition: "interested", agent: agent.email });
  });

  it.each([
    { whose: "its own agent's", phone: "+15550107701", ends: true },
    { whose: "another agent's", phone: "+15550107702", ends: false },
  ])("when it begins, is work on $whose lead: the return timer ends ($ends)", async ({ phone, ends }) => {
    const other = await createReadyAgent(calls.db, queueId);
    await calls.db.agentSession.update({ where: { id: other.sessionId }, data: { status: "away" } });
    const id = await createLead(calls.db, { phone, assignedTo: ends ? agent.agentId : other.agentId });
    const due = new Date(Date.now() + 3_600_000);
    await calls.db.lead.update({ where: { id }, data: { returnDueAt: due } });
    const callSid = await house.callIn(phone);
    (await house.rings(agent.agentId)).answer();
    const { callId } = await untilState(calls.db, callSid, "in_conversation");
    const during = await calls.db.lead.findUniqueOrThrow({ where: { id } });
    expect(during.firstTouchedAt).not.toBeNull();
    expect(during).toMatchObject({
      touchedAt: ends ? during.firstTouchedAt : null,
      returnDueAt: ends ? null : due,
      version: 1,
    });
    await client(agent).post(`/api/calls/${callId}/end`);
    await client(agent).post(`/api/calls/${callId}/wrap-up`, { disposition: "contacted" });
    await untilState(calls.db, callSid, "done");
    const after = await calls.db.lead.findUniqueOrThrow({ where: { id } });
    expect(after).toMatchObject({ dispositionCode: "contacted", returnDueAt: ends ? null : due });
  });

  it("hears where it stands, then music, while nobody is free", async () => {
    await calls.db.agentSession.update({ where: { id: agent.sessionId }, data: { status: "away" } });
    const callSid = await house.callIn();
    await untilState(calls.db, callSid, "waiting");
    await expect
      .poll(async () => (await house.view(callSid)).heard.join(" | "))
      .toMatch(/Welcome\..*You are first in line\..*hold-music-1\.wav/);
    await calls.db.agentSession.update({ where: { id: agent.sessionId }, data: { status: "available" } });
    house.container.dispatcher.wake();
    await house.rings(agent.agentId);
  });

  it("goes to the next agent when one declines, and not to the first again", async () => {
    const other = await createReadyAgent(calls.db, queueId);
    house.register(other.agentId);
    await calls.db.agentSession.update({ where: { id: other.sessionId }, data: { status: "away" } });
    const callSid = await house.callIn();
    const first = await house.rings(agent.agentId);
    await calls.db.agentSession.update({ where: { id: other.sessionId }, data: { status: "available" } });
    first.reject();
    await house.rings(other.agentId);
    const entry = await untilState(calls.db, callSid, "offered");
    expect(entry.offers.map((offer) => [offer.agentId, offer.status])).toEqual([
      [agent.agentId, "declined"],
      [other.agentId, "open"],
    ]);
  });

  it("sets an agent to away after two rings that nobody answered", async () => {
    await calls.db.callQueue.update({ where: { id: queueId }, data: { ringTimeoutSeconds: 1 } });
    const callSid = await house.callIn();
    await house.rings(agent.agentId, 1);
    await expect
      .poll(async () => (await calls.db.agentSession.findUniqueOrThrow({ where: { id: agent.sessionId } })).status)
      .toBe("away");
    const entry = await entryOf(calls.db, callSid);
    expect(entry?.offers.map((offer) => offer.status)).toEqual(["missed", "missed"]);
    expect(entry?.state).toBe("waiting");
  });
});
