import { beforeEach, describe, expect, it } from "vitest";
import type { PreferencesView } from "@/modules/notifications/schemas";
import { callHouse } from "../../support/calls/call-house";
import { postWebhook } from "../../support/calls/signed-webhook";
import { CRON_SECRET } from "../../support/house";
import { client } from "../../support/http";
import { MessageWorld } from "../../support/messages";

const calls = callHouse();
const world = new MessageWorld(() => ({ db: calls.db, env: calls.house.container.env }));

beforeEach(() => calls.house.quiet());

describe("an SMS", () => {
  const NUMBER = "+15550177001";
  const bySms = async () => {
    await world.prefer({ phone: NUMBER });
    // As proven: the code's way is a case of its own.
    await calls.db.notificationPreferences.update({
      where: { userId: world.person.userId },
      data: { phoneProven: true },
    });
    await world.prefer({ choices: { import: { sms: true, email: false } } });
  };
  const sms = async () =>
    (
      (await (await fetch(`${calls.house.container.env.TWILIO_API_BASE_URL}/_control/messages`)).json()) as {
        messages: { to: string; body: string; status: string; sid: string }[];
      }
    ).messages;

  it("goes through the carrier, and its end is told by the carrier's signed word", async () => {
    await bySms();
    await world.note();
    expect(await world.round()).toBe(1);
    expect(await sms()).toMatchObject([{ to: NUMBER, body: expect.stringMatching(/^Evenhand: Your import is done/) }]);
    await expect.poll(async () => (await world.log())[0]?.state).toBe("delivered");
    // A word that comes late changes nothing.
    const [entry] = await world.log();
    const late = { MessageSid: String(entry?.providerId), MessageStatus: "sent" };
    const { PUBLIC_BASE_URL: baseUrl } = calls.house.container.env;
    const path = `/api/webhooks/twilio/message-status?delivery=${String(entry?.deliveryId)}`;
    expect((await postWebhook(path, late, { baseUrl })).status).toBe(200);
    expect((await world.log())[0]).toMatchObject({ state: "delivered", providerStatus: "delivered" });
  });

  it("goes out by the cron route where there is no worker, once however often that is called", async () => {
    await bySms();
    await world.note();
    const drain = (secret: string) =>
      client().get("/api/cron/notifications", { headers: { authorization: `Bearer ${secret}` } });
    expect((await drain("no")).status).toBe(401);
    expect((await drain(CRON_SECRET)).body).toMatchObject({ success: true, told: 1, sent: 1 });
    expect((await drain(CRON_SECRET)).body).toMatchObject({ told: 0, sent: 0 });
    expect(await sms()).toHaveLength(1);
  });

  it("that cannot be delivered is failed, with the carrier's number for it", async () => {
    await bySms();
    await fetch(`${calls.house.container.env.TWILIO_API_BASE_URL}/_control/messages/undeliverable`, {
      method: "POST",
      body: JSON.stringify({ numbers: [NUMBER] }),
      headers: { "content-type": "application/json" },
    });
    await world.note();
    await world.round();
    await expect.poll(async () => (await world.log())[0]?.state).toBe("failed");
    expect((await world.log())[0]).toMatchObject({ errorCode: "carrier_30003", providerStatus: "undelivered" });
  });

  it("whose answer was lost is found at the carrier, not sent again", async () => {
    await bySms();
    await calls.house.faults({ rest: [{ path: "/Messages.json", method: "POST", times: 1, loseResponse: true }] });
    await calls.house.faults({ webhooks: [{ event: "message-status", times: 100, drop: true }] });
    await world.note();
    expect(await world.round()).toBe(0);
    expect(await world.log()).toMatchObject([{ state: "retrying", errorCode: "carrier_unknown_outcome" }]);
    await world.clock.later(60);
    expect(await world.round()).toBe(1);
    const sent = await sms();
    expect(sent).toHaveLength(1);
    expect(await world.log()).toMatchObject([{ state: "sent", providerId: sent[0]?.sid }]);
  });

  it("whose sender died is found too, and the next one with the same words is another", async () => {
    await bySms();
    await calls.house.faults({ webhooks: [{ event: "message-status", times: 100, drop: true }] });
    await world.note();
    const dying = world.side({
      hooks: {
        handedOver: () => {
          throw new Error("the process dies here");
        },
      },
    });
    await expect(world.round(dying)).rejects.toThrow("dies here");
    await world.clock.later(46);
    expect(await world.round()).toBe(1);
    expect(await sms()).toHaveLength(1);
    await world.clock.later(200);
    await world.note();
    await expect(world.round(dying)).rejects.toThrow("dies here");
    await world.clock.later(46);
    await world.round();
    expect(await sms()).toHaveLength(2);
    expect(new Set((await world.log()).map(({ providerId }) => providerId)).size).toBe(2);
  });
});

describe("a number for SMS", () => {
  const NUMBER = "+15550177002";
  const me = () => client(world.person);
  const codes = async (): Promise<string[]> => {
    const { TWILIO_API_BASE_URL: carrier } = calls.house.container.env;
    const { messages } = (await (await fetch(`${carrier}/_control/messages`)).json()) as {
      messages: { to: string; body: string }[];
    };
    return messages.filter(({ to }) => to === NUMBER).map(({ body }) => /\d{6}/.exec(body)?.[0] ?? "");
  };
  const ask = () => me().post("/api/notifications/phone/code");
  const prove = (code: string) => me().post<PreferencesView>("/api/notifications/phone/prove", { code });
  const wrong = (code: string) => (code === "000000" ? "000001" : "000000");

  it("gets nothing but a code before its owner has given that back", async () => {
    expect((await ask()).body).toMatchObject({ code: "phone_needed", status: 422 });
    await world.prefer({ phone: NUMBER });
    expect((await world.prefer({ choices: { import: { sms: true } } })).body).toMatchObject({
      code: "phone_not_proven",
    });
    await calls.db.notificationPreferences.update({
      where: { userId: world.person.userId },
      data: { choices: { import: { sms: true, email: false } } },
    });
    await world.note();
    expect(await world.round()).toBe(0);
    expect(await codes()).toEqual([]);

    expect((await ask()).status).toBe(200);
    const [code = ""] = await codes();
    expect(code).toMatch(/^\d{6}$/);
    const kept = await calls.db.phoneProof.findUniqueOrThrow({ where: { userId: world.person.userId } });
    expect(JSON.stringify(kept)).not.toContain(code);
    expect((await prove(wrong(code))).body).toMatchObject({ code: "code_not_right" });
    expect((await prove(code)).body.channels.sms).toEqual({ available: true, phone: NUMBER, proven: true });
    expect((await prove(code)).status).toBe(200);
    await world.clock.later(200);
    await world.note();
    expect(await world.round()).toBe(1);
    const audited = await calls.db.auditEntry.findMany({
      where: { entityId: world.person.userId },
      orderBy: { id: "asc" },
    });
    const about = audited.map(({ action }) => action).filter((action) => action.startsWith("notification_phone"));
    expect(about).toEqual(["notification_phone.code_sent", "notification_phone.proven"]);

    await world.prefer({ phone: "+15550177003" });
    expect((await me().get<PreferencesView>("/api/notifications/preferences")).body.channels.sms.proven).toBe(false);
  });

  it("is asked for a code once a minute and five times a day, and each code is good for five tries and ten minutes", async () => {
    await world.prefer({ phone: NUMBER });
    await ask();
    const again = await ask();
    expect([again.body.code, Number(again.headers.get("retry-after")) > 30]).toEqual(["too_many_codes", true]);
    const [first = ""] = await codes();
    for (let tries = 0; tries < 5; tries += 1)
      expect((await prove(wrong(first))).body).toMatchObject({ code: "code_not_right" });
    expect((await prove(first)).body).toMatchObject({ code: "code_not_valid" });
    await world.clock.later(61);
    expect((await ask()).status).toBe(200);
    const second = (await codes()).find((code) => code !== first) ?? "";
    await world.clock.later(601);
    expect((await prove(second)).body).toMatchObject({ code: "code_not_valid" });
    for (let more = 0; more < 3; more += 1) {
      expect((await ask()).status).toBe(200);
      await world.clock.later(61);
    }
    expect((await ask()).body).toMatchObject({ code: "too_many_codes" });
    await world.clock.later(86_400);
    expect((await ask()).status).toBe(200);
  });

  it("that the carrier refuses, or cannot take now, is said at once", async () => {
    await world.prefer({ phone: NUMBER });
    await calls.house.faults({ rest: [{ path: "/Messages.json", method: "POST", times: 9, status: 429 }] });
    const away = await ask();
    expect([away.status, away.body.code]).toEqual([503, "sms_unavailable"]);
    await calls.house.faults({ clear: true });
  });
});
