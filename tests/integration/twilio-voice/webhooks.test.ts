import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { postWebhook } from "../../support/calls/signed-webhook";
import { createQueue } from "../../support/factories/queues";
import { testHouse } from "../../support/test-house";

const house = testHouse();
const NAMES = [
  "voice",
  "queue-hold-music",
  "queue-handler",
  "caller-leg",
  "agent-leg",
  "conference",
  "status",
  "outbound",
];
const path = (name: string) => `/api/webhooks/twilio/${name}`;
const sid = () => `CA${newId().replaceAll("-", "")}`;

beforeAll(async () => {
  await createQueue(house.db, { shortAbandonSeconds: 0 });
});

describe("the carrier's signature", () => {
  it.each(NAMES)(
    "%s: 403 and nothing else without one, with a wrong one, or with one for other content",
    async (name) => {
      const params = { CallSid: sid(), From: "+15550100001", To: "+15550100000", CallStatus: "ringing" };
      const nothing = { status: 403, type: null, body: "" };
      expect(await postWebhook(path(name), params, { signature: null })).toEqual(nothing);
      expect(await postWebhook(path(name), params, { signature: "bm90IGEgc2lnbmF0dXJl" })).toEqual(nothing);
      const tampered = new URLSearchParams({ ...params, From: "+15550109999" }).toString();
      expect(await postWebhook(path(name), params, { body: tampered })).toEqual(nothing);
      expect(await house.db.call.count({ where: { callSid: params.CallSid } })).toBe(0);
    },
  );

  it("covers the query", async () => {
    const params = { CallSid: sid() };
    expect((await postWebhook(`${path("agent-leg")}?offer=${newId()}`, params)).status).toBe(200);
  });
});

describe("a call announced", () => {
  it("twice, or a hundred times at once, is one call in the queue", async () => {
    const params = { CallSid: sid(), From: "+15550100001", To: "+15550100000", CallStatus: "ringing" };
    const answers = await Promise.all(Array.from({ length: 30 }, () => postWebhook(path("voice"), params)));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 200, type: "text/xml; charset=utf-8" });
      expect(answer.body).toContain("<Enqueue");
    }
    expect(await house.db.call.count({ where: { callSid: params.CallSid } })).toBe(1);
    expect(await house.db.queuedCall.count({ where: { call: { callSid: params.CallSid } } })).toBe(1);
    expect(
      await house.db.auditEntry.count({
        where: { action: "call.arrived", after: { path: ["callSid"], equals: params.CallSid } },
      }),
    ).toBe(1);
  });

  it("goes into the line at once and is welcomed there, so that nobody waits for a greeting's end", async () => {
    const params = { CallSid: sid(), From: "+15550100001", To: "+15550100000", CallStatus: "ringing" };
    expect((await postWebhook(path("voice"), params)).body).toMatch(/<Response><Enqueue/);
    const tick = async () => (await postWebhook(path("queue-hold-music"), { ...params, QueueSid: "QU1" })).body;
    const welcome = "Welcome. Thank you for calling.";
    expect(await tick()).toContain(`${welcome} You are`);
    await house.db.queuedCall.updateMany({
      where: { call: { callSid: params.CallSid } },
      data: { lastAnnouncedAt: new Date(Date.now() - 3_600_000), lastSpokenPosition: 99 },
    });
    const later = await tick();
    expect(later).toContain("You are");
    expect(later).not.toContain(welcome);
  });

  it("after its end came first: is over at once", async () => {
    const callSid = sid();
    await postWebhook(path("status"), { CallSid: callSid, CallStatus: "completed", CallDuration: "1" });
    const answer = await postWebhook(path("voice"), { CallSid: callSid, From: "+15550100001", To: "+15550100000" });
    expect(answer.body).toContain("<Hangup/>");
    const entry = await house.db.queuedCall.findFirstOrThrow({ where: { call: { callSid } } });
    expect(entry.state).toBe("abandoned");
  });

  it("with odd content still gets a document", async () => {
    for (const params of [
      {},
      { CallSid: "" },
      { CallSid: sid(), From: "anonymous" },
      { CallSid: sid(), From: "\0\uFFFD", To: "x".repeat(5_000), CallStatus: "nonsense" },
    ]) {
      const answer = await postWebhook(path("voice"), params);
      expect(answer).toMatchObject({ status: 200, type: "text/xml; charset=utf-8" });
      expect(answer.body).toMatch(/^<\?xml.*<Response/);
    }
  });
});

describe("callbacks that make no sense", () => {
  it.each(NAMES)("%s: unknown calls, offers and words are answered and change nothing", async (name) => {
    const before = await house.db.queuedCallEvent.count();
    const odd = [
      [
        `${path(name)}?offer=${newId()}&entry=${newId()}&callback=status&step=after`,
        { CallSid: sid(), CallStatus: "completed" },
      ],
      [
        `${path(name)}?offer=nonsense&entry=nonsense&step=nonsense`,
        { CallSid: sid(), CallStatus: "??", QueueResult: "??" },
      ],
      [path(name), { StatusCallbackEvent: "participant-leave" }],
    ] as const;
    if (name === "voice") return;
    for (const [address, params] of odd) {
      const answer = await postWebhook(address, params);
      expect(answer).toMatchObject({ status: 200, type: "text/xml; charset=utf-8" });
    }
    expect(await house.db.queuedCallEvent.count()).toBe(before);
  });
});

describe("the database being away", () => {
  it("holds the caller with a document, and has callbacks delivered again", async () => {
    const { db } = house;
    await db.$executeRaw`ALTER TABLE calls RENAME TO calls_gone`;
    try {
      const params = { CallSid: sid(), From: "+15550100001", To: "+15550100000" };
      const voice = await postWebhook(path("voice"), params);
      expect(voice.status).toBe(200);
      expect(voice.body).toMatch(/<Say.*<Pause length="4"\/><Redirect method="POST">[^<]*\/voice\?hold=1<\/Redirect>/);
      const tick = await postWebhook(path("queue-hold-music"), { ...params, QueueSid: "QU1", QueueTime: "12" });
      expect(tick.body).toContain("<Play>http://127.0.0.1:3000/audio/hold-music-2.wav</Play>");
      const callback = await postWebhook(path("status"), { ...params, CallStatus: "completed" });
      expect(callback).toMatchObject({ status: 503, type: "text/xml; charset=utf-8" });
      const leg = `${path("agent-leg")}?offer=${newId()}`;
      await db.$executeRaw`ALTER TABLE call_offers RENAME TO call_offers_gone`;
      expect((await postWebhook(leg, params)).body).toContain("<Redirect");
      expect((await postWebhook(`${leg}&callback=status`, { ...params, CallStatus: "ringing" })).status).toBe(503);
      await db.$executeRaw`ALTER TABLE call_offers_gone RENAME TO call_offers`;
    } finally {
      await db.$executeRaw`ALTER TABLE calls_gone RENAME TO calls`;
    }
  });
});
