import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NotificationParts } from "@/modules/container-notifications";
import type { DeliveryView, PreferencesView } from "@/modules/notifications/schemas";
import { callHouse } from "../../support/calls/call-house";
import { postWebhook } from "../../support/calls/signed-webhook";
import { MovingClock } from "../../support/clock";
import { createAdmin, createManager, type TestUser } from "../../support/factories/users";
import { CRON_SECRET } from "../../support/house";
import { client } from "../../support/http";
import { MailServer } from "../../support/mail-server";
import { noteImports, notificationsBy, toldAndSent } from "../../support/messages";

const calls = callHouse();
const server = new MailServer();
let person: TestUser;
let admin: TestUser;
const clock = new MovingClock(() => calls.db);

beforeAll(async () => {
  await server.start();
  admin = await createAdmin(calls.db);
});
afterAll(() => server.stop());

beforeEach(async () => {
  await clock.reset();
  await calls.db.notificationDelivery.deleteMany();
  await calls.db.notification.deleteMany();
  await calls.db.notificationEvent.deleteMany();
  server.manner = "takes";
  server.mails.length = 0;
  await calls.house.quiet();
  person = await createManager(calls.db);
});

const side = (parts: NotificationParts = {}) => notificationsBy(server, calls.house.container.env, calls.db, parts);
const note = (count = 1, to: TestUser = person) => noteImports(calls.db, to, count);
const round = (house = side()) => toldAndSent(house);

const log = async (query = "") =>
  (await client(admin).get<{ deliveries: DeliveryView[] }>(`/api/notifications/deliveries${query}`)).body.deliveries;
const prefer = async (body: object, who = person) =>
  client(who).put<PreferencesView & { code?: string }>("/api/notifications/preferences", body);

describe("an e-mail", () => {
  it("says what happened, where, and how to stop it, and stands in the log", async () => {
    await note();
    expect(await round()).toBe(1);
    const [mail] = server.mails;
    expect(mail?.subject).toBe("Your import is done: 1 lead created or changed");
    expect(mail?.to?.[0]?.address).toBe(person.email);
    expect(mail?.text).toContain(`${calls.house.container.env.PUBLIC_BASE_URL}/imports/`);
    const header = (name: string) => mail?.headers.find(({ key }) => key === name)?.value;
    expect(header("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    expect(header("list-unsubscribe")).toContain("/api/notifications/unsubscribe?token=");
    const [entry] = await log();
    expect(entry).toMatchObject({ state: "sent", channel: "email", attempts: 1, address: person.email, error: null });
    expect(entry?.providerId).toBe(mail?.messageId);
    expect(await round()).toBe(0);
  });

  it("is one of many: a hundred events at once are one mail, and those right behind it the next", async () => {
    await note(100);
    await round();
    expect(server.mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^100 notifications: /)]);
    await note(3);
    expect(await round()).toBe(0);
    await clock.later(121);
    expect(await round()).toBe(1);
    expect(server.mails[1]?.subject).toMatch(/^3 notifications/);
  });

  it("leaves out what was read in the app meanwhile, and is not sent when nothing is left", async () => {
    const house = side();
    await note(2);
    await house.notificationRounds.tell();
    const { body } = await client(person).get<{ notifications: { notificationId: string }[] }>("/api/notifications");
    const [first, second] = body.notifications.map(({ notificationId }) => notificationId);
    await client(person).post(`/api/notifications/${String(first)}/read`);
    await house.notificationRounds.send("the tests", 5);
    expect(server.mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^Your import is done/)]);
    await clock.later(200);
    await note();
    await house.notificationRounds.tell();
    await client(person).post("/api/notifications/read", { until: "2099-01-01T00:00:00Z" });
    expect(await house.notificationRounds.send("the tests", 5)).toBe(0);
    expect((await log("?state=skipped")).map(({ errorCode }) => errorCode)).toEqual(["read_before"]);
    expect(second).toBeDefined();
  });
});

describe("a mail server that", () => {
  it("is away: nothing is lost, others are not tried, and all goes out when it is back", async () => {
    await server.stop();
    const others = [await createManager(calls.db), await createManager(calls.db)];
    await note();
    for (const other of others) await note(1, other);
    const house = side();
    expect(await round(house)).toBe(0);
    expect((await log()).map(({ state, errorCode }) => [state, errorCode])).toEqual(
      Array.from({ length: 3 }, () => ["retrying", expect.stringMatching(/^esocket|econn/)]),
    );
    // This process lets the server rest; the next one asks again, when they are due.
    await clock.later(60);
    expect(await house.notificationRounds.send("the tests", 5)).toBe(0);
    expect((await log()).every(({ attempts }) => attempts === 1)).toBe(true);
    await server.start();
    expect(await round(side())).toBe(3);
    expect(server.mails).toHaveLength(3);
  });

  it("asks to come back later (4xx) is asked again, later and later", async () => {
    server.manner = "greylists";
    await note();
    expect(await round()).toBe(0);
    const [first] = await log();
    expect(first).toMatchObject({ state: "retrying", attempts: 1, errorCode: "smtp_450" });
    expect(await round()).toBe(0);
    await clock.later(60);
    await round();
    const [second] = await log();
    expect(second?.attempts).toBe(2);
    server.manner = "takes";
    await clock.later(120);
    expect(await round()).toBe(1);
    expect(await log()).toMatchObject([{ state: "sent", attempts: 3, errorCode: null }]);
    expect(server.mails).toHaveLength(1);
  });

  it.each(["knows_nobody", "refuses_the_text"] as const)(
    "%s (5xx) is not asked again, until an admin says so",
    async (manner) => {
      server.manner = manner;
      await note();
      expect(await round()).toBe(0);
      await clock.later(90_000);
      expect(await round()).toBe(0);
      const [entry] = await log("?state=failed");
      expect(entry).toMatchObject({ attempts: 1, errorCode: expect.stringMatching(/^smtp_55[02]$/) });
      server.manner = "takes";
      const again = `/api/notifications/deliveries/${String(entry?.deliveryId)}/retry`;
      expect((await client(person).post(again)).status).toBe(403);
      expect((await client(admin).post(again)).status).toBe(200);
      expect(await round()).toBe(1);
      expect((await client(admin).post(again)).body).toMatchObject({ code: "not_failed" });
    },
  );

  it.each(["falls_silent", "cuts_after_data"] as const)(
    "%s may have the mail: it comes again as the same",
    async (manner) => {
      server.manner = manner;
      await note();
      expect(await round()).toBe(0);
      expect(await log()).toMatchObject([{ state: "retrying", attempts: 1 }]);
      server.manner = "takes";
      await clock.later(60);
      expect(await round()).toBe(1);
      expect(server.mails).toHaveLength(2);
      expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(1);
      expect(server.mails[0]?.text).toBe(server.mails[1]?.text);
    },
  );

  it("puts off for a day is given up, with the reason", async () => {
    server.manner = "greylists";
    await note();
    for (let tried = 0; tried < 3; tried += 1) {
      await round();
      await clock.later(50_000);
    }
    expect(await log()).toMatchObject([
      { state: "failed", errorCode: "smtp_450", error: expect.stringMatching(/^Given up after 3/) },
    ]);
  });
});

describe("a sender that dies", () => {
  it("between handing a mail over and writing that down is followed by another: the same mail, one more time at most", async () => {
    await note();
    const dying = side({
      hooks: {
        handedOver: () => {
          throw new Error("the process dies here");
        },
      },
    });
    await expect(round(dying)).rejects.toThrow("dies here");
    expect(await round()).toBe(0);
    await clock.later(46);
    expect(await round()).toBe(1);
    expect(server.mails).toHaveLength(2);
    expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it("is not believed when it wakes up after another has taken over", async () => {
    await note();
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const slow = side({
      mailer: {
        send: async () => {
          await asleep;
          return { kind: "refused", code: "smtp_550", why: "said by the one who slept" };
        },
      },
    });
    const sleeping = round(slow);
    await expect.poll(async () => (await log())[0]?.state).toBe("sending");
    await clock.later(46);
    expect(await round()).toBe(1);
    wake();
    await sleeping;
    expect(await log()).toMatchObject([{ state: "sent", attempts: 2, error: null }]);
  });

  it("many senders at once send each message once", async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => createManager(calls.db)));
    for (const one of people) await note(1, one);
    await side().notificationRounds.tell();
    const sent = await Promise.all(
      Array.from({ length: 5 }, (_, n) => side().notificationRounds.send(`sender ${n}`, 5)),
    );
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(12);
    expect(server.mails).toHaveLength(12);
  });
});

describe("an SMS", () => {
  const NUMBER = "+15550177001";
  const bySms = async () => {
    await prefer({ phone: NUMBER });
    // As proven: the code's way is a case of its own.
    await calls.db.notificationPreferences.update({ where: { userId: person.userId }, data: { phoneProven: true } });
    await prefer({ choices: { import: { sms: true, email: false } } });
  };
  const sms = async () =>
    (
      (await (await fetch(`${calls.house.container.env.TWILIO_API_BASE_URL}/_control/messages`)).json()) as {
        messages: { to: string; body: string; status: string; sid: string }[];
      }
    ).messages;

  it("goes through the carrier, and its end is told by the carrier's signed word", async () => {
    await bySms();
    await note();
    expect(await round()).toBe(1);
    expect(await sms()).toMatchObject([{ to: NUMBER, body: expect.stringMatching(/^Evenhand: Your import is done/) }]);
    await expect.poll(async () => (await log())[0]?.state).toBe("delivered");
    // A word that comes late changes nothing.
    const [entry] = await log();
    const late = { MessageSid: String(entry?.providerId), MessageStatus: "sent" };
    const { PUBLIC_BASE_URL: baseUrl } = calls.house.container.env;
    const path = `/api/webhooks/twilio/message-status?delivery=${String(entry?.deliveryId)}`;
    expect((await postWebhook(path, late, { baseUrl })).status).toBe(200);
    expect((await log())[0]).toMatchObject({ state: "delivered", providerStatus: "delivered" });
  });

  it("goes out by the cron route where there is no worker, once however often that is called", async () => {
    await bySms();
    await note();
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
    await note();
    await round();
    await expect.poll(async () => (await log())[0]?.state).toBe("failed");
    expect((await log())[0]).toMatchObject({ errorCode: "carrier_30003", providerStatus: "undelivered" });
  });

  it("whose answer was lost is found at the carrier, not sent again", async () => {
    await bySms();
    await calls.house.faults({ rest: [{ path: "/Messages.json", method: "POST", times: 1, loseResponse: true }] });
    await calls.house.faults({ webhooks: [{ event: "message-status", times: 100, drop: true }] });
    await note();
    expect(await round()).toBe(0);
    expect(await log()).toMatchObject([{ state: "retrying", errorCode: "carrier_unknown_outcome" }]);
    await clock.later(60);
    expect(await round()).toBe(1);
    const sent = await sms();
    expect(sent).toHaveLength(1);
    expect(await log()).toMatchObject([{ state: "sent", providerId: sent[0]?.sid }]);
  });

  it("whose sender died is found too, and the next one with the same words is another", async () => {
    await bySms();
    await calls.house.faults({ webhooks: [{ event: "message-status", times: 100, drop: true }] });
    await note();
    const dying = side({
      hooks: {
        handedOver: () => {
          throw new Error("the process dies here");
        },
      },
    });
    await expect(round(dying)).rejects.toThrow("dies here");
    await clock.later(46);
    expect(await round()).toBe(1);
    expect(await sms()).toHaveLength(1);
    await clock.later(200);
    await note();
    await expect(round(dying)).rejects.toThrow("dies here");
    await clock.later(46);
    await round();
    expect(await sms()).toHaveLength(2);
    expect(new Set((await log()).map(({ providerId }) => providerId)).size).toBe(2);
  });
});

describe("a number for SMS", () => {
  const NUMBER = "+15550177002";
  const me = () => client(person);
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
    await prefer({ phone: NUMBER });
    expect((await prefer({ choices: { import: { sms: true } } })).body).toMatchObject({ code: "phone_not_proven" });
    await calls.db.notificationPreferences.update({
      where: { userId: person.userId },
      data: { choices: { import: { sms: true, email: false } } },
    });
    await note();
    expect(await round()).toBe(0);
    expect(await codes()).toEqual([]);

    expect((await ask()).status).toBe(200);
    const [code = ""] = await codes();
    expect(code).toMatch(/^\d{6}$/);
    const kept = await calls.db.phoneProof.findUniqueOrThrow({ where: { userId: person.userId } });
    expect(JSON.stringify(kept)).not.toContain(code);
    expect((await prove(wrong(code))).body).toMatchObject({ code: "code_not_right" });
    expect((await prove(code)).body.channels.sms).toEqual({ available: true, phone: NUMBER, proven: true });
    expect((await prove(code)).status).toBe(200);
    await clock.later(200);
    await note();
    expect(await round()).toBe(1);
    const audited = await calls.db.auditEntry.findMany({ where: { entityId: person.userId }, orderBy: { id: "asc" } });
    const about = audited.map(({ action }) => action).filter((action) => action.startsWith("notification_phone"));
    expect(about).toEqual(["notification_phone.code_sent", "notification_phone.proven"]);

    await prefer({ phone: "+15550177003" });
    expect((await me().get<PreferencesView>("/api/notifications/preferences")).body.channels.sms.proven).toBe(false);
  });

  it("is asked for a code once a minute and five times a day, and each code is good for five tries and ten minutes", async () => {
    await prefer({ phone: NUMBER });
    await ask();
    const again = await ask();
    expect([again.body.code, Number(again.headers.get("retry-after")) > 30]).toEqual(["too_many_codes", true]);
    const [first = ""] = await codes();
    for (let tries = 0; tries < 5; tries += 1)
      expect((await prove(wrong(first))).body).toMatchObject({ code: "code_not_right" });
    expect((await prove(first)).body).toMatchObject({ code: "code_not_valid" });
    await clock.later(61);
    expect((await ask()).status).toBe(200);
    const second = (await codes()).find((code) => code !== first) ?? "";
    await clock.later(601);
    expect((await prove(second)).body).toMatchObject({ code: "code_not_valid" });
    for (let more = 0; more < 3; more += 1) {
      expect((await ask()).status).toBe(200);
      await clock.later(61);
    }
    expect((await ask()).body).toMatchObject({ code: "too_many_codes" });
    await clock.later(86_400);
    expect((await ask()).status).toBe(200);
  });

  it("that the carrier refuses, or cannot take now, is said at once", async () => {
    await prefer({ phone: NUMBER });
    await calls.house.faults({ rest: [{ path: "/Messages.json", method: "POST", times: 9, status: 429 }] });
    const away = await ask();
    expect([away.status, away.body.code]).toEqual([503, "sms_unavailable"]);
    await calls.house.faults({ clear: true });
  });
});
