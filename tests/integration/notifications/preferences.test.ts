import { describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { channels, toldEvents } from "@/modules/notifications/domain/told-events";
import { noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import type { PreferencesView } from "@/modules/notifications/schemas";
import { createAgents } from "../../support/factories/agents";
import { createLead } from "../../support/factories/leads";
import { createManager, type TestUser } from "../../support/factories/users";
import { client } from "../../support/http";
import { MessageWorld } from "../../support/messages";
import { testHouse } from "../../support/test-house";

const house = testHouse();
const world = new MessageWorld(() => ({ db: house.db, env: house.container.env }));

describe("quiet hours", () => {
  it("hold messages back by the person's own clock, and let all that came out as one after", async () => {
    const now = world.clock.now();
    const hour = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString().slice(11, 16);
    expect((await world.prefer({ timeZone: "UTC", quiet: { from: hour(-1), until: hour(2) } })).status).toBe(200);
    await world.note(2);
    expect(await world.round()).toBe(0);
    expect(await world.log()).toMatchObject([{ state: "gathering", quiet: true, attempts: 0 }]);
    await world.note(3);
    await world.clock.later(3_600);
    expect(await world.round()).toBe(0);
    await world.clock.later(3_700);
    expect(await world.round()).toBe(1);
    expect(world.server.mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^5 notifications/)]);
  });
});

describe("preferences", () => {
  it("decide by event and channel; what is not urgent is gathered for as long as the person likes", async () => {
    const read = await client(world.person).get<PreferencesView>("/api/notifications/preferences");
    expect(read.body).toMatchObject({ version: 0, quiet: null, digestMinutes: 15, timeZone: "UTC" });
    const changed = await world.prefer({
      version: 0,
      choices: { import: { email: false }, capacity: { email: true } },
    });
    expect(changed.body.events.find(({ event }) => event === "import")?.on).toEqual({
      in_app: true,
      email: false,
      sms: false,
    });
    await world.note();
    await house.db.$transaction((tx) =>
      noteEvents(tx, [{ event: "plan_ended", source: newId(), data: { planId: newId() } }]),
    );
    expect(await world.round()).toBe(0);
    expect(await house.db.notificationDelivery.count()).toBe(0);
    expect((await world.prefer({ version: 0, digestMinutes: 5 })).body).toMatchObject({ code: "version_conflict" });
    expect((await world.prefer({ timeZone: "Mars/Olympus" })).body).toMatchObject({ code: "unknown_time_zone" });
    expect((await world.prefer({ choices: { import: { sms: true } } })).body).toMatchObject({ code: "phone_needed" });
    expect((await world.prefer({ quiet: { from: "25:00", until: "07:00" } })).status).toBe(400);
  });

  it("are each person's own, for every event and channel", async () => {
    const read = async (who: TestUser) =>
      new Map(
        (await client(who).get<PreferencesView>("/api/notifications/preferences")).body.events.map((one) => [
          one.event,
          one.on,
        ]),
      );
    const other = await createManager(house.db);
    const [before, others] = [await read(world.person), await read(other)];
    await house.db.notificationPreferences.create({
      data: { userId: world.person.userId, phone: "+15550177009", phoneProven: true, updatedAt: new Date() },
    });
    const turned = (event: (typeof toldEvents)[number]) =>
      Object.fromEntries(channels.map((channel) => [channel, !before.get(event)?.[channel]]));
    const choices = Object.fromEntries(toldEvents.map((event) => [event, turned(event)]));
    expect((await world.prefer({ choices })).status).toBe(200);
    expect(Object.fromEntries(await read(world.person))).toEqual(choices);
    expect(await read(other)).toEqual(others);
  });

  it("keep what is switched off in the app out of it, and send it elsewhere all the same", async () => {
    await world.prefer({ choices: { import: { in_app: false } } });
    await world.note();
    expect(await world.round()).toBe(1);
    expect(world.server.mails).toHaveLength(1);
    const { body } = await client(world.person).get<{ notifications: object[]; unread: number }>("/api/notifications");
    expect(body).toMatchObject({ notifications: [], unread: 0 });
  });

  it("gather what is not urgent for as long as the person likes: one mail", async () => {
    await world.prefer({ digestMinutes: 30, choices: { capacity: { email: true } } });
    const agents = await createAgents(house.db, 3, { maxCapacity: 1 });
    for (const { agentId } of agents) {
      await createLead(house.db, { assignedTo: agentId });
      expect(await world.round()).toBe(0);
      await world.clock.later(590);
    }
    expect(await world.round()).toBe(0);
    await world.clock.later(60);
    expect(await world.round()).toBe(1);
    expect(world.server.mails.map(({ to }) => to?.[0]?.address)).toEqual([world.person.email]);
    expect(world.server.mails[0]?.text?.match(/capacity/g)?.length).toBeGreaterThan(0);
  });

  it("an unsubscribe link switches its events off without signing in; opening it changes nothing", async () => {
    await world.note();
    await world.round();
    const header = String(world.server.mails[0]?.headers.find(({ key }) => key === "list-unsubscribe")?.value);
    const path = /\/api\/notifications\/unsubscribe\?token=[\w.-]+/.exec(header)?.[0] ?? "";
    const anybody = client();
    const opened = await anybody.get(path);
    expect([opened.status, opened.headers.get("location")]).toEqual([
      303,
      expect.stringMatching(/^\/unsubscribe\?token=/),
    ]);
    expect((await client(world.person).get<PreferencesView>("/api/notifications/preferences")).body.version).toBe(0);
    const form = { "content-type": "application/x-www-form-urlencoded" };
    for (let again = 0; again < 2; again += 1) {
      const done = await anybody.post(path, undefined, { rawBody: "List-Unsubscribe=One-Click", headers: form });
      expect(done.body).toMatchObject({ success: true, channel: "email", events: [{ event: "import", on: false }] });
    }
    const after = await client(world.person).get<PreferencesView>("/api/notifications/preferences");
    expect(after.body.version).toBe(1);
    await world.clock.later(200);
    await world.note();
    expect(await world.round()).toBe(0);
    const forged = path.replace(/token=./, "token=x");
    expect((await anybody.post(forged)).body).toMatchObject({ code: "link_not_valid", status: 403 });
  });

  it("what was gathered before the person unsubscribed does not go out", async () => {
    const rounds = world.side().notificationRounds;
    await world.note();
    await rounds.tell();
    await world.prefer({ choices: { import: { email: false } } });
    expect(await rounds.send("the tests", 5)).toBe(0);
    expect((await world.log()).map(({ state, errorCode }) => [state, errorCode])).toEqual([
      ["skipped", "switched_off"],
    ]);
  });
});
