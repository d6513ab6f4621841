import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { entryOf, path, untilState } from "../../support/calls/call-state";
import { callHouse } from "../../support/calls/call-house";
import { eventually } from "../../support/carrier/carrier-house";
import { postWebhook } from "../../support/calls/signed-webhook";
import { createLead } from "../../support/factories/leads";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createAdmin } from "../../support/factories/users";
import { client, type SignedInAs } from "../../support/http";

const calls = callHouse();
const { house } = calls;
let admin: SignedInAs;
let queueId: string;
let agent: Awaited<ReturnType<typeof createReadyAgent>>;

const enhanced = (enabled: boolean) => client(admin).put("/api/flags/FEATURE_ENHANCED_QUEUE", { enabled });

beforeAll(async () => {
  admin = await createAdmin(calls.db);
});

beforeEach(async () => {
  await house.quiet();
  await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(calls.db, { ringTimeoutSeconds: 30 });
  agent = await createReadyAgent(calls.db, queueId);
  house.register(agent.agentId);
  await enhanced(false);
});

/** A softphone's leg that answered asks whether it is wanted. */
async function legAnswers(offerId: string, CallSid: string): Promise<string> {
  const baseUrl = house.container.env.PUBLIC_BASE_URL;
  const params = { CallSid, CallStatus: "in-progress" };
  return (await postWebhook(`/api/webhooks/twilio/legacy-leg?offer=${offerId}`, params, { baseUrl })).body;
}

const slots = () => calls.db.agentCallSlot.count({ where: { agentId: agent.agentId } });

describe("a call without a queue", () => {
  it("rings one agent from the caller's own line, is spoken, ended by the agent, and wrapped up", async () => {
    const leadId = await createLead(calls.db, { phone: "+15550108801" });
    const callSid = await house.callIn("+15550108801");
    const ringing = await house.rings(agent.agentId);
    const offered = await untilState(calls.db, callSid, "offered");
    expect(offered.call).toMatchObject({ flow: "legacy", arms: { FEATURE_ENHANCED_QUEUE: false } });
    expect(ringing.invite.params).toMatchObject({ callId: offered.callId, offerId: offered.offers[0]?.id });
    expect(offered.offers[0]?.explanation).toMatchObject({ flow: "legacy", chosen: agent.agentId });
    expect(await slots()).toBe(1);

    ringing.answer();
    const talking = await untilState(calls.db, callSid, "in_conversation");
    expect(talking.call.agentId).toBe(agent.agentId);
    // The leg may ask again; another one, under the same offer, is hung up.
    const offerId = talking.offers[0]?.id ?? "";
    expect(await legAnswers(offerId, ringing.invite.callSid)).not.toContain("Hangup");
    expect(await legAnswers(offerId, `CA${"0".repeat(32)}`)).toContain("<Hangup/>");
    expect(await house.log()).not.toContainEqual(
      expect.objectContaining({ url: expect.stringContaining("queue-hold") }),
    );

    const ended = await client(agent).post(`/api/calls/${talking.callId}/end`);
    expect(ended).toMatchObject({ status: 200, body: { state: "wrap_up" } });
    await house.untilCarrier(callSid, "ended");
    await client(agent).post(`/api/calls/${talking.callId}/wrap-up`, { disposition: "contacted" });
    const done = await untilState(calls.db, callSid, "done");
    expect(path(done)).toEqual(["waiting", "offered", "connecting", "in_conversation", "wrap_up", "done"]);
    expect(await slots()).toBe(0);
    const activities = await calls.db.leadActivity.findMany({ where: { leadId, type: "call" } });
    expect(activities).toMatchObject([{ data: { outcome: "answered", agent: agent.email } }]);
  });

  it("is recorded as its queue says: told before it rings, paused and gone on with by its agent", async () => {
    await calls.db.callQueue.update({ where: { id: queueId }, data: { recording: "announced", language: "de-DE" } });
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    const { heard } = await house.view(callSid);
    expect(heard[0]).toMatch(/^say: Dieses Gespräch wird aufgezeichnet/);
    ringing.answer();
    const { callId } = await untilState(calls.db, callSid, "in_conversation");
    const row = () => calls.db.callRecording.findFirstOrThrow({ where: { callId } });
    await expect.poll(async () => (await row()).status).toBe("recording");
    const record = (action: string) => client(agent).post<object>(`/api/calls/${callId}/recording`, { action });
    expect(await record("pause")).toMatchObject({ status: 200, body: { recording: "pausing" } });
    await expect.poll(async () => (await row()).status).toBe("paused");
    expect(await record("resume")).toMatchObject({ status: 200 });
    await expect.poll(async () => (await row()).status).toBe("recording");
    // What needs a conference is still refused.
    expect((await client(agent).post(`/api/calls/${callId}/hold`)).status).toBe(409);
    await house.hangUp(callSid);
    await expect.poll(async () => (await row()).status).toBe("completed");
    expect(await row()).toMatchObject({ recordingSid: expect.stringMatching(/^RE/) });

    // Nobody answers: nothing was recorded, and nothing is left to wait for.
    await client(agent).post(`/api/calls/${callId}/wrap-up`, {});
    const second = await house.callIn();
    (await house.rings(agent.agentId, 1)).reject();
    const entry = await untilState(calls.db, second, "voicemail");
    expect(await calls.db.callRecording.count({ where: { callId: entry.callId } })).toBe(0);
  });

  it("finds out by itself that its recording was ready, when nobody told", async () => {
    await calls.db.callQueue.update({ where: { id: queueId }, data: { recording: "announced" } });
    await house.faults({ webhooks: { path: "/recording", drop: true, times: 9 } });
    const callSid = await house.callIn();
    (await house.rings(agent.agentId)).answer();
    const { callId } = await untilState(calls.db, callSid, "in_conversation");
    await house.hangUp(callSid);
    await untilState(calls.db, callSid, "wrap_up");
    const long = new Date(Date.now() - 120_000);
    await calls.db.callRecording.updateMany({ where: { callId }, data: { startedAt: long } });
    await calls.db.call.update({ where: { id: callId }, data: { endedAt: long } });
    expect(await house.container.recordingLine.settle()).toBe(1);
    const row = await calls.db.callRecording.findFirstOrThrow({ where: { callId } });
    expect(row).toMatchObject({ status: "completed", recordingSid: expect.stringMatching(/^RE/) });
    await house.faults({ clear: true });
  });

  it("is over for both when the agent hangs up their phone", async () => {
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    ringing.answer();
    await untilState(calls.db, callSid, "in_conversation");
    ringing.hangUpHere();
    const entry = await untilState(calls.db, callSid, "wrap_up");
    expect(entry.call.endedBy).toBe("agent");
    await house.untilCarrier(callSid, "ended");
  });

  it("goes to voicemail when the agent declines, and keeps where the message is", async () => {
    const callSid = await house.callIn();
    (await house.rings(agent.agentId)).reject();
    const entry = await untilState(calls.db, callSid, "voicemail");
    expect(entry.offers.map((offer) => offer.status)).toEqual(["declined"]);
    expect(await slots()).toBe(0);
    await expect.poll(async () => (await house.view(callSid)).heard.join(" | ")).toMatch(/leave a message.*\| beep/);
    await house.hangUp(callSid);
    const message = await eventually(
      () => calls.db.voicemail.findFirst({ where: { call: { callSid } } }),
      "the message is kept",
    );
    expect(message).toMatchObject({ url: expect.stringMatching(/\/Recordings\/RE/), heardAt: null });
    expect((await entryOf(calls.db, callSid))?.state).toBe("voicemail");
  });

  it("counts a ring that nobody answered, and does not try another agent", async () => {
    await calls.db.callQueue.update({ where: { id: queueId }, data: { ringTimeoutSeconds: 1 } });
    const other = await createReadyAgent(calls.db, queueId);
    await calls.db.agentSession.update({ where: { id: other.sessionId }, data: { status: "away" } });
    const callSid = await house.callIn();
    await house.rings(agent.agentId);
    await calls.db.agentSession.update({ where: { id: other.sessionId }, data: { status: "available" } });
    const entry = await untilState(calls.db, callSid, "voicemail");
    expect(entry.offers.map((offer) => [offer.agentId, offer.status])).toEqual([[agent.agentId, "missed"]]);
    const session = await calls.db.agentSession.findUniqueOrThrow({ where: { id: agent.sessionId } });
    expect(session.missedRings).toBe(1);
  });

  it("frees the agent when the caller hangs up while it rings", async () => {
    const callSid = await house.callIn();
    await house.rings(agent.agentId);
    await house.hangUp(callSid);
    const entry = await untilState(calls.db, callSid, ["abandoned", "short_abandoned"]);
    // Withdrawn with the caller, or ended by the phone that fell silent: whichever is told first.
    expect(entry.offers.map(({ status }) => status)).toEqual([expect.stringMatching(/^(cancelled|failed)$/)]);
    expect(await slots()).toBe(0);
    const session = await calls.db.agentSession.findUniqueOrThrow({ where: { id: agent.sessionId } });
    expect(session).toMatchObject({ status: "available", missedRings: 0 });
  });
});

describe("both flows at once", () => {
  it("never book an agent twice: the second caller finds nobody, the third waits", async () => {
    const first = await house.callIn("+15550108811");
    await house.rings(agent.agentId);
    const second = await house.callIn("+15550108812");
    await untilState(calls.db, second, "voicemail");
    await enhanced(true);
    const third = await house.callIn("+15550108813");
    await untilState(calls.db, third, "waiting");
    await house.container.dispatcher.run();
    expect(await slots()).toBe(1);
    expect((await entryOf(calls.db, third))?.state).toBe("waiting");
    await house.hangUp(first);
    const served = await untilState(calls.db, third, "offered");
    expect(served.call.flow).toBe("enhanced");
  });

  it("never book an agent twice (law 1) when callers come at once, nor ask somebody whose account is closed", async () => {
    const { db } = calls;
    const callers = await Promise.all(Array.from({ length: 8 }, (_, n) => house.callIn(`+1555010883${n}`)));
    const entries = await Promise.all(callers.map((callSid) => untilState(db, callSid, ["offered", "voicemail"])));
    expect(entries.filter(({ state }) => state === "offered")).toHaveLength(1);
    expect(entries.flatMap(({ offers }) => offers)).toHaveLength(1);
    expect(await slots()).toBe(1);
    await house.quiet();
    await db.agentCallSlot.deleteMany({ where: { agentId: agent.agentId } });
    await db.user.update({ where: { id: agent.userId }, data: { disabledAt: new Date() } });
    const { offers } = await untilState(db, await house.callIn("+15550108840"), "voicemail");
    expect(offers).toEqual([]);
  });

  it("leave a call in the flow it began with, whatever is switched meanwhile", async () => {
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    await enhanced(true);
    ringing.reject();
    await untilState(calls.db, callSid, "voicemail");
  });
});

describe("when the carrier's word is lost", () => {
  it("an offer that ran out sends the caller to voicemail as soon as the line asks, and the agent is free", async () => {
    const callSid = await house.callIn();
    const ringing = await house.rings(agent.agentId);
    const { offers, id } = await untilState(calls.db, callSid, "offered");
    await calls.db.callOffer.update({ where: { id: offers[0]?.id ?? "" }, data: { expiresAt: new Date(0) } });
    // Too late: the agent's answer finds the offer over.
    ringing.answer();
    await untilState(calls.db, callSid, "voicemail");
    expect(await slots()).toBe(0);
    await expect.poll(async () => (await house.view(callSid)).heard.join(" | ")).toMatch(/leave a message/);
    expect((await calls.db.queuedCall.findUniqueOrThrow({ where: { id } })).agentId).toBeNull();
  });

  it("an agent's leg found gone ends the conversation; the caller is not put into a queue", async () => {
    const callSid = await house.callIn();
    (await house.rings(agent.agentId)).answer();
    const talking = await untilState(calls.db, callSid, "in_conversation");
    await calls.db.queuedCall.update({ where: { id: talking.id }, data: { lastSeenAt: new Date(0) } });
    await house.container.reconciler.reconcile();
    expect((await entryOf(calls.db, callSid))?.state).toBe("in_conversation");
    await calls.db.callOffer.updateMany({ where: { queuedCallId: talking.id }, data: { agentCallSid: "CAgone" } });
    await calls.db.queuedCall.update({
      where: { id: talking.id },
      data: { agentCallSid: "CAgone", lastSeenAt: new Date(0) },
    });
    await house.container.reconciler.reconcile();
    const ended = await untilState(calls.db, callSid, "wrap_up");
    expect(path(ended)).not.toContain("failed");
    expect(path(ended).filter((state) => state === "waiting")).toHaveLength(1);
  });
});
