import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REST_ROUTES } from "../../../modules/twilio-simulator/rest/routes";
import { ACCOUNT_SID, CarrierHouse, eventually, NUMBER } from "../../support/carrier/carrier-house";
import {
  operationAt,
  parameterNames,
  validateAnswer,
  validateErrorAnswer,
  validateRequest,
} from "../../support/twilio-openapi";

// Collected only when TWILIO_OPENAPI names Twilio's document (see vitest.config.ts).
const BASE = `/2010-04-01/Accounts/${ACCOUNT_SID}`;
const template = (path: string) => `/2010-04-01/Accounts/{AccountSid}${path}`;

describe("the operations", () => {
  it.each(REST_ROUTES.map((route) => [route.method, route.path, route.accepts] as const))(
    "%s %s exists in Twilio's document, with every parameter that the carrier reads",
    (method, path, accepts) => {
      const operation = operationAt(method, template(path));
      if (!operation) throw new Error("Twilio's document does not have it.");
      expect(accepts.filter((name) => !parameterNames(operation).includes(name))).toEqual([]);
    },
  );
});

describe("the answers", () => {
  const the = new CarrierHouse();
  const answered = new Set<string>();
  let caller = "";
  let agent = "";
  let queued = "";
  let queue = "";
  let conference = "";
  let recording = "";

  /** Sends a request, holds the request and the answer against the document, and gives the answer back. */
  const ask = async (method: string, path: string, form?: Record<string, string>, status = 200) => {
    const response = await fetch(`${the.url}${BASE}${path}`, {
      method,
      headers: { Authorization: `Basic ${btoa(`${the.client.username}:${the.client.password}`)}` },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    const text = await response.text();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    expect({ status: response.status, text }).toEqual({ status, text });
    expect(validateRequest(method, `${BASE}${path}`, form ?? {})).toEqual([]);
    expect(validateAnswer(method, `${BASE}${path}`, status, body)).toEqual([]);
    const route = REST_ROUTES.find(
      (one) =>
        one.method === method &&
        new RegExp(`^${one.path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`).test(path.split("?")[0] ?? ""),
    );
    answered.add(`${method} ${route?.path ?? path}`);
    return body as Record<string, string>;
  };

  beforeAll(async () => {
    await the.start();
    the.signalling.registered.add("ann");
    const room =
      '<Dial><Conference waitUrl="" participantLabel="LABEL" record="record-from-start">room</Conference></Dial>';
    the.product.on("/voice", (hook) =>
      hook.params.From === "+15005550001"
        ? room.replace("LABEL", "customer")
        : hook.params.From === "+15005550002"
          ? '<Enqueue waitUrl="/wait">support</Enqueue>'
          : hook.params.From === "+15005550004"
            ? '<Dial record="record-from-answer"><Number>+15005550199</Number></Dial>'
            : '<Record maxLength="1" playBeep="false" transcribe="true"/>',
    );
    the.product.on("/wait", '<Pause length="60"/>');
    the.product.on("/agent", room.replace("LABEL", "agent"));
    caller = await the.callIn("+15005550001");
    await the.untilState(caller, "in_conference");
    queued = await the.callIn("+15005550002");
    await the.untilState(queued, "in_queue");
    await the.callIn("+15005550003");
    await eventually(async () => (await the.client.recordings.list()).length > 0, "a recording");
  });
  afterAll(async () => {
    await the.stop();
  });

  it("calls", async () => {
    const created = await ask(
      "POST",
      "/Calls.json",
      {
        To: "client:ann",
        From: NUMBER,
        Url: `${the.product.url}/agent`,
        Method: "POST",
        Timeout: "20",
        StatusCallback: `${the.product.url}/status`,
        StatusCallbackMethod: "POST",
      },
      201,
    );
    agent = created.sid ?? "";
    (await eventually(() => the.signalling.rung[0], "ringing")).answer();
    await the.untilState(agent, "in_conference");
    await ask("GET", `/Calls/${agent}.json`);
    await ask("GET", "/Calls.json?PageSize=1&Status=in-progress");
    await ask("GET", "/Calls.json?PageSize=1&Page=1");
    await ask("GET", "/Calls.json?Status=busy");
    const other = await ask("POST", "/Calls.json", { To: "+15005550123", From: NUMBER, Twiml: "<Response/>" }, 201);
    await ask("POST", `/Calls/${other.sid}.json`, { Status: "canceled" });
    await ask("DELETE", `/Calls/${other.sid}.json`, undefined, 204);
    await ask("POST", `/Calls/${queued}.json`, { Twiml: '<Response><Enqueue waitUrl="">support</Enqueue></Response>' });
    await the.untilState(queued, "in_queue");
  });

  it("messages", async () => {
    const message = { To: "+15550177001", From: NUMBER, Body: "hello", StatusCallback: `${the.product.url}/sms` };
    const { sid } = await ask("POST", "/Messages.json", message, 201);
    await ask("GET", `/Messages/${sid}.json`);
    await ask("GET", "/Messages.json?PageSize=1&To=%2B15550177001");
    await eventually(() => the.product.at("/sms").some((hook) => hook.params.MessageStatus === "delivered"), "the end");
    await ask("GET", `/Messages/${sid}.json`);
  });

  it("conferences and participants", async () => {
    const list = (await ask("GET", "/Conferences.json?FriendlyName=room")) as unknown as {
      conferences: { sid: string }[];
    };
    conference = list.conferences[0]?.sid ?? "";
    await ask("GET", `/Conferences/${conference}.json`);
    await ask("GET", `/Conferences/${conference}/Participants.json?PageSize=1`);
    await ask("GET", `/Conferences/${conference}/Participants/${agent}.json`);
    const change = (form: Record<string, string>) =>
      ask("POST", `/Conferences/${conference}/Participants/${agent}.json`, form);
    const recordings = `/Conferences/${conference}/Recordings`;
    const paused = await ask("POST", `${recordings}/Twilio.CURRENT.json`, {
      Status: "paused",
      PauseBehavior: "silence",
    });
    await ask("POST", `${recordings}/${paused.sid}.json`, { Status: "in-progress" });
    await ask("GET", `${recordings}.json`);
    await ask("GET", `${recordings}/${paused.sid}.json`);
    await ask("DELETE", `${recordings}/${paused.sid}.json`, undefined, 204);
    await change({ Muted: "true" });
    await change({ Hold: "true", HoldUrl: `${the.product.url}/wait`, HoldMethod: "POST" });
    await change({ Hold: "false", EndConferenceOnExit: "true" });
    await change({ Coaching: "true", CallSidToCoach: caller });
    await change({ Coaching: "false" });
    await change({ AnnounceUrl: `${the.product.url}/wait`, AnnounceMethod: "POST" });
    await ask(
      "POST",
      `/Conferences/${conference}/Participants.json`,
      { From: NUMBER, To: "+15005550124", Label: "supervisor", Muted: "true", EndConferenceOnExit: "false" },
      201,
    );
    await ask("POST", `/Conferences/${conference}.json`, { AnnounceUrl: `${the.product.url}/wait` });
    await ask("DELETE", `/Conferences/${conference}/Participants/${agent}.json`, undefined, 204);
    await ask("POST", `/Conferences/${conference}.json`, { Status: "completed" });
    await eventually(async () => (await the.client.conferences(conference).fetch()).status === "completed", "the end");
    await ask("GET", `/Conferences/${conference}.json`);
  });

  it("queues and members", async () => {
    const created = await ask("POST", "/Queues.json", { FriendlyName: "second", MaxSize: "10" }, 201);
    const list = (await ask("GET", "/Queues.json?PageSize=50")) as unknown as {
      queues: { sid: string; friendly_name: string }[];
    };
    queue = list.queues.find((one) => one.friendly_name === "support")?.sid ?? "";
    await ask("GET", `/Queues/${queue}.json`);
    await ask("POST", `/Queues/${created.sid}.json`, { MaxSize: "20" });
    await ask("DELETE", `/Queues/${created.sid}.json`, undefined, 204);
    await ask("GET", `/Queues/${queue}/Members.json`);
    await ask("GET", `/Queues/${queue}/Members/${queued}.json`);
    await ask("GET", `/Queues/${queue}/Members/Front.json`);
    await ask("POST", `/Queues/${queue}/Members/${queued}.json`, { Url: `${the.product.url}/wait`, Method: "POST" });
    await ask("GET", `/Queues/${queue}/Members.json`);
  });

  it("recordings", async () => {
    const list = (await ask("GET", "/Recordings.json")) as unknown as { recordings: { sid: string }[] };
    recording = list.recordings[0]?.sid ?? "";
    await ask("GET", `/Recordings/${recording}.json`);
    await ask("GET", `/Recordings/${recording}/Transcriptions.json`);
    const dialling = await the.callIn("+15005550004");
    const leg = await eventually(
      async () => (await the.client.calls.list({ parentCallSid: dialling }))[0]?.sid,
      "the leg that is dialled",
    );
    await eventually(async () => (await the.control("POST", `/calls/${leg}/answer`)).status === 202, "the answer");
    const ofCall = `/Calls/${dialling}/Recordings`;
    await eventually(async () => (await the.client.calls(dialling).recordings.list()).length > 0, "its recording");
    const paused = await ask("POST", `${ofCall}/Twilio.CURRENT.json`, { Status: "paused", PauseBehavior: "silence" });
    await ask("GET", `${ofCall}.json`);
    await ask("GET", `${ofCall}/${paused.sid}.json`);
    await ask("DELETE", `/Recordings/${recording}.json`, undefined, 204);
  });

  it("leave no operation of the carrier unchecked", () => {
    expect(REST_ROUTES.map((route) => `${route.method} ${route.path}`).filter((name) => !answered.has(name))).toEqual(
      [],
    );
  });

  it("errors have the one shape, whatever went wrong", async () => {
    const auth = { Authorization: `Basic ${btoa(`${the.client.username}:${the.client.password}`)}` };
    const attempts: [string, string, Record<string, string> | undefined, Record<string, string>, number][] = [
      ["GET", "/Calls.json", undefined, {}, 401],
      ["GET", `/Calls/CA${"0".repeat(32)}.json`, undefined, auth, 404],
      ["GET", "/Nothing.json", undefined, auth, 404],
      ["DELETE", "/Calls.json", undefined, auth, 405],
      ["POST", "/Calls.json", { From: NUMBER }, auth, 400],
      ["POST", `/Calls/${agent}.json`, { Url: "http://x/" }, auth, 400],
      ["GET", "/Calls.json?PageSize=none", undefined, auth, 400],
    ];
    for (const [method, path, form, headers, status] of attempts) {
      const response = await fetch(`${the.url}${BASE}${path}`, {
        method,
        headers,
        ...(form ? { body: new URLSearchParams(form) } : {}),
      });
      expect({ method, path, status: response.status }).toEqual({ method, path, status });
      expect(validateErrorAnswer(await response.json())).toEqual([]);
    }
    for (const status of [429, 500, 502, 503, 504]) {
      await the.control("POST", "/faults", { rest: { status } });
      const response = await fetch(`${the.url}${BASE}/Calls.json`, { headers: auth });
      expect(response.status).toBe(status);
      expect(validateErrorAnswer(await response.json())).toEqual([]);
    }
  });
});

describe("validateRequest", () => {
  it("finds what Twilio does not know", () => {
    expect(validateRequest("POST", `${BASE}/Calls.json`, { To: "client:a", From: NUMBER, Url: "http://x/" })).toEqual(
      [],
    );
    expect(
      validateRequest("POST", `${BASE}/Calls.json`, { To: "client:a", From: NUMBER, StatusCallbackEvent: ["ringing"] }),
    ).toEqual([]);
    expect(validateRequest("POST", `${BASE}/Calls.json`, { From: NUMBER })[0]).toContain("To");
    expect(validateRequest("POST", `${BASE}/Calls.json`, { To: "a", From: "b", Colour: "red" })[0]).toContain("Colour");
    expect(validateRequest("POST", `${BASE}/Calls/CA${"0".repeat(32)}.json`, { Status: "paused" })[0]).toContain(
      "Status",
    );
    expect(validateRequest("POST", `${BASE}/Queues.json`, { FriendlyName: "q", MaxSize: "many" })[0]).toContain(
      "MaxSize",
    );
    expect(validateRequest("GET", `${BASE}/Calls.json?Colour=red`)[0]).toContain("Colour");
    expect(validateRequest("PUT", `${BASE}/Calls.json`)[0]).toContain("not in");
  });
});
