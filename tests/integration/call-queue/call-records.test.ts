import { beforeEach, describe, expect, it } from "vitest";
import { untilState } from "../../support/calls/call-state";
import { callHouse } from "../../support/calls/call-house";
import { postWebhook } from "../../support/calls/signed-webhook";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createLead } from "../../support/factories/leads";
import { createUser } from "../../support/factories/users";
import { CRON_SECRET } from "../../support/house";
import { client, type SignedInAs } from "../../support/http";

const calls = callHouse();
const { house } = calls;
const WORDS = "Wir nehmen dieses Gespräch auf.";
type Agent = Awaited<ReturnType<typeof createReadyAgent>>;
let queueId: string;
let agent: Agent;
let other: Agent;

beforeEach(async () => {
  await house.quiet();
  await house.faults({ clear: true });
  await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(calls.db, { wrapUpSeconds: 1, shortAbandonSeconds: 0 });
  await calls.db.callQueue.update({
    where: { id: queueId },
    data: { recording: "announced", language: "de-DE" },
  });
  await calls.db.queueAnnouncementText.create({
    data: { queueId, language: "de", key: "recording_consent", text: WORDS },
  });
  agent = await createReadyAgent(calls.db, queueId);
  other = await createReadyAgent(calls.db, await createQueue(calls.db));
  house.register(agent.agentId);
});

/** A conversation between a caller and `agent`. */
async function talk(from = "+15550100001") {
  const callSid = await house.callIn(from);
  const phone = await house.rings(agent.agentId);
  phone.answer();
  const { callId, id: entryId } = await untilState(calls.db, callSid, "in_conversation");
  const leg = phone.invite.callSid;
  await expect.poll(() => house.media.mixOf(callSid)).toEqual([callSid, leg].sort());
  const record = (action: "pause" | "resume", as: Agent = agent) =>
    client(as).post<{ recording?: string; code?: string }>(`/api/calls/${callId}/recording`, { action });
  const row = () => calls.db.callRecording.findFirstOrThrow({ where: { callId } });
  return { callSid, callId, entryId, leg, record, row };
}

/** A webhook as this house's carrier would send it; it must be taken for one. */
async function told(path: string, params: Record<string, string>): Promise<void> {
  const baseUrl = house.container.env.PUBLIC_BASE_URL;
  expect((await postWebhook(path, params, { baseUrl })).status).toBe(200);
}

const shown = async () =>
  (await client(agent).get<{ calls: { recording: string | null }[] }>("/api/calls/current")).body.calls[0]?.recording;

describe("recording a conversation", () => {
  it("tells the caller before, keeps what the carrier kept, and can be paused by its agent alone", async () => {
    const call = await talk();
    const { heard } = await house.view(call.callSid);
    expect(heard.at(-1)).toBe(`say: ${WORDS}`);
    await expect.poll(async () => (await call.row()).status).toBe("recording");
    expect(await shown()).toBe("on");
    expect(await call.record("pause", other)).toMatchObject({ status: 403 });
    expect(await call.record("pause")).toMatchObject({ status: 200, body: { recording: "pausing" } });
    await expect.poll(shown).toBe("paused");
    expect(await call.record("pause")).toMatchObject({ status: 200, body: { recording: "paused" } });
    await call.record("resume");
    await expect.poll(shown).toBe("on");
    const orders = (await house.log()).filter(({ url }) => url?.includes("/Recordings/Twilio.CURRENT"));
    expect(orders.map(({ status }) => status)).toEqual([200, 200]);
    await house.hangUp(call.callSid);
    await expect.poll(async () => (await call.row()).status).toBe("completed");
    expect(await call.row()).toMatchObject({ durationSeconds: 1, recordingSid: expect.stringMatching(/^RE/) });
    await untilState(calls.db, call.callSid, ["wrap_up", "done"]);
    expect(await call.record("pause")).toMatchObject({ status: 409 });
    const audits = await calls.db.auditEntry.findMany({ where: { entityId: call.callId }, orderBy: { id: "asc" } });
    expect(audits.map(({ action }) => action).filter((action) => action.includes("recording"))).toEqual([
      "call.recording_paused",
      "call.recording_resumed",
      "call.recording_kept",
    ]);
  });

  it("news that come twice, late or never end alike; a pause asked for too early is made up for", async () => {
    // The first order comes to a conference that has not begun; the news of its beginning is late.
    await house.faults({ webhooks: [{ event: "recording-in-progress", duplicate: 1, delayMs: 300 }] });
    house.media.speechMs = 700;
    const callSid = await house.callIn();
    (await house.rings(agent.agentId)).answer();
    const { callId } = await untilState(calls.db, callSid, "in_conversation");
    await client(agent).post(`/api/calls/${callId}/recording`, { action: "pause" });
    expect(await shown()).toBe("pausing");
    await expect.poll(shown).toBe("paused");
    house.media.speechMs = 30;
    const row = () => calls.db.callRecording.findFirstOrThrow({ where: { callId } });
    await house.faults({ webhooks: { event: "recording-completed", drop: true, times: 5 } });
    await house.hangUp(callSid);
    await untilState(calls.db, callSid, ["wrap_up", "done"]);
    // Not yet: it is asked for only when it should have been heard of.
    await house.container.recordingLine.settle();
    expect((await row()).status).toBe("paused");
    await calls.db.call.updateMany({ where: { id: callId }, data: { endedAt: new Date(Date.now() - 90_000) } });
    await calls.db.callRecording.updateMany({ where: { callId }, data: { startedAt: new Date(Date.now() - 90_000) } });
    await expect
      .poll(async () => {
        await house.container.recordingLine.settle();
        return (await row()).status;
      })
      .toBe("completed");
    const { talkId, recordingSid } = await row();
    expect(await calls.db.healCount.findUnique({ where: { kind: "recording_untold" } })).toMatchObject({ count: 1 });
    // Late news of what is over change nothing.
    const { id: entryId } = await calls.db.queuedCall.findFirstOrThrow({ where: { callId } });
    for (const RecordingStatus of ["in-progress", "absent", "completed"]) {
      const late = { RecordingSid: recordingSid ?? "", RecordingStatus, RecordingDuration: "99" };
      await told(`/api/webhooks/twilio/recording?entry=${entryId}&talk=${talkId}`, late);
    }
    expect(await row()).toMatchObject({ status: "completed", durationSeconds: 1 });
  });

  it("an order that the carrier refuses leaves the agent with the truth", async () => {
    const call = await talk();
    await expect.poll(async () => (await call.row()).status).toBe("recording");
    await house.faults({ rest: { path: "Twilio.CURRENT", status: 503, times: 20 } });
    await call.record("pause");
    expect(await shown()).toBe("pausing");
    const commands = house.container.carrierCommands;
    await calls.db.carrierCommand.updateMany({ where: { kind: "sync_recording" }, data: { attempts: 19 } });
    await expect
      .poll(async () => {
        await calls.db.carrierCommand.updateMany({ where: { status: "pending" }, data: { notBefore: new Date(0) } });
        await commands.drain();
        return shown();
      })
      .toBe("on");
  });

  it("holds by what stood when the agent answered, and is not made where it is off", async () => {
    await calls.db.callQueue.update({ where: { id: queueId }, data: { recording: "off" } });
    const call = await talk();
    expect((await house.view(call.callSid)).heard).not.toContain(`say: ${WORDS}`);
    expect(await calls.db.callRecording.count({ where: { callId: call.callId } })).toBe(0);
    expect(await shown()).toBeNull();
    expect(await call.record("pause")).toMatchObject({ status: 409, body: { code: "not_recorded" } });
  });
});

describe("what is kept", () => {
  const manager = async () => createUser(calls.db, { role: "manager" });
  const listened = (id: string) =>
    calls.db.auditEntry.count({ where: { entityId: id, action: { endsWith: ".listened" } } });
  const media = (as: SignedInAs, path: string, range?: string) =>
    client(as).get<string>(path, range === undefined ? {} : { headers: { range } });
  const DAY = 86_400_000;

  /** A recording that is ready, with its call. */
  async function recorded() {
    const call = await talk();
    await expect.poll(async () => (await call.row()).status).toBe("recording");
    await house.hangUp(call.callSid);
    await expect.poll(async () => (await call.row()).status).toBe("completed");
    return { ...call, path: `/api/recordings/${(await call.row()).id}/media`, id: (await call.row()).id };
  }

  it("is heard by whose call it was and by managers, in parts, and never without a trace", async () => {
    const { path, id, callId } = await recorded();
    const boss = await manager();
    expect(await media(other, path)).toMatchObject({ status: 404 });
    expect(await client().get(path)).toMatchObject({ status: 401 });
    expect(await listened(id)).toBe(0);
    const whole = await media(agent, path);
    expect(whole).toMatchObject({ status: 200, body: "RIFF" });
    expect(whole.headers.get("content-type")).toBe("audio/wav");
    expect(await listened(id)).toBe(1);
    const part = await media(boss, path, "bytes=1-2");
    expect(part).toMatchObject({ status: 206, body: "IF" });
    expect(part.headers.get("content-range")).toBe("bytes 1-2/4");
    expect(await listened(id)).toBe(2);
    // Going on in it is the same listening; beginning again is another.
    await media(boss, path, "bytes=2-");
    expect(await listened(id)).toBe(2);
    await media(boss, path, "bytes=0-");
    expect(await listened(id)).toBe(3);
    await house.faults({ rest: { path: "/Recordings/", status: 503 } });
    expect(await media(agent, path)).toMatchObject({ status: 503 });
    const read = await client(agent).get<{ recordings: object[]; sound: boolean }>(`/api/calls/${callId}`);
    expect(read.body).toMatchObject({ sound: true, recordings: [{ recordingId: id, status: "completed" }] });
    expect(JSON.stringify(read.body)).not.toMatch(/RE[0-9a-f]{32}|http/);
  });

  it("goes when it has been kept long enough, asked for once by two rounds, and says so", async () => {
    const { path, id, row } = await recorded();
    const admin = await createUser(calls.db, { role: "admin" });
    const days = (recordingDays: number | null) => ({ recordingDays, voicemailDays: null });
    expect((await client(await manager()).put("/api/settings/retention", days(30))).status).toBe(403);
    expect((await client(admin).put("/api/settings/retention", days(30))).status).toBe(200);
    const cron = () =>
      client().get<{ recordings: number }>("/api/cron/retention", {
        headers: { authorization: `Bearer ${CRON_SECRET}` },
      });
    expect((await cron()).body.recordings).toBe(0);
    await calls.db.callRecording.update({ where: { id }, data: { completedAt: new Date(Date.now() - 31 * DAY) } });
    const rounds = await Promise.all([cron(), cron(), cron()]);
    expect(rounds.map(({ body }) => body.recordings).sort()).toEqual([0, 0, 1]);
    await expect.poll(async () => (await row()).deletedAt).not.toBeNull();
    expect((await house.log()).filter(({ method }) => method === "DELETE").map(({ status }) => status)).toEqual([204]);
    expect(await media(agent, path)).toMatchObject({ status: 410 });
    const audits = await calls.db.auditEntry.findMany({ where: { entityId: id }, orderBy: { id: "asc" } });
    expect(audits.map(({ action }) => action)).toEqual(["recording.deletion_due", "recording.deleted"]);
    await client(admin).put("/api/settings/retention", days(null));
  });

  it("messages wait for their queue's agents, are heard, written down, given to somebody, and done", async () => {
    const callSid = await house.callIn("+15550100077");
    await house.rings(agent.agentId);
    const { callId, id: entryId } = await untilState(calls.db, callSid, "offered");
    const left = {
      CallSid: callSid,
      RecordingSid: `RE${"1".repeat(32)}`,
      RecordingUrl: "http://x/",
      RecordingDuration: "7",
    };
    await told(`/api/webhooks/twilio/voicemail?entry=${entryId}&callback=recording`, left);
    type List = { voicemails: { voicemailId: string; heardAt: string | null; transcription: string | null }[] };
    const list = async (as: SignedInAs, state = "open") =>
      (await client(as).get<List>(`/api/voicemails?state=${state}`)).body.voicemails;
    const [message] = await list(agent);
    expect(message).toMatchObject({ callId, from: "+15550100077", heardAt: null, durationSeconds: 7 });
    expect(await list(other)).toEqual([]);
    const id = message?.voicemailId ?? "";
    const news = await calls.db.liveEvent.findMany({ where: { data: { path: ["voicemailId"], equals: id } } });
    expect(news.map(({ topic, audience }) => `${topic} ${audience}`)).toEqual(["call everyone"]);
    for (const TranscriptionText of ["Please call me back.", "Please call me back."]) {
      const words = { RecordingSid: left.RecordingSid, TranscriptionStatus: "completed", TranscriptionText };
      await told("/api/webhooks/twilio/transcription", words);
    }
    expect((await list(agent))[0]).toMatchObject({
      transcription: "Please call me back.",
      transcriptionStatus: "completed",
    });
    expect(await calls.db.auditEntry.count({ where: { entityId: id, action: "voicemail.transcribed" } })).toBe(1);
    const change = (as: SignedInAs, body: object) => client(as).patch(`/api/voicemails/${id}`, body);
    expect((await change(other, { heard: true })).status).toBe(404);
    expect((await change(agent, { agent: other.email })).status).toBe(200);
    expect(await list(agent)).toEqual([]);
    expect((await list(other, "unheard")).length).toBe(1);
    // The carrier has no such sound, but it was asked for: that counts as listening.
    expect(await media(other, `/api/voicemails/${id}/media`)).toMatchObject({ status: 404 });
    expect(await list(other, "unheard")).toEqual([]);
    expect((await change(other, { done: true })).status).toBe(200);
    expect(await list(other)).toEqual([]);
    expect((await list(other, "done"))[0]).toMatchObject({ voicemailId: id, agent: { email: other.email } });
  });

  it("are written down where the queue wants it: what the caller said stands with the message, and in the timeline", async () => {
    const leadId = await createLead(calls.db, { phone: "+15550100078" });
    const { db } = calls;
    await db.callQueue.update({
      where: { id: queueId },
      data: { language: "en-US", transcribeMessages: true, maxWaiting: 1 },
    });
    await db.queueExit.create({ data: { queueId, occasion: "full", kind: "voicemail", message: "" } });
    await db.agentSession.updateMany({ data: { status: "away" } });
    await untilState(db, await house.callIn(), "waiting");
    const leave = async (said?: string) => {
      const callSid = await house.callIn("+15550100078");
      await expect.poll(async () => (await house.view(callSid)).heard.at(-1)).toBe("beep");
      if (said !== undefined) await house.say(callSid, said);
      await house.press(callSid, "#");
      return callSid;
    };
    const message = (callSid: string) => db.voicemail.findFirstOrThrow({ where: { call: { callSid } } });
    const status = async (callSid: string) => (await message(callSid)).transcriptionStatus;
    const first = await leave("The parcel is broken.");
    await expect.poll(() => status(first)).toBe("completed");
    expect((await message(first)).transcription).toBe("The parcel is broken.");
    type Timeline = { activities: { type: string; data: object }[] };
    const { activities } = (await client(await createUser(db)).get<Timeline>(`/api/leads/${leadId}/activity`)).body;
    const left = activities.find(({ type }) => type === "voicemail");
    expect(left?.data).toMatchObject({ transcription: "The parcel is broken.", transcriptionStatus: "completed" });
    const mute = await leave();
    await expect.poll(() => status(mute)).toBe("failed");

    // Told before the message itself: kept for it. Never told: asked for.
    const early = {
      RecordingSid: `RE${"2".repeat(32)}`,
      TranscriptionStatus: "completed",
      TranscriptionText: "Early.",
    };
    await told("/api/webhooks/twilio/transcription", early);
    const later = {
      CallSid: first,
      RecordingSid: early.RecordingSid,
      RecordingUrl: "http://x/",
      RecordingDuration: "7",
    };
    await told("/api/webhooks/twilio/voicemail?transcribe=1&callback=recording", later);
    const late = await db.voicemail.findFirstOrThrow({ where: { recordingSid: early.RecordingSid } });
    expect(late).toMatchObject({ transcription: "Early.", transcriptionStatus: "completed" });
    await house.faults({ webhooks: { event: "transcription-completed", drop: true } });
    const lost = await leave("Nobody hears of this.");
    await expect.poll(() => status(lost)).toBe("requested");
    expect(await house.container.recordingLine.settle()).toBe(0);
    await expect
      .poll(async () => (await house.log()).some(({ event }) => event === "transcription-completed"))
      .toBe(true);
    await db.voicemail.updateMany({ data: { createdAt: new Date(Date.now() - 600_000) } });
    await expect.poll(() => house.container.recordingLine.settle()).toBe(1);
    expect(await message(lost)).toMatchObject({ transcription: "Nobody hears of this." });
    // The carrier knows of none: waited for, and given up after an hour.
    const unknown = { ...later, RecordingSid: `RE${"3".repeat(32)}` };
    await told("/api/webhooks/twilio/voicemail?transcribe=1&callback=recording", unknown);
    await db.voicemail.updateMany({
      where: { recordingSid: unknown.RecordingSid },
      data: { createdAt: new Date(Date.now() - 3_700_000) },
    });
    expect(await house.container.recordingLine.settle()).toBe(1);
    expect(await db.healCount.findUnique({ where: { kind: "transcription_untold" } })).toMatchObject({ count: 2 });
  });

  it("are found when nobody has told of them: the carrier is asked once for each call that may have one", async () => {
    const { db } = calls;
    await db.callQueue.update({ where: { id: queueId }, data: { maxWaiting: 1 } });
    await db.queueExit.create({ data: { queueId, occasion: "full", kind: "voicemail", message: "" } });
    await db.agentSession.updateMany({ data: { status: "away" } });
    await untilState(db, await house.callIn(), "waiting");
    await house.faults({ webhooks: { path: "/twilio/voicemail", drop: true, times: 20 } });
    const beeps = async (callSid: string) => {
      await expect.poll(async () => (await house.view(callSid)).heard.at(-1)).toBe("beep");
      return callSid;
    };
    const callSid = await beeps(await house.callIn("+15550100079"));
    await house.press(callSid, "#");
    await house.untilCarrier(callSid, "ended");
    // Of another call the carrier knows nothing any more.
    const other = await house.callIn("+15550100080");
    const silent = `CA${"0".repeat(32)}`;
    await untilState(db, other, "voicemail");
    await house.hangUp(other);
    await expect.poll(() => db.call.count({ where: { callSid: other, endedAt: null } })).toBe(0);
    await db.call.update({ where: { callSid: other }, data: { callSid: silent } });
    await expect.poll(() => db.call.count({ where: { callSid: { in: [callSid, silent] }, endedAt: null } })).toBe(0);
    const settle = () => house.container.recordingLine.settle();
    expect(await settle()).toBe(0);
    const long = new Date(Date.now() - 301_000);
    await db.call.updateMany({ where: { callSid: { in: [callSid, silent] } }, data: { endedAt: long } });
    const asked = async () =>
      (await house.log()).filter(({ url }) => /Calls\/CA\w+\/Recordings/.test(url ?? "")).length;
    expect(await settle()).toBe(1);
    expect(await asked()).toBe(2);
    expect(await settle()).toBe(0);
    expect(await asked()).toBe(2);
    const [message, ...others] = await db.voicemail.findMany({
      where: { call: { callSid: { in: [callSid, silent] } } },
    });
    expect(others).toEqual([]);
    expect(message).toMatchObject({ durationSeconds: 3, recordingSid: expect.stringMatching(/^RE/) });
    // What is told after all changes nothing.
    const late = {
      CallSid: callSid,
      RecordingSid: message?.recordingSid ?? "",
      RecordingUrl: "x",
      RecordingDuration: "3",
    };
    await told("/api/webhooks/twilio/voicemail?callback=recording", late);
    expect(await db.voicemail.count({ where: { call: { callSid } } })).toBe(1);
    expect(await db.healCount.findUnique({ where: { kind: "message_untold" } })).toMatchObject({ count: 1 });
  });

  it("those who hung up are listed once a number, until they are spoken with or done", async () => {
    type Callers = { callers: { callId: string; number: string; times: number }[] };
    const listed = async (as: SignedInAs) => (await client(as).get<Callers>("/api/calls/abandoned")).body.callers;
    await calls.db.agentSession.updateMany({ data: { status: "away" } });
    const giveUp = async (from: string) => {
      const callSid = await house.callIn(from);
      const { id, callId } = await untilState(calls.db, callSid, "waiting");
      await calls.db.queuedCall.update({ where: { id }, data: { enqueuedAt: new Date(Date.now() - 60_000) } });
      await house.hangUp(callSid);
      await untilState(calls.db, callSid, "abandoned");
      return callId;
    };
    await giveUp("+15550100088");
    const second = await giveUp("+15550100088");
    const third = await giveUp("+15550100089");
    expect(await listed(agent)).toMatchObject([
      { number: "+15550100089", times: 1 },
      { callId: second, number: "+15550100088", times: 2 },
    ]);
    expect(await listed(other)).toEqual([]);
    const done = `/api/calls/abandoned/${second}/done`;
    expect((await client(other).post(done)).status).toBe(404);
    expect((await client(agent).post(done)).status).toBe(200);
    expect((await listed(agent)).map(({ callId }) => callId)).toEqual([third]);
    expect((await client(agent).delete(done)).status).toBe(200);
    expect((await listed(agent)).length).toBe(2);
    await client(agent).post(done);
    await giveUp("+15550100088");
    expect((await listed(agent)).map(({ number }) => number)).toEqual(["+15550100088", "+15550100089"]);
    await calls.db.call.updateMany({ where: { id: third }, data: { startedAt: new Date(Date.now() - 60_000) } });
    await calls.db.agentSession.updateMany({ where: { agentId: agent.agentId }, data: { status: "available" } });
    const spoken = await talk("+15550100089");
    expect((await listed(agent)).map(({ number }) => number)).toEqual(["+15550100088"]);
    // The log finds them by number, outcome, queue and direction.
    const found = async (query: string) =>
      (await client(agent).get<{ calls: { callId: string }[] }>(`/api/calls?${query}`)).body.calls.map(
        ({ callId }) => callId,
      );
    expect(await found(`number=%2B15550100089&outcome=answered&queue=${queueId}`)).toEqual([spoken.callId]);
    expect(await found("number=0100089&direction=inbound")).toEqual([spoken.callId]);
    expect(await found("outcome=abandoned")).toEqual([]);
    const boss = client(await manager());
    const all = await boss.get<{ calls: object[] }>(`/api/calls?outcome=abandoned&queue=${queueId}`);
    expect(all.body.calls).toHaveLength(4);
  });
});
