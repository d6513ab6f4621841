import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TwilioCarrier } from "@/modules/twilio-voice/adapters/twilio-carrier";
import { TwilioMessages } from "@/modules/twilio-voice/adapters/twilio-messages";
import { TwilioRecordings } from "@/modules/twilio-voice/adapters/twilio-recordings";
import { CarrierError } from "@/modules/twilio-voice/domain/carrier";
import { validateRequest } from "../../support/twilio-openapi";

const ACCOUNT = `AC${"0".repeat(32)}`;
const sid = (prefix: string) => `${prefix}${"1".repeat(32)}`;

/** Hears every request of the product and answers just enough for it to make the next one. */
const heard: { method: string; path: string; form: Record<string, string | string[]> }[] = [];
let server: Server;
let carrier: TwilioCarrier;
let recordings: TwilioRecordings;
let messages: TwilioMessages;

const LISTS: Readonly<Record<string, object>> = {
  Calls: { calls: [] },
  Conferences: { conferences: [{ sid: sid("CF") }] },
  Queues: { queues: [{ sid: sid("QU"), friendly_name: "sales", current_size: 1 }] },
  Recordings: { recordings: [] },
  Messages: { messages: [] },
  Members: { queue_members: [] },
  Transcriptions: { transcriptions: [] },
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const form: Record<string, string | string[]> = {};
  for (const name of new Set(new URLSearchParams(text).keys())) {
    const values = new URLSearchParams(text).getAll(name);
    form[name] = values.length === 1 ? String(values[0]) : values;
  }
  heard.push({ method: request.method ?? "", path: request.url ?? "", form });
  response.setHeader("content-type", "application/json");
  // The client reads a page by the one key in it that is not about paging.
  const page = { page_size: 20, next_page_uri: null };
  const [, resource = "Calls"] = /\/(\w+)\.json\?/.exec(request.url ?? "") ?? [];
  const isList = request.method === "GET" && /\.json\?/.test(request.url ?? "");
  response.end(JSON.stringify(isList ? { ...LISTS[resource], ...page } : { sid: sid("CA"), status: "in-progress" }));
}

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const settings = {
    accountSid: ACCOUNT,
    authToken: "x".repeat(32),
    apiBaseUrl: `http://127.0.0.1:${address.port}`,
    callerNumber: "+15550100000",
    timeoutMs: 5_000,
  };
  carrier = new TwilioCarrier(settings);
  recordings = new TwilioRecordings(settings);
  messages = new TwilioMessages(settings);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test("every request that the product makes of the carrier is one that Twilio documents", async () => {
  const url = "https://evenhand.example/api/webhooks/twilio/agent-leg?offer=1#rc=3&rp=ct,rt,5xx";
  const ring = { identity: "agent_1", parameters: { callId: "1" }, url, statusUrl: url, timeoutSeconds: 20 };
  const asks: Record<keyof TwilioCarrier, () => Promise<unknown>> = {
    ringAgent: () => carrier.ringAgent(ring),
    findRings: () => carrier.findRings(ring),
    moveQueueMember: () => carrier.moveQueueMember(sid("QU"), sid("CA"), url),
    redirectCall: () => carrier.redirectCall(sid("CA"), url),
    endCall: () => carrier.endCall(sid("CA")),
    callStatus: () => carrier.callStatus(sid("CA")),
    dial: () => carrier.dial({ to: "+15550123999", from: "+15550100000", url, statusUrl: url, timeoutSeconds: 20 }),
    findDials: () => carrier.findDials("+15550123999"),
    updateParticipant: () =>
      carrier.updateParticipant("offer", sid("CA"), { holdUrl: url, muted: true, coaches: sid("CA") }),
    isInConference: () => carrier.isInConference("offer", sid("CA")),
    softphoneLegs: () => carrier.softphoneLegs(500),
    queueMembers: () => carrier.queueMembers(new Set(["sales"]), 500),
  };
  // The sound itself is no part of the document.
  const ofRecordings: Record<Exclude<keyof TwilioRecordings, "sound">, () => Promise<unknown>> = {
    setPaused: () =>
      Promise.all(
        [{ conference: "offer" }, { callSid: sid("CA") }].flatMap((at) => [
          recordings.setPaused(at, true),
          recordings.setPaused(at, false),
        ]),
      ),
    newest: async () => [
      await recordings.newest({ conference: "offer" }),
      await recordings.newest({ callSid: sid("CA") }),
    ],
    messagesOf: () => recordings.messagesOf(sid("CA")),
    transcriptionOf: () => recordings.transcriptionOf(sid("RE")),
    remove: () => recordings.remove(sid("RE")),
  };
  const sms = { to: "+15550123999", body: "hello", statusUrl: url };
  const ofMessages: Record<keyof TwilioMessages, () => Promise<unknown>> = {
    send: () => messages.send(sms),
    find: () => messages.find(sms, new Date()),
  };
  for (const [name, ask] of Object.entries({ ...asks, ...ofRecordings, ...ofMessages })) {
    heard.length = 0;
    await ask();
    expect(heard.length, name).toBeGreaterThan(0);
    for (const { method, path, form } of heard) expect(validateRequest(method, path, form), name).toEqual([]);
  }
});

test("a request that Twilio does not document is told apart", () => {
  const path = `/2010-04-01/Accounts/${ACCOUNT}/Calls.json`;
  expect(validateRequest("POST", path, { To: "client:a", From: "+15550100000", Url: "https://a.example" })).toEqual([]);
  expect(validateRequest("POST", path, { To: "client:a", From: "+15550100000", Uri: "https://a.example" })).not.toEqual(
    [],
  );
  expect(validateRequest("POST", `${path}/nowhere`, {})).not.toEqual([]);
});

test("a carrier that cannot be reached is the carrier's failure, not a crash", async () => {
  const nowhere = new TwilioCarrier({
    accountSid: ACCOUNT,
    authToken: "x".repeat(32),
    apiBaseUrl: "http://127.0.0.1:9",
    callerNumber: "+15550100000",
    timeoutMs: 2_000,
  });
  await expect(nowhere.endCall(sid("CA"))).rejects.toBeInstanceOf(CarrierError);
});
