import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import twilio from "twilio";
import { shortWay as shortWayOf } from "@/lib/http/short-way";
import { PUBLIC_BASE_URL, TWILIO_AUTH_TOKEN } from "../../support/house";
import { postWebhook, type WebhookAnswer } from "../../support/calls/signed-webhook";
import { createQueue } from "../../support/factories/queues";
import { testHouse } from "../../support/test-house";

// As scripts/web.mts makes it, before the routes are loaded.
const shortWay = new Map<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>>();
Object.assign(globalThis, { evenhandShortWay: shortWay });

const house = testHouse();
const server = createServer((request, response) => {
  const answer = shortWay.get(`${request.method} ${request.url?.split("?")[0]}`);
  if (answer) void answer(request, response);
  else response.writeHead(404).end();
});

beforeAll(async () => {
  await createQueue(house.db);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => new Promise((resolve) => server.close(resolve)));

const path = (name: string): string => `/api/webhooks/twilio/${name}`;

interface Post {
  target: string;
  params?: Record<string, string>;
  body?: Buffer;
  signature?: string;
  /** Sent without its length. */
  chunked?: boolean;
}

/** The same request on the short way, over a socket. */
function postShort({
  target,
  params = {},
  body,
  signature,
  chunked,
}: Post): Promise<WebhookAnswer & { closes: boolean }> {
  const { port } = server.address() as AddressInfo;
  const signed = signature ?? twilio.getExpectedTwilioSignature(TWILIO_AUTH_TOKEN, PUBLIC_BASE_URL + target, params);
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signed };
    const sent = send({ port, host: "127.0.0.1", method: "POST", path: target, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? null,
          body: Buffer.concat(chunks).toString(),
          closes: response.headers.connection === "close",
        }),
      );
    });
    sent.once("error", reject);
    const whole = body ?? Buffer.from(new URLSearchParams(params).toString());
    if (chunked) for (let at = 0; at < whole.length; at += 1_024) sent.write(whole.subarray(at, at + 1_024));
    sent.end(chunked ? undefined : whole);
  });
}

/** What both ways answer, which must be the same. */
async function postBoth({ target, params = {}, signature }: Omit<Post, "body">): Promise<WebhookAnswer> {
  // The first request loads the route.
  const byNext = await postWebhook(target, params, signature === undefined ? {} : { signature });
  const { closes: _, ...short } = await postShort({
    target,
    params,
    ...(signature === undefined ? {} : { signature }),
  });
  expect(short).toEqual(byNext);
  return short;
}

describe("a webhook on the short way", () => {
  const from = { From: "+15550100001", To: "+15550100000", CallStatus: "ringing" };

  it("is answered as Next's way answers it: a document, nothing, and the refusal of what is not signed", async () => {
    const entry = `${path("hold")}?entry=0198d0b2-0000-7000-8000-000000000000&words=a%20b%7C+%C3%A9`;
    expect(
      (await postBoth({ target: entry, params: { CallSid: "CA1", SpeechResult: "Grüße, ☎ & <mehr>" } })).body,
    ).toMatch(/<Play>/);
    const arrived = await postBoth({ target: path("voice"), params: { CallSid: "CA2", ...from } });
    expect(arrived.body).toContain("<Enqueue");
    expect(await house.db.call.count({ where: { callSid: "CA2" } })).toBe(1);
    const over = { CallSid: "CA2", CallStatus: "completed" };
    expect(await postBoth({ target: path("status"), params: over })).toMatchObject({ status: 200 });
    const refused = { status: 403, type: null, body: "" };
    expect(await postBoth({ target: path("voice"), params: { CallSid: "CA3", ...from }, signature: "bm8=" })).toEqual(
      refused,
    );
    expect(await house.db.call.count({ where: { callSid: "CA3" } })).toBe(0);
  });

  // What follows is signed as whoever read it all the same would have it.
  const refused = { status: 403, type: null, body: "" };

  it("is read to its limit and no further, whether it says its length or not", async () => {
    const target = path("hold");
    await postBoth({ target, params: { CallSid: "CA4" } });
    const params = { CallSid: "CA4", Words: "a".repeat(64 * 1_024) };
    expect(await postShort({ target, params })).toMatchObject(refused);
    expect(await postShort({ target, params, chunked: true })).toMatchObject(refused);
  });

  it("is refused when it is no text", async () => {
    const target = path("hold");
    await postBoth({ target, params: { CallSid: "CA4" } });
    const body = Buffer.from("CallSid=\xff", "latin1");
    expect(await postShort({ target, params: { CallSid: "\u{fffd}" }, body })).toMatchObject(refused);
  });

  it("is answered 500 when its route throws, which the wrapper of webhooks never does, and the server goes on", async () => {
    shortWayOf({ method: "POST", path: "/throws" }, () => Promise.reject(new Error("as the test wants")));
    expect(await postShort({ target: "/throws?a=b" })).toMatchObject({ status: 500, body: "" });
    expect(await postBoth({ target: path("hold"), params: { CallSid: "CA5" } })).toMatchObject({ status: 200 });
  });
});
