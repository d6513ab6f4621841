import { beforeEach, describe, expect, it } from "vitest";
import { untilState } from "../../support/calls/call-state";
import { callHouse } from "../../support/calls/call-house";
import { postWebhook } from "../../support/calls/signed-webhook";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { client } from "../../support/http";

const calls = callHouse();
const { house } = calls;
const PATIENCE = { timeout: 5_000 };
const WORDS = "Wir nehmen dieses Gespräch auf.";
type Agent = Awaited<ReturnType<typeof createReadyAgent>>;
let queueId: string;
let agent: Agent;
let other: Agent;

beforeEach(async () => {
  await house.quiet();
  await house.faults({ clear: true });
  await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(calls.db, { wrapUpSeconds: 1 });
  await calls.db.callQueue.update({
    where: { id: queueId },
    data: { recording: "announced", recordingText: WORDS, language: "de-DE" },
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
  await expect.poll(() => house.media.mixOf(callSid), PATIENCE).toEqual([callSid, leg].sort());
  const record = (action: "pause" | "resume", as: Agent = agent) =>
    client(as).post<{ recording?: string; code?: string }>(`/api/calls/${callId}/recording`, { action });
  const row = () => calls.db.callRecording.findFirstOrThrow({ where: { callId } });
  return { callSid, callId, entryId, leg, record, row };
}

const shown = async () =>
  (await client(agent).get<{ calls: { recording: string | null }[] }>("/api/calls/current")).body.calls[0]?.recording;

describe("recording a conversation", () => {
  it("tells the caller before, keeps what the carrier kept, and can be paused by its agent alone", async () => {
    const call = await talk();
    const { heard } = await house.view(call.callSid);
    expect(heard.at(-1)).toBe(`say: ${WORDS}`);
    await expect.poll(async () => (await call.row()).status, PATIENCE).toBe("recording");
    expect(await shown()).toBe("on");
    expect(await call.record("pause", other)).toMatchObject({ status: 403 });
    expect(await call.record("pause")).toMatchObject({ status: 200, body: { recording: "pausing" } });
    await expect.poll(shown, PATIENCE).toBe("paused");
    expect(await call.record("pause")).toMatchObject({ status: 200, body: { recording: "paused" } });
    await call.record("resume");
    await expect.poll(shown, PATIENCE).toBe("on");
    const orders = (await house.log()).filter(({ url }) => url?.includes("/Recordings/Twilio.CURRENT"));
    expect(orders.map(({ status }) => status)).toEqual([200, 200]);
    await house.hangUp(call.callSid);
    await expect.poll(async () => (await call.row()).status, PATIENCE).toBe("completed");
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
    await expect.poll(shown, PATIENCE).toBe("paused");
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
      }, PATIENCE)
      .toBe("completed");
    const { talkId, recordingSid } = await row();
    expect(await calls.db.healCount.findUnique({ where: { kind: "recording_untold" } })).toMatchObject({ count: 1 });
    // Late news of what is over change nothing.
    const { id: entryId } = await calls.db.queuedCall.findFirstOrThrow({ where: { callId } });
    for (const RecordingStatus of ["in-progress", "absent", "completed"]) {
      const late = { RecordingSid: recordingSid ?? "", RecordingStatus, RecordingDuration: "99" };
      await postWebhook(`/api/webhooks/twilio/recording?entry=${entryId}&talk=${talkId}`, late);
    }
    expect(await row()).toMatchObject({ status: "completed", durationSeconds: 1 });
  });

  it("an order that the carrier refuses leaves the agent with the truth", async () => {
    const call = await talk();
    await expect.poll(async () => (await call.row()).status, PATIENCE).toBe("recording");
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
      }, PATIENCE)
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
