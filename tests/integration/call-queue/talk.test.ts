import { beforeEach, describe, expect, it } from "vitest";
import { entryOf, untilState } from "../../support/calls/call-state";
import { callHouse } from "../../support/calls/call-house";
import { eventually } from "../../support/carrier/carrier-house";
import { postWebhook } from "../../support/calls/signed-webhook";
import { createQueue } from "../../support/factories/queues";
import { createUser, type TestUser } from "../../support/factories/users";
import { newId } from "@/lib/ids";
import { supervisorIdentity } from "@/modules/twilio-voice/domain/client-identity";
import { client } from "../../support/http";
import { type Agent, OUTSIDE, TalkWorld } from "./talk-world";

const calls = callHouse();
const { house } = calls;
const world = new TalkWorld(calls);
const { talk, askIn, untilHeard, untilSlots } = world;
let agent: Agent;
let other: Agent;

beforeEach(() => {
  ({ agent, other } = world);
});

describe("hold", () => {
  it("the caller hears music and nobody, the agent nobody; again is harmless; then they talk on", async () => {
    const call = await talk();
    expect((await call.post("hold", undefined, other)).status).toBe(403);
    expect((await call.post("hold")).body).toMatchObject({ state: "in_conversation" });
    expect((await call.post("hold")).status).toBe(200);
    await untilHeard(call.callSid, []);
    await untilHeard(call.leg, [call.leg]);
    await expect
      .poll(async () => (await house.view(call.callSid)).heard.at(-1))
      .toMatch(/^play: .*hold-music-\d\.wav$/);
    const shown = await client(agent).get<{ calls: object[] }>("/api/calls/current");
    expect(shown.body.calls).toMatchObject([{ heldSince: expect.any(String), participants: [] }]);
    expect((await call.post("resume")).status).toBe(200);
    await untilHeard(call.callSid, [call.callSid, call.leg]);
    const reasons = (await entryOf(calls.db, call.callSid))?.events.map(({ reason }) => reason);
    expect(reasons?.filter((reason) => reason === "held" || reason === "resumed")).toEqual(["held", "resumed"]);
    await house.hangUp(call.callSid);
    expect((await untilState(calls.db, call.callSid, "wrap_up")).heldSince).toBeNull();
    expect(await call.post("hold")).toMatchObject({ status: 409, body: { code: "no_conversation" } });

    const end = async () => (await entryOf(calls.db, call.callSid))?.wrapUpEndsAt?.getTime() ?? 0;
    const before = await end();
    expect((await call.post("wrap-up/extend", undefined, other)).status).toBe(403);
    expect((await call.post("wrap-up/extend")).status).toBe(200);
    expect((await end()) - before).toBe(60_000);
    await call.post("wrap-up/extend");
    expect(await call.post("wrap-up/extend")).toMatchObject({ status: 409, body: { code: "no_extension_left" } });
  });

  it("two orders that overtake each other leave the caller as was wanted last", async () => {
    const call = await talk();
    await house.faults({ rest: { path: "/Participants/", method: "POST", delayMs: 400 } });
    await call.post("hold");
    await call.post("resume");
    await house.container.carrierCommands.drain();
    await untilHeard(call.callSid, [call.callSid, call.leg]);
  });
});

describe("consulting", () => {
  it("two talk while the caller hears music; they swap, all three meet, one goes; each holds a slot", async () => {
    const call = await talk();
    const phone = await askIn(call);
    await untilSlots(call.entryId, [
      [agent, true],
      [other, false],
    ]);
    const shown = () => client(other).get<{ calls: object[] }>("/api/calls/current");
    expect((await shown()).body.calls).toMatchObject([{ callId: call.callId, role: "guest", state: "offered" }]);
    await untilHeard(call.callSid, []);
    expect(await call.post("resume")).toMatchObject({ status: 409, body: { code: "ringing" } });
    phone.answer();
    const third = phone.invite.callSid;
    await untilHeard(third, [call.leg, third]);
    expect((await shown()).body.calls).toMatchObject([{ role: "guest", state: "in_conversation" }]);
    expect(await call.post("resume")).toMatchObject({ status: 409, body: { code: "consulting" } });
    expect(await call.post("consult", { number: OUTSIDE })).toMatchObject({ body: { code: "third_in_call" } });

    await call.post("swap");
    await untilHeard(call.callSid, [call.callSid, call.leg]);
    await untilHeard(third, []);
    await call.post("swap");
    await untilHeard(third, [call.leg, third]);
    await call.post("merge");
    expect((await call.post("merge")).status).toBe(200);
    await untilHeard(call.callSid, [call.callSid, call.leg, third]);
    // A word aside with each, and all together once more.
    await call.post("swap");
    await untilHeard(third, [call.leg, third]);
    await untilHeard(call.callSid, []);
    await call.post("swap");
    await untilHeard(third, []);
    await call.post("merge");
    await untilHeard(call.callSid, [call.callSid, call.leg, third]);

    const [participant] = await calls.db.callParticipant.findMany({ where: { queuedCallId: call.entryId } });
    const drop = () => client(agent).delete(`/api/calls/${call.callId}/participants/${participant?.id ?? ""}`);
    expect((await drop()).status).toBe(200);
    expect((await drop()).status).toBe(200);
    await untilHeard(call.callSid, [call.callSid, call.leg]);
    await untilSlots(call.entryId, [[agent, true]]);
    expect(phone.hungUp).toBe(true);
  });

  it("who is let go before the carrier has begun to ring them is not rung on; answering later leads nowhere", async () => {
    const call = await talk();
    const rung = house.devices.rung.length;
    await house.faults({ rest: { path: "/Calls.json", method: "POST", delayMs: 600 } });
    await call.post("consult", { agent: other.email });
    const [asked] = await calls.db.callParticipant.findMany({ where: { queuedCallId: call.entryId } });
    const participantId = asked?.id ?? "";
    await client(agent).delete(`/api/calls/${call.callId}/participants/${participantId}`);
    const late = await eventually(() => house.devices.rung[rung], "the late ring");
    await expect.poll(() => late.cancelled).toBe(true);
    const path = `/api/webhooks/twilio/participant?participant=${participantId}`;
    const baseUrl = house.container.env.PUBLIC_BASE_URL;
    const answer = await postWebhook(path, { CallSid: late.invite.callSid, CallStatus: "in-progress" }, { baseUrl });
    expect(answer.body).toMatch(/<Response><Hangup\/><\/Response>$/);
    await untilHeard(call.callSid, [call.callSid, call.leg]);
    await untilSlots(call.entryId, [[agent, true]]);
  });

  it("completes: the one who was asked owns the call, the agent is free at once", async () => {
    const call = await talk();
    const phone = await askIn(call);
    phone.answer();
    const third = phone.invite.callSid;
    await untilHeard(third, [call.leg, third]);
    expect(await call.post("transfer", {})).toMatchObject({ status: 200, body: { state: "in_conversation" } });
    await untilHeard(call.callSid, [call.callSid, third]);
    await untilSlots(call.entryId, [[other, true]]);
    expect(call.phone.hungUp).toBe(true);
    expect((await call.post("hold")).status).toBe(403);
    expect((await call.post("hold", undefined, other)).status).toBe(200);
    expect((await call.post("end", undefined, other)).body).toMatchObject({ state: "wrap_up" });
    const ended = await untilState(calls.db, call.callSid, "wrap_up");
    expect(ended.call).toMatchObject({ agentId: other.agentId, endedBy: "agent" });
    await untilSlots(call.entryId, [[other, true]]);
  });

  it.each([
    [
      "declines in the app",
      async (_phone: unknown, post: Awaited<ReturnType<typeof talk>>["post"]) => {
        await post("decline", undefined, other);
      },
    ],
    [
      "declines on the phone",
      async (phone: { reject(): void }) => {
        phone.reject();
        await Promise.resolve();
      },
    ],
    [
      "does not answer, and no callback comes",
      async () => {
        await house.faults({ webhooks: { path: "/participant", drop: true, times: 20 } });
        await calls.db.callParticipant.updateMany({ data: { expiresAt: new Date(0) } });
        await house.container.queueProcessor.expireOffers({ type: "system", id: undefined, label: "test" });
      },
    ],
  ])("who %s leaves the caller with the agent, and their own slot free", async (_name, refuse) => {
    const call = await talk();
    const phone = await askIn(call);
    await untilHeard(call.callSid, []);
    await refuse(phone, call.post);
    await untilHeard(call.callSid, [call.callSid, call.leg]);
    await untilSlots(call.entryId, [[agent, true]]);
    expect((await entryOf(calls.db, call.callSid))?.state).toBe("in_conversation");
  });

  it("nobody who is busy, on a break or gone can be asked in, nor oneself", async () => {
    const call = await talk();
    expect(await call.post("consult", { agent: agent.email })).toMatchObject({ body: { code: "own_call" } });
    expect(await call.post("consult", { agent: "nobody@evenhand.test" })).toMatchObject({ status: 404 });
    await calls.db.agentSession.update({ where: { id: other.sessionId }, data: { status: "break" } });
    expect(await call.post("consult", { agent: other.email })).toMatchObject({ body: { code: "agent_not_free" } });
    await untilSlots(call.entryId, [[agent, true]]);
    expect((await entryOf(calls.db, call.callSid))?.heldSince).toBeNull();
  });
});

describe("giving the call away", () => {
  it("to an agent: theirs as soon as they answer", async () => {
    const call = await talk();
    await call.post("transfer", { agent: other.agentId });
    const phone = await house.rings(other.agentId);
    phone.answer();
    await untilHeard(call.callSid, [call.callSid, phone.invite.callSid]);
    await untilSlots(call.entryId, [[other, true]]);
    await expect.poll(() => call.phone.hungUp).toBe(true);
  });

  it("to a number: wrap-up begins, the two talk on, and the call ends when they do", async () => {
    const call = await talk();
    await call.post("transfer", { number: OUTSIDE });
    const outside = await house.outsideLeg(OUTSIDE);
    await house.outsider(outside.callSid, "answer");
    await untilState(calls.db, call.callSid, "wrap_up");
    await untilHeard(call.callSid, [call.callSid, outside.callSid]);
    expect((await entryOf(calls.db, call.callSid))?.call.endedAt).toBeNull();
    expect((await call.post("wrap-up", { note: "Passed on." })).body).toMatchObject({ state: "done" });
    await house.hangUp(outside.callSid);
    await house.untilCarrier(call.callSid, "ended");
    await expect.poll(async () => (await entryOf(calls.db, call.callSid))?.call.endedAt).not.toBeNull();
  });

  it("to a number that is not answered: back with the agent", async () => {
    const call = await talk();
    await call.post("transfer", { number: OUTSIDE });
    await house.outsider((await house.outsideLeg(OUTSIDE)).callSid, "decline");
    await untilHeard(call.callSid, [call.callSid, call.leg]);
  });

  it("to a queue: in line there at the place of their arrival, told so, the agent free", async () => {
    const call = await talk();
    const before = await entryOf(calls.db, call.callSid);
    const target = await createQueue(calls.db);
    expect((await call.post("transfer", { queue: target })).body).toMatchObject({ state: "waiting" });
    await house.untilCarrier(call.callSid, "in_queue");
    const entry = await entryOf(calls.db, call.callSid);
    expect(entry).toMatchObject({ queueId: target, state: "waiting", agentId: null, orderKey: before?.orderKey });
    expect((await house.view(call.callSid)).heard).toContain("say: We are passing you on. Please stay with us.");
    await untilSlots(call.entryId, []);
    await expect.poll(() => call.phone.hungUp).toBe(true);
    // By an order of its own: a conference that goes on for any reason does not keep the agent.
    const payload = { path: ["callSid"], equals: call.leg };
    expect(await calls.db.carrierCommand.count({ where: { kind: "end_leg", payload } })).toBeGreaterThan(0);
    const { lastCallEndedAt } = await calls.db.agent.findUniqueOrThrow({ where: { id: agent.agentId } });
    expect(lastCallEndedAt).toBeInstanceOf(Date);
  });
});

describe("a supervisor", () => {
  /** Their browser dials in as the participant they were let in as. */
  function dialIn(supervisor: TestUser, participantId: string) {
    const callSid = `CA${newId().replaceAll("-", "")}`;
    const applicationSid = `AP${"0".repeat(32)}`;
    const from = `client:${supervisorIdentity(supervisor.userId)}`;
    const browser = house.devices.dialFrom({ callSid, from, to: undefined, params: { participantId }, applicationSid });
    return { callSid, ...browser };
  }

  it("listens, whispers to the agent, speaks with both, and goes; nobody else gets in under their name", async () => {
    const call = await talk();
    const [manager, stranger] = [
      await createUser(calls.db, { role: "manager" }),
      await createUser(calls.db, { role: "manager" }),
    ];
    const supervise = (mode: string) =>
      client(manager).post<{ participantId: string }>(`/api/calls/${call.callId}/monitor`, { mode });
    expect((await call.post("monitor", { mode: "barge" })).status).toBe(403);
    const { participantId } = (await supervise("monitor")).body;
    const intruder = dialIn(stranger, participantId);
    await expect.poll(() => intruder.told).toContain("hangup");
    const { callSid: ear, told } = dialIn(manager, participantId);
    await untilHeard(ear, [call.callSid, call.leg, ear]);
    expect(house.media.legs.get(ear)).toMatchObject({ muted: true, coaching: null });

    expect((await supervise("whisper")).body).toMatchObject({ participantId });
    await expect.poll(() => house.media.legs.get(ear)).toMatchObject({ muted: false, coaching: { callSid: call.leg } });
    await supervise("barge");
    await expect.poll(() => house.media.legs.get(ear)).toMatchObject({ muted: false, coaching: null });
    const leave = () => client(manager).delete(`/api/calls/${call.callId}/monitor`);
    expect((await leave()).status).toBe(200);
    expect((await leave()).status).toBe(200);
    await expect.poll(() => told).toContain("hangup");
    await untilHeard(call.callSid, [call.callSid, call.leg]);
    const audited = await calls.db.auditEntry.count({ where: { action: "call.supervised", entityId: call.callId } });
    expect(audited).toBe(3);
  });

  it("coaches the new owner after a transfer, and goes with the call", async () => {
    const call = await talk();
    const manager = await createUser(calls.db, { role: "manager" });
    const letIn = await client(manager).post<{ participantId: string }>(`/api/calls/${call.callId}/monitor`, {
      mode: "whisper",
    });
    const { callSid: ear, told } = dialIn(manager, letIn.body.participantId);
    await untilHeard(ear, [call.callSid, call.leg, ear]);
    await call.post("transfer", { agent: other.email });
    const phone = await house.rings(other.agentId);
    phone.answer();
    await expect.poll(() => house.media.legs.get(ear)?.coaching).toBe(house.media.legs.get(phone.invite.callSid));
    await house.hangUp(call.callSid);
    await expect.poll(() => told).toContain("hangup");
  });

  it("is let out when the call is given to a number outside, whose talk is nobody's to hear", async () => {
    const call = await talk();
    const manager = await createUser(calls.db, { role: "manager" });
    const path = `/api/calls/${call.callId}/monitor`;
    const { participantId } = (await client(manager).post<{ participantId: string }>(path, { mode: "monitor" })).body;
    const { callSid: ear, told } = dialIn(manager, participantId);
    await untilHeard(ear, [call.callSid, call.leg, ear]);
    await call.post("transfer", { number: OUTSIDE });
    const outside = await house.outsideLeg(OUTSIDE);
    await house.outsider(outside.callSid, "answer");
    await untilHeard(call.callSid, [call.callSid, outside.callSid]);
    await expect.poll(() => told).toContain("hangup");
  });

  it("who takes calls as well listens with one of their own slots, and not to their own call", async () => {
    const call = await talk();
    for (const { userId } of [agent, other]) {
      await calls.db.user.update({ where: { id: userId }, data: { role: "manager" } });
    }
    const monitor = (as: Agent) => call.post("monitor", { mode: "monitor" }, as);
    expect(await monitor(agent)).toMatchObject({ status: 422, body: { code: "own_call" } });
    expect((await monitor(other)).status).toBe(200);
    await untilSlots(call.entryId, [
      [agent, true],
      [other, false],
    ]);
    expect((await client(other).delete(`/api/calls/${call.callId}/monitor`)).status).toBe(200);
    await untilSlots(call.entryId, [[agent, true]]);
  });
});
