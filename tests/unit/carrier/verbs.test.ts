import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CarrierHouse, eventually } from "../../support/carrier/carrier-house";

describe("TwiML verbs", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
  });
  afterEach(async () => {
    expect(the.product.received.every((hook) => hook.signed)).toBe(true);
    expect(the.media.leaks()).toEqual([]);
    await the.stop();
  });

  const heardBy = async (verbs: string) => {
    the.product.on("/voice", verbs);
    return await the.untilState(await the.callIn(), "ended");
  };

  it("Say speaks, SSML included, as often as loop says", async () => {
    const { heard } = await heardBy(
      '<Say loop="2" language="es-ES">Hola <emphasis>amigo</emphasis> &amp; adi&#243;s</Say>',
    );
    expect(heard).toEqual(["say: Hola amigo & adiós", "say: Hola amigo & adiós"]);
  });

  it("Say without text warns (13520) and goes on", async () => {
    expect((await heardBy("<Say> </Say><Say>next</Say>")).heard).toEqual(["say: next"]);
    expect(await the.warnings()).toContain(13520);
  });

  it("Play resolves a relative URL, sends tones, and goes on when a file is missing", async () => {
    const { heard } = await heardBy('<Play>/missing.wav</Play><Play>clip.wav</Play><Play digits="1w"/>');
    expect(heard).toEqual([`play: ${the.product.url}/clip.wav`, "digits: 1w"]);
    expect(await the.warnings()).toContain(11200);
  });

  it("Pause waits for its length", async () => {
    const started = Date.now();
    await heardBy('<Pause length="1"/>');
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
  });

  it("Gather posts the keys, a key stops the prompt, and the number of keys ends it", async () => {
    the.media.speechMs = 60_000;
    the.product.on("/voice", '<Gather numDigits="2" action="/keys"><Say>Press two keys</Say></Gather>');
    the.product.on("/keys", "<Hangup/>");
    const call = await the.callIn();
    await eventually(async () => (await the.view(call)).heard.length === 1, "the prompt plays");
    await the.press(call, "12");
    expect((await the.webhook("/keys")).params).toMatchObject({
      Digits: "12",
      CallSid: call,
      CallStatus: "in-progress",
    });
    expect((await the.untilState(call, "ended")).end_reason).toBe("hung up by the document");
  });

  it("Gather ends on the finishing key, and without an action asks its own document", async () => {
    the.product.on("/voice", (hook) =>
      hook.params.Digits ? `<Say>Got ${hook.params.Digits}</Say>` : '<Gather timeout="9"/>',
    );
    const call = await the.callIn();
    await the.untilState(call, "in_progress");
    await the.press(call, "7#");
    expect((await the.untilState(call, "ended")).heard).toEqual(["say: Got 7"]);
    expect(the.product.at("/voice")[1]?.params).toMatchObject({ Digits: "7", FinishedOnKey: "#" });
  });

  it("Gather without a key falls through, or asks its action when actionOnEmptyResult is set", async () => {
    expect((await heardBy('<Gather timeout="0" action="/keys"/><Say>nothing</Say>')).heard).toEqual(["say: nothing"]);
    expect(the.product.at("/keys")).toEqual([]);
    the.product.on("/keys", "<Say>empty</Say>");
    expect((await heardBy('<Gather timeout="0" action="/keys" actionOnEmptyResult="true"/>')).heard).toEqual([
      "say: empty",
    ]);
  });

  it("Redirect goes to another document, by GET where it says so", async () => {
    the.product.on("/other", "<Say>there</Say>");
    expect((await heardBy('<Redirect method="GET">/other?x=1&amp;y=a%20b</Redirect><Say>never</Say>')).heard).toEqual([
      "say: there",
    ]);
    const [hook] = the.product.at("/other");
    expect(hook?.method).toBe("GET");
    expect(hook?.query.get("y")).toBe("a b");
    expect(hook?.query.get("CallStatus")).toBe("ringing");
  });

  it("Reject ends a ringing call as busy or no-answer, never answered", async () => {
    expect(await heardBy('<Reject reason="busy"/>')).toMatchObject({ status: "busy", heard: [] });
    expect(await heardBy("<Reject/>")).toMatchObject({ status: "no-answer" });
    const reported = await the.webhook("/number-status", 1);
    expect(reported.params).toMatchObject({ CallStatus: "no-answer", CallDuration: "0", SequenceNumber: "0" });
  });

  it("Reject after another verb hangs up", async () => {
    expect(await heardBy("<Say>hi</Say><Reject/>")).toMatchObject({ status: "completed" });
  });

  it("Record posts the recording and keeps its sound for REST", async () => {
    the.product.on(
      "/voice",
      '<Record timeout="600" maxLength="30" action="/recorded" recordingStatusCallback="/recording"/>',
    );
    the.product.on("/recorded", "<Say>Thanks</Say>");
    const call = await the.callIn();
    await eventually(async () => (await the.view(call)).heard.includes("beep"), "the beep");
    await the.press(call, "#");
    const { params } = await the.webhook("/recorded");
    expect(params).toMatchObject({ Digits: "#", RecordingDuration: "3" });
    const recording = await the.client.recordings(params.RecordingSid ?? "").fetch();
    expect(recording).toMatchObject({ callSid: call, status: "completed", source: "RecordVerb" });
    expect((await the.webhook("/recording")).params).toMatchObject({
      RecordingStatus: "completed",
      RecordingSid: recording.sid,
    });
    const sound = await fetch(`${params.RecordingUrl}.wav`, {
      headers: { Authorization: `Basic ${btoa(`${the.client.username}:${the.client.password}`)}` },
    });
    expect(await sound.text()).toBe("RIFF");
    expect((await the.untilState(call, "ended")).heard).toEqual(["beep", "say: Thanks"]);
  });

  it("skips what is no verb with a warning (12200), and unknown attributes too", async () => {
    expect((await heardBy('<Frobnicate/><Say colour="red">still here</Say>')).heard).toEqual(["say: still here"]);
    expect((await the.warnings()).filter((code) => code === 12200)).toHaveLength(2);
  });

  it.each([
    ["not XML", { body: "<Response><Say>" }, 12100],
    ["another root", { body: "<Answer/>" }, 12100],
    ["an empty answer", { body: "" }, 12100],
    ["an error status", { status: 500, body: "<Response/>" }, 11200],
    ["JSON", { type: "application/json", body: "{}" }, 12300],
    ["more than 64 KB", { body: `<Response><Say>${"x".repeat(70_000)}</Say></Response>` }, 11750],
  ])("apologises and hangs up on %s", async (_name, reply, code) => {
    the.product.on("/voice", reply);
    const view = await the.untilState(await the.callIn(), "ended");
    expect(view.heard).toEqual(["say: We are sorry, an application error has occurred. Goodbye."]);
    expect(await the.warnings()).toContain(code);
  });

  it("plays an answer that is sound, and speaks one that is text", async () => {
    the.product.on("/voice", { type: "audio/x-wav", body: "RIFF" });
    expect((await the.untilState(await the.callIn(), "ended")).heard).toEqual([`play: ${the.product.url}/voice`]);
    the.product.on("/voice", { type: "text/plain", body: "plain words" });
    expect((await the.untilState(await the.callIn(), "ended")).heard).toEqual(["say: plain words"]);
  });
});

describe("the fallback URL", () => {
  it("runs when the voice URL cannot be reached, with the error's number", async () => {
    const the = new CarrierHouse();
    the.product.on("/fallback", "<Say>spare</Say>");
    await the.product.start();
    // Nothing listens on port 1.
    await the.start({ voiceUrl: "http://127.0.0.1:1/voice", voiceFallbackUrl: `${the.product.url}/fallback` });
    try {
      expect((await the.untilState(await the.callIn(), "ended")).heard).toEqual(["say: spare"]);
      expect(the.product.at("/fallback")[0]?.params).toMatchObject({
        ErrorCode: "11200",
        ErrorUrl: "http://127.0.0.1:1/voice",
      });
    } finally {
      await the.stop();
    }
  });
});
