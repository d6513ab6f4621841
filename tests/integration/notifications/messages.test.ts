import { describe, expect, it } from "vitest";
import { createManager } from "../../support/factories/users";
import { client } from "../../support/http";
import { MessageWorld } from "../../support/messages";
import { testHouse } from "../../support/test-house";

const house = testHouse();
const world = new MessageWorld(() => ({ db: house.db, env: house.container.env }));

describe("an e-mail", () => {
  it("says what happened, where, and how to stop it, and stands in the log", async () => {
    await world.note();
    expect(await world.round()).toBe(1);
    const [mail] = world.server.mails;
    expect(mail?.subject).toBe("Your import is done: 1 lead created or changed");
    expect(mail?.to?.[0]?.address).toBe(world.person.email);
    expect(mail?.text).toContain(`${house.container.env.PUBLIC_BASE_URL}/imports/`);
    const header = (name: string) => mail?.headers.find(({ key }) => key === name)?.value;
    expect(header("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    expect(header("list-unsubscribe")).toContain("/api/notifications/unsubscribe?token=");
    const [entry] = await world.log();
    expect(entry).toMatchObject({
      state: "sent",
      channel: "email",
      attempts: 1,
      address: world.person.email,
      error: null,
    });
    expect(entry?.providerId).toBe(mail?.messageId);
    expect(await world.round()).toBe(0);
  });

  it("is one of many: a hundred events at once are one mail, and those right behind it the next", async () => {
    await world.note(100);
    await world.round();
    expect(world.server.mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^100 notifications: /)]);
    await world.note(3);
    expect(await world.round()).toBe(0);
    await world.clock.later(121);
    expect(await world.round()).toBe(1);
    expect(world.server.mails[1]?.subject).toMatch(/^3 notifications/);
  });

  it("leaves out what was read in the app meanwhile, and is not sent when nothing is left", async () => {
    const by = world.side();
    await world.note(2);
    await by.notificationRounds.tell();
    const { body } = await client(world.person).get<{ notifications: { notificationId: string }[] }>(
      "/api/notifications",
    );
    const [first, second] = body.notifications.map(({ notificationId }) => notificationId);
    await client(world.person).post(`/api/notifications/${String(first)}/read`);
    await by.notificationRounds.send("the tests", 5);
    expect(world.server.mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^Your import is done/)]);
    await world.clock.later(200);
    await world.note();
    await by.notificationRounds.tell();
    await client(world.person).post("/api/notifications/read", { until: "2099-01-01T00:00:00Z" });
    expect(await by.notificationRounds.send("the tests", 5)).toBe(0);
    expect((await world.log("?state=skipped")).map(({ errorCode }) => errorCode)).toEqual(["read_before"]);
    expect(second).toBeDefined();
  });
});

describe("a mail server that", () => {
  it("is away: nothing is lost, others are not tried, and all goes out when it is back", async () => {
    await world.server.stop();
    const others = [await createManager(house.db), await createManager(house.db)];
    await world.note();
    for (const other of others) await world.note(1, other);
    const by = world.side();
    expect(await world.round(by)).toBe(0);
    expect((await world.log()).map(({ state, errorCode }) => [state, errorCode])).toEqual(
      Array.from({ length: 3 }, () => ["retrying", expect.stringMatching(/^esocket|econn/)]),
    );
    // This process lets the server rest; the next one asks again, when they are due.
    await world.clock.later(60);
    expect(await by.notificationRounds.send("the tests", 5)).toBe(0);
    expect((await world.log()).every(({ attempts }) => attempts === 1)).toBe(true);
    await world.server.start();
    expect(await world.round(world.side())).toBe(3);
    expect(world.server.mails).toHaveLength(3);
  });

  it("asks to come back later (4xx) is asked again, later and later", async () => {
    world.server.manner = "greylists";
    await world.note();
    expect(await world.round()).toBe(0);
    const [first] = await world.log();
    expect(first).toMatchObject({ state: "retrying", attempts: 1, errorCode: "smtp_450" });
    expect(await world.round()).toBe(0);
    await world.clock.later(60);
    await world.round();
    const [second] = await world.log();
    expect(second?.attempts).toBe(2);
    world.server.manner = "takes";
    await world.clock.later(120);
    expect(await world.round()).toBe(1);
    expect(await world.log()).toMatchObject([{ state: "sent", attempts: 3, errorCode: null }]);
    expect(world.server.mails).toHaveLength(1);
  });

  it.each(["knows_nobody", "refuses_the_text"] as const)(
    "%s (5xx) is not asked again, until an admin says so",
    async (manner) => {
      world.server.manner = manner;
      await world.note();
      expect(await world.round()).toBe(0);
      await world.clock.later(90_000);
      expect(await world.round()).toBe(0);
      const [entry] = await world.log("?state=failed");
      expect(entry).toMatchObject({ attempts: 1, errorCode: expect.stringMatching(/^smtp_55[02]$/) });
      world.server.manner = "takes";
      const again = `/api/notifications/deliveries/${String(entry?.deliveryId)}/retry`;
      expect((await client(world.person).post(again)).status).toBe(403);
      expect((await client(world.admin).post(again)).status).toBe(200);
      expect(await world.round()).toBe(1);
      expect((await client(world.admin).post(again)).body).toMatchObject({ code: "not_failed" });
    },
  );

  it.each(["falls_silent", "cuts_after_data"] as const)(
    "%s may have the mail: it comes again as the same",
    async (manner) => {
      world.server.manner = manner;
      await world.note();
      expect(await world.round()).toBe(0);
      expect(await world.log()).toMatchObject([{ state: "retrying", attempts: 1 }]);
      world.server.manner = "takes";
      await world.clock.later(60);
      expect(await world.round()).toBe(1);
      expect(world.server.mails).toHaveLength(2);
      expect(new Set(world.server.mails.map(({ messageId }) => messageId)).size).toBe(1);
      expect(world.server.mails[0]?.text).toBe(world.server.mails[1]?.text);
    },
  );

  it("puts off for a day is given up, with the reason", async () => {
    world.server.manner = "greylists";
    await world.note();
    for (let tried = 0; tried < 3; tried += 1) {
      await world.round();
      await world.clock.later(50_000);
    }
    expect(await world.log()).toMatchObject([
      { state: "failed", errorCode: "smtp_450", error: expect.stringMatching(/^Given up after 3/) },
    ]);
  });
});

describe("a sender that dies", () => {
  it("between handing a mail over and writing that down is followed by another: the same mail, one more time at most", async () => {
    await world.note();
    const dying = world.side({
      hooks: {
        handedOver: () => {
          throw new Error("the process dies here");
        },
      },
    });
    await expect(world.round(dying)).rejects.toThrow("dies here");
    expect(await world.round()).toBe(0);
    await world.clock.later(46);
    expect(await world.round()).toBe(1);
    expect(world.server.mails).toHaveLength(2);
    expect(new Set(world.server.mails.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it("is not believed when it wakes up after another has taken over", async () => {
    await world.note();
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const slow = world.side({
      mailer: {
        send: async () => {
          await asleep;
          return { kind: "refused", code: "smtp_550", why: "said by the one who slept" };
        },
      },
    });
    const sleeping = world.round(slow);
    await expect.poll(async () => (await world.log())[0]?.state).toBe("sending");
    await world.clock.later(46);
    expect(await world.round()).toBe(1);
    wake();
    await sleeping;
    expect(await world.log()).toMatchObject([{ state: "sent", attempts: 2, error: null }]);
  });

  it("many senders at once send each message once", async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => createManager(house.db)));
    for (const one of people) await world.note(1, one);
    await world.side().notificationRounds.tell();
    const sent = await Promise.all(
      Array.from({ length: 5 }, (_, n) => world.side().notificationRounds.send(`sender ${n}`, 5)),
    );
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(12);
    expect(world.server.mails).toHaveLength(12);
  });
});
