import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMediaPlane } from "../../../modules/twilio-simulator/media/create-media-plane";
import { CarrierHouse, eventually, NUMBER } from "../../support/carrier/carrier-house";

const SAID = "Please call me back about the invoice.";
const TRANSCRIBED = `<Record action="/done" timeout="2" maxLength="30" transcribe="true" transcribeCallback="/words"/>`;
const CUSTOMER = "+15005550123";

describe("what a caller says", () => {
  it("is heard in the recording, and written down word for word; what nobody understands is failed", async () => {
    const the = await new CarrierHouse().start({}, createMediaPlane());
    try {
      the.product.on("/voice", TRANSCRIBED);
      the.product.on("/done", "<Hangup/>");
      const caller = await the.callIn();
      await the.untilState(caller, "in_progress");
      expect((await the.control("POST", `/calls/${caller}/say`, { text: SAID })).status).toBe(202);
      const { params } = await the.webhook("/words", 0);
      expect(params).toMatchObject({ TranscriptionStatus: "completed", TranscriptionText: SAID, CallSid: caller });
      const [recording] = await the.client.recordings.list();
      expect(params.RecordingSid).toBe(recording?.sid);
      expect(Number(recording?.duration)).toBeGreaterThanOrEqual(4);
      const [made] = await the.client.recordings(recording?.sid ?? "").transcriptions.list();
      expect(made).toMatchObject({ sid: params.TranscriptionSid, status: "completed", transcriptionText: SAID });

      const silent = await the.callIn();
      const failed = await the.webhook("/words", 1);
      expect(failed.params).toMatchObject({
        TranscriptionStatus: "failed",
        TranscriptionText: "",
        CallSid: silent,
      });
      expect((await the.control("POST", `/calls/${silent}/say`, { text: SAID })).status).toBe(409);
    } finally {
      await the.stop();
    }
    // Speech takes its real time here, and a busy machine longer to make it.
  }, 60_000);
});

describe("a telephone number that is rung", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start({ callee: "machine" });
    the.media.speechMs = 1_500;
    the.product.on("/doc", "<Say>Hello there</Say><Pause length='60'/>");
  });
  afterEach(() => the.stop());

  const dial = (more: object) =>
    the.client.calls.create({ to: CUSTOMER, from: NUMBER, url: `${the.product.url}/doc`, ...more });
  const answeredBy = async (behaviour: string, more: object) => {
    await the.control("POST", "/callees", { number: CUSTOMER, behaviour, delayMs: 0 });
    const { sid } = await dial(more);
    const { params } = await the.webhook("/doc", the.product.at("/doc").length);
    await the.hangUp(sid);
    return params.AnsweredBy;
  };

  it("is a machine or a person, which the document is told where it waits for it", async () => {
    expect(await answeredBy("machine", {})).toBeUndefined();
    expect(await answeredBy("machine", { machineDetection: "Enable" })).toBe("machine_start");
    expect(await answeredBy("machine", { machineDetection: "DetectMessageEnd" })).toBe("machine_end_beep");
    expect(await answeredBy("answer", { machineDetection: "DetectMessageEnd" })).toBe("human");
    await expect(dial({ machineDetection: "Perhaps" })).rejects.toThrow("MachineDetection");
  });

  it("is told in the background, where the document does not wait", async () => {
    const background = { asyncAmd: "true", asyncAmdStatusCallback: `${the.product.url}/amd` };
    const { sid } = await dial({ machineDetection: "Enable", ...background });
    expect((await the.webhook("/doc")).params.AnsweredBy).toBeUndefined();
    await eventually(async () => (await the.view(sid)).heard.includes("say: Hello there"), "the document runs");
    expect((await the.webhook("/amd")).params).toMatchObject({
      AnsweredBy: "machine_start",
      CallSid: sid,
      MachineDetectionDuration: expect.stringMatching(/^\d+$/),
    });
    expect((await the.client.calls(sid).fetch()).answeredBy).toBe("machine_start");
  });
});

describe("Dial that records", () => {
  it("keeps what the two say from the answer on, pauses by REST on the caller's leg, and tells of its end", async () => {
    const the = await new CarrierHouse().start();
    try {
      the.signalling.registered.add("ann");
      const told = `recordingStatusCallback="/recording" recordingStatusCallbackEvent="in-progress completed absent"`;
      the.product.on("/voice", `<Dial record="record-from-answer" ${told}><Client>ann</Client></Dial>`);
      const caller = await the.callIn();
      await eventually(() => the.signalling.rung.length === 1, "it rings");
      expect(await the.client.calls(caller).recordings.list()).toEqual([]);
      the.signalling.rung[0]?.answer();
      const begun = (await the.webhook("/recording")).params;
      expect(begun).toMatchObject({
        RecordingStatus: "in-progress",
        RecordingSource: "DialVerb",
        CallSid: caller,
      });
      const current = the.client.calls(caller).recordings("Twilio.CURRENT");
      expect(await current.update({ status: "paused" })).toMatchObject({ status: "paused" });
      expect(await current.update({ status: "in-progress" })).toMatchObject({ status: "in-progress" });
      the.signalling.rung[0]?.hangUpHere();
      const { params } = await the.webhook("/recording", 1);
      expect(params).toMatchObject({ RecordingStatus: "completed", RecordingSid: begun.RecordingSid });
      await expect(current.update({ status: "paused" })).rejects.toMatchObject({ code: 20_404 });
    } finally {
      await the.stop();
    }
  });
});
