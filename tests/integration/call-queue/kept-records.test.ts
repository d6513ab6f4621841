import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { systemActor } from "@/lib/principal";
import { setClock } from "../../support/clock";
import { createLead } from "../../support/factories/leads";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createAdmin, createUser, type TestUser } from "../../support/factories/users";
import { client } from "../../support/http";
import { testHouse } from "../../support/test-house";

/** Messages, recordings and abandoned callers over rows alone: who sees and hears what, and how long it is kept. */
/** Its carrier is nowhere. */
const house = testHouse({ overrides: { TWILIO_API_BASE_URL: "http://127.0.0.1:1" } });
const DAY = 86_400_000;
const ago = (ms: number) => new Date(Date.now() - ms);
type Agent = Awaited<ReturnType<typeof createReadyAgent>>;
let queueId: string;
let agent: Agent;
let other: Agent;
let manager: TestUser;
let nextNumber = 0;
const number = () => `+1555018${String((nextNumber += 1)).padStart(4, "0")}`;

beforeAll(async () => {
  manager = await createUser(house.db, { role: "manager" });
});

beforeEach(async () => {
  await setClock(house.db, 0);
  queueId = await createQueue(house.db);
  agent = await createReadyAgent(house.db, queueId);
  other = await createReadyAgent(house.db, await createQueue(house.db));
});

interface PastCall {
  from?: string;
  to?: string;
  direction?: "inbound" | "outbound";
  state?: "abandoned" | "done" | "voicemail";
  startedAt?: Date;
  answeredAt?: Date;
  agentId?: string;
  leadId?: string;
}

async function pastCall(call: PastCall = {}): Promise<string> {
  const [callId, id] = [newId(), newId()];
  const { from = number(), to = "+15550100000", direction = "inbound", state = "done", startedAt = ago(60_000) } = call;
  await house.db.call.create({
    data: {
      id: callId,
      callSid: `CA${id.replaceAll("-", "")}`,
      direction,
      fromNumber: from,
      toNumber: to,
      carrierStatus: "completed",
      startedAt,
      endedAt: new Date(startedAt.getTime() + 30_000),
      answeredAt: call.answeredAt ?? null,
      agentId: call.agentId ?? null,
      leadId: call.leadId ?? null,
    },
  });
  await house.db.queuedCall.create({ data: { id, callId, queueId, state, enqueuedAt: startedAt } });
  return callId;
}

async function message(
  data: { assignedAgent?: string; leadId?: string; createdAt?: Date; transcription?: string } = {},
) {
  const id = newId();
  const callId = await pastCall({ state: "voicemail", ...(data.leadId === undefined ? {} : { leadId: data.leadId }) });
  const recordingSid = `RE${id.replaceAll("-", "")}`;
  await house.db.voicemail.create({
    data: { id, callId, queueId, recordingSid, url: "http://x/", durationSeconds: 7, ...data },
  });
  return { id, callId, recordingSid };
}

async function recording(data: { status?: string; completedAt?: Date; agentId?: string } = {}) {
  const { agentId = agent.agentId, ...rest } = data;
  const id = newId();
  const callId = await pastCall({ agentId });
  await house.db.callRecording.create({
    data: { id, callId, talkId: newId(), recordingSid: `RE${id.replaceAll("-", "")}`, status: "completed", ...rest },
  });
  return { id, callId };
}

const row = (id: string) => house.db.voicemail.findUniqueOrThrow({ where: { id } });
const heardBy = (who: TestUser, kind: "recording" | "voicemail", id: string) =>
  client(who).get<{ code?: string }>(`/api/${kind}s/${id}/media`);
const listens = (id: string) =>
  house.db.auditEntry.count({ where: { entityId: id, action: { endsWith: ".listened" } } });
/** Who may listen is told that the carrier does not answer; others, that there is nothing. */
const MAY = { status: 503, body: { code: "carrier_away" } };
const MAY_NOT = { status: 404, body: { code: "not_found" } };

describe("who may listen", () => {
  it("to a recording: whose call it was, and staff; not the lead's agent, not one that goes on", async () => {
    const { id } = await recording();
    expect(await heardBy(agent, "recording", id)).toMatchObject(MAY);
    expect(await heardBy(manager, "recording", id)).toMatchObject(MAY);
    expect(await heardBy(other, "recording", id)).toMatchObject(MAY_NOT);
    const { id: going } = await recording({ status: "recording" });
    expect(await heardBy(agent, "recording", going)).toMatchObject({ status: 409, body: { code: "sound_not_ready" } });
  });

  it("to a message: agents of its queue while it is nobody's, then whose it is, and always the lead's agent", async () => {
    const free = await message();
    expect(await heardBy(agent, "voicemail", free.id)).toMatchObject(MAY);
    expect(await heardBy(other, "voicemail", free.id)).toMatchObject(MAY_NOT);
    const theirs = await message({ assignedAgent: other.agentId });
    expect(await heardBy(other, "voicemail", theirs.id)).toMatchObject(MAY);
    expect(await heardBy(agent, "voicemail", theirs.id)).toMatchObject(MAY_NOT);
    const leadId = await createLead(house.db, { assignedTo: agent.agentId });
    const ofLead = await message({ assignedAgent: other.agentId, leadId });
    expect(await heardBy(agent, "voicemail", ofLead.id)).toMatchObject(MAY);
    const list = await client(agent).get<{ voicemails: { voicemailId: string }[] }>("/api/voicemails");
    expect(list.body.voicemails.map(({ voicemailId }) => voicemailId)).toEqual([ofLead.id, free.id]);
  });

  it("each person's listening is told once, going on in it not again; somebody else's going on is", async () => {
    const { id } = await recording();
    const goOn = (who: TestUser) =>
      client(who).get(`/api/recordings/${id}/media`, { headers: { range: "bytes=4096-" } });
    await heardBy(agent, "recording", id);
    await goOn(agent);
    expect(await listens(id)).toBe(1);
    await goOn(manager);
    expect(await listens(id)).toBe(2);
  });
});

describe("messages", () => {
  const change = (id: string, body: object) => client(manager).patch(`/api/voicemails/${id}`, body);

  it("keep who heard and finished them first, and when; each change is in the audit log once", async () => {
    const { id } = await message();
    await change(id, { heard: true, done: true });
    const first = await row(id);
    expect(first).toMatchObject({ heardBy: manager.userId, doneBy: manager.userId });
    await setClock(house.db, 60);
    await client(agent).patch(`/api/voicemails/${id}`, { heard: true, done: true });
    expect(await row(id)).toEqual(first);
    expect(await house.db.auditEntry.count({ where: { entityId: id, action: "voicemail.changed" } })).toBe(1);
    await change(id, { done: false });
    expect(await row(id)).toMatchObject({ doneAt: null, doneBy: null, heardAt: first.heardAt });
  });

  it("once written down, stay so: a late failure takes no words away, and a deleted one gets none", async () => {
    const { id, recordingSid } = await message();
    const desk = house.container.voicemailDesk;
    const actor = systemActor("test");
    await desk.transcribed({ recordingSid }, "Call me.", actor);
    await desk.transcribed({ recordingSid }, null, actor);
    expect(await row(id)).toMatchObject({ transcription: "Call me.", transcriptionStatus: "completed" });
    const silent = await message();
    await desk.transcribed({ recordingSid: silent.recordingSid }, null, actor);
    expect(await row(silent.id)).toMatchObject({ transcription: null, transcriptionStatus: "failed" });
    const gone = await message();
    await house.db.voicemail.update({ where: { id: gone.id }, data: { deleteRequestedAt: new Date() } });
    await desk.transcribed({ recordingSid: gone.recordingSid }, "Call me.", actor);
    expect((await row(gone.id)).transcription).toBeNull();
  });
});

describe("how long sound is kept", () => {
  const run = () => house.container.soundRetention.run(systemActor("test"));
  const keep = async (recordingDays: number | null, voicemailDays: number | null) =>
    client(await createAdmin(house.db)).put("/api/settings/retention", { recordingDays, voicemailDays });

  it("for ever unless said; messages by their own days, their words gone at once; asked again after a day", async () => {
    await keep(null, null);
    const [old, young] = [
      await message({ createdAt: ago(40 * DAY), transcription: "Call me." }),
      await message({ createdAt: ago(20 * DAY), transcription: "Call me." }),
    ];
    const kept = await recording({ completedAt: ago(400 * DAY) });
    expect(await run()).toEqual({ recordings: 0, voicemails: 0 });
    await keep(null, 30);
    expect(await run()).toEqual({ recordings: 0, voicemails: 1 });
    expect(await row(old.id)).toMatchObject({ transcription: null, deleteRequestedAt: expect.any(Date) });
    expect(await row(young.id)).toMatchObject({ transcription: "Call me.", deleteRequestedAt: null });
    expect(await run()).toEqual({ recordings: 0, voicemails: 0 });
    // The carrier has not confirmed it.
    await setClock(house.db, 25 * 3_600);
    expect(await run()).toEqual({ recordings: 0, voicemails: 1 });
    await house.container.soundRetention.deleted("voicemail", old.id);
    await setClock(house.db, 50 * 3_600);
    expect(await run()).toEqual({ recordings: 0, voicemails: 0 });
    await keep(399, 30);
    expect(await run()).toEqual({ recordings: 1, voicemails: 0 });
    expect(await run()).toEqual({ recordings: 0, voicemails: 0 });
    await setClock(house.db, 75 * 3_600);
    expect((await run()).recordings).toBe(1);
    await house.container.soundRetention.deleted("recording", kept.id);
    const actions = async (entityId: string) =>
      (await house.db.auditEntry.findMany({ where: { entityId }, orderBy: { id: "asc" } })).map(({ action }) => action);
    expect(await actions(kept.id)).toEqual(["recording.deletion_due", "recording.deletion_due", "recording.deleted"]);
    expect((await actions("retention")).every((action) => action === "setting.retention_changed")).toBe(true);
    expect(await actions("retention")).toHaveLength(3);
    await keep(null, null);
  });
});

describe("who hung up", () => {
  const listed = async (as: TestUser = agent) => {
    const { body } = await client(as).get<{ callers: { number: string }[] }>("/api/calls/abandoned");
    return body.callers.map((caller) => caller.number);
  };

  it("callers of two weeks who gave up, with a number; not who was called back, not who we called", async () => {
    const gaveUp = number();
    await pastCall({ from: gaveUp, state: "abandoned" });
    await pastCall({ from: "anonymous", state: "abandoned" });
    await pastCall({ from: number(), state: "abandoned", startedAt: ago(15 * DAY) });
    await pastCall({ from: "+15550100009", to: number(), direction: "outbound", state: "abandoned" });
    const calledBack = number();
    await pastCall({ from: calledBack, state: "abandoned" });
    await pastCall({ from: "+15550100000", to: calledBack, direction: "outbound", answeredAt: new Date() });
    const spokenBefore = number();
    await pastCall({ from: spokenBefore, state: "done", answeredAt: ago(300_000), startedAt: ago(310_000) });
    await pastCall({ from: spokenBefore, state: "abandoned" });
    expect((await listed()).sort()).toEqual([gaveUp, spokenBefore].sort());
    expect(await listed(other)).toEqual([]);
  });

  it("come again after they were done with, and who did that is told", async () => {
    const from = number();
    const callId = await pastCall({ from, state: "abandoned" });
    await client(agent).post(`/api/calls/abandoned/${callId}/done`);
    expect(await listed()).not.toContain(from);
    await pastCall({ from, state: "abandoned", startedAt: new Date(Date.now() + 1_000) });
    expect(await listed()).toContain(from);
    expect(await house.db.auditEntry.findMany({ where: { entityId: callId } })).toMatchObject([
      { action: "call.followed_up", actorId: agent.userId },
    ]);
  });
});

describe("the call log", () => {
  it("shows agents their own calls and no others', whatever they ask for; numbers are found as people write them", async () => {
    const from = "+15550187777";
    const [mine, theirs] = [
      await pastCall({ from, agentId: agent.agentId }),
      await pastCall({ from, agentId: other.agentId }),
    ];
    const found = async (as: TestUser, query: string) =>
      (await client(as).get<{ calls: { callId: string }[] }>(`/api/calls?${query}`)).body.calls.map(
        (call) => call.callId,
      );
    for (const typed of ["+1 (555) 018-7777", "018 7777"]) {
      expect(await found(agent, `number=${encodeURIComponent(typed)}`)).toEqual([mine]);
      expect((await found(manager, `number=${encodeURIComponent(typed)}`)).sort()).toEqual([mine, theirs].sort());
    }
    expect((await client(agent).get(`/api/calls/${theirs}`)).status).toBe(404);
    expect((await client(agent).get(`/api/calls/${mine}`)).status).toBe(200);
  });
});
