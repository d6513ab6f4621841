import pg from "pg";
import { afterEach, describe, expect, it, vi } from "vitest";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { LiveEventInput } from "@/modules/realtime/topics";
import { setClock } from "@/tests/support/clock";
import { EventStreamReader, openEvents } from "@/tests/support/event-stream";
import { createAgent } from "@/tests/support/factories/agents";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse({ poolSize: 20 });
const open: EventStreamReader[] = [];

const listen = async (user: TestUser, lastEventId?: string, query?: string) => {
  const stream = await EventStreamReader.open(user, lastEventId, query);
  open.push(stream);
  return stream;
};
const publish = (...events: LiveEventInput[]) => house.db.$transaction((tx) => publishLive(tx, events));
const lead = (leadId: string, audience: LiveEventInput["audience"] = "staff"): LiveEventInput => ({
  topic: "lead",
  audience,
  data: { leadId },
});
const leadIds = (stream: EventStreamReader) => stream.changes.map((change) => change.leadId);

afterEach(async () => {
  await Promise.all(open.splice(0).map((stream) => stream.close()));
  await expect.poll(() => house.container.eventHub.size).toBe(0);
  await setClock(house.db, 0);
});

describe("GET /api/events", () => {
  it("is a stream that nothing on the way may buffer, with a hint when to come back", async () => {
    const { response, abort } = await openEvents(await createManager(house.db));
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("cache-control")).toContain("no-transform");
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toMatch(/^retry: \d{4}\nid: \d+\.\d+\.\d+\nevent: hello\ndata: \{\}\n\n$/);
    abort.abort();
  });

  it("tells what is committed, in order, and nothing that is rolled back", async () => {
    const stream = await listen(await createManager(house.db));
    await publish(lead("1"), lead("2"));
    await house.db
      .$transaction(async (tx) => {
        await publishLive(tx, [lead("never")]);
        throw new Error("changed my mind");
      })
      .catch(() => undefined);
    await publish(lead("3"));
    await stream.until(() => stream.changes.length >= 3);
    expect(stream.changes).toEqual([
      { topic: "lead", leadId: "1" },
      { topic: "lead", leadId: "2" },
      { topic: "lead", leadId: "3" },
    ]);
  });

  it("lets staff hear everything, an agent what is for everyone or itself", async () => {
    const [agent, other, manager] = [
      await createAgent(house.db),
      await createAgent(house.db),
      await createManager(house.db),
    ];
    const [mine, theirs, staff] = [await listen(agent), await listen(other), await listen(manager)];
    await publish(
      lead("for staff"),
      lead("for agent", `agent:${agent.agentId}`),
      lead("for other", `agent:${other.agentId}`),
      lead("for everyone", "everyone"),
    );
    for (const stream of [mine, theirs, staff]) await stream.until(() => leadIds(stream).includes("for everyone"));
    expect(leadIds(mine)).toEqual(["for agent", "for everyone"]);
    expect(leadIds(theirs)).toEqual(["for other", "for everyone"]);
    expect(leadIds(staff)).toEqual(["for staff", "for agent", "for other", "for everyone"]);
  });

  it("never jumps over a slow transaction: later events wait for it", async () => {
    const stream = await listen(await createManager(house.db));
    const slow = new pg.Client({ connectionString: house.url });
    await slow.connect();
    try {
      await slow.query("BEGIN");
      await slow.query(`INSERT INTO live_events (topic, audience, data) VALUES ('lead', 'staff', '{"leadId":"slow"}')`);
      await publish(lead("quick"));
      await new Promise((resolve) => setTimeout(resolve, 800));
      expect(stream.changes).toEqual([]);
      await slow.query("COMMIT");
      await stream.until(() => stream.changes.length >= 2);
      expect(leadIds(stream)).toEqual(["slow", "quick"]);
    } finally {
      await slow.end();
    }
  });
});

describe("coming back", () => {
  it("goes on after the last event heard: none lost, none twice", async () => {
    const manager = await createManager(house.db);
    const first = await listen(manager);
    await publish(lead("a"), lead("b"));
    await first.until(() => first.changes.length >= 2);
    await first.close();
    await publish(lead("c"), lead("d", "everyone"));
    const header = await listen(manager, first.lastEventId);
    await publish(lead("e"));
    await header.until(() => leadIds(header).includes("e"));
    expect(leadIds(header)).toEqual(["c", "d", "e"]);
    expect(header.events.some((event) => event.event === "reset")).toBe(false);
    const query = await listen(manager, undefined, `?lastEventId=${first.lastEventId}`);
    await query.until(() => leadIds(query).includes("e"));
    expect(leadIds(query)).toEqual(["c", "d", "e"]);
  });

  it("loses and repeats nothing while events pour in from many writers", async () => {
    const manager = await createManager(house.db);
    const heard: unknown[] = [];
    let lastEventId: string | undefined = (await listen(manager)).lastEventId;
    const writers = [0, 1, 2, 3].map(async (writer) => {
      for (let index = 0; index < 60; index += 1) await publish(lead(`${writer}-${index}`));
    });
    const written = Promise.all(writers).then(() => publish(lead("the last")));
    while (heard.at(-1) !== "the last") {
      const stream = await listen(manager, lastEventId);
      await stream.until(() => stream.changes.length >= 1);
      await stream.close();
      heard.push(...leadIds(stream));
      lastEventId = stream.lastEventId;
    }
    await written;
    expect(heard.pop()).toBe("the last");
    expect(heard.length).toBe(240);
    expect(new Set(heard).size).toBe(240);
    for (const writer of [0, 1, 2, 3]) {
      const own = heard.filter((id) => String(id).startsWith(`${writer}-`));
      expect(own).toEqual(Array.from({ length: 60 }, (_, index) => `${writer}-${index}`));
    }
  });

  it("is told to read everything again when the gap is too old, and when its id is not one of ours", async () => {
    const manager = await createManager(house.db);
    const first = await listen(manager);
    const { lastEventId } = first;
    await first.close();
    await publish(lead("missed"));
    await setClock(house.db, 55 * 60);
    const soon = await listen(manager, lastEventId);
    await soon.until(() => leadIds(soon).includes("missed"));
    await setClock(house.db, 61 * 60);
    await soon.close();
    await expect.poll(() => house.container.eventHub.size).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 600)); // The poller notices that it is alone, and rests.
    const late = await listen(manager, lastEventId);
    await late.until((events) => events.some((event) => event.event === "reset"));
    expect(late.changes).toEqual([]);
    const foreign = await listen(manager, "what is this");
    await foreign.until((events) => events.some((event) => event.event === "reset"));
    const future = await listen(manager, `${2n ** 60n}.1.${Math.floor(Date.now() / 1_000)}`);
    await future.until((events) => events.some((event) => event.event === "reset"));
    // After a reset it goes on from now.
    await publish(lead("after"));
    await late.until(() => leadIds(late).includes("after"));
  });

  it("finds what was pruned gone, and everything after it there", async () => {
    await publish(lead("old"));
    await setClock(house.db, 61 * 60);
    expect(await house.container.livePruner.prune()).toBeGreaterThan(0);
    expect(await house.db.liveEvent.count()).toBe(0);
    await setClock(house.db, 0);
    await publish(lead("young"));
    expect(await house.container.livePruner.prune()).toBe(0);
    expect(await house.db.liveEvent.count()).toBe(1);
  });
});

describe("a stream's end", () => {
  it("comes within seconds of the sign-in being revoked, for that sign-in alone", async () => {
    const [manager, other] = [await createManager(house.db), await createManager(house.db)];
    const [stream, twin] = [await listen(manager), await listen(other)];
    await house.db.authSession.updateMany({ where: { userId: manager.userId }, data: { revokedAt: new Date() } });
    await stream.untilEnded();
    expect(twin.ended).toBe(false);
    await expect.poll(async () => (await openEvents(manager)).response.status).toBe(401);
  });

  it("comes when the person's role changes: the next stream has the new rights", async () => {
    const manager = await createManager(house.db);
    const stream = await listen(manager);
    await house.db.user.update({ where: { id: manager.userId }, data: { role: "agent" } });
    await stream.untilEnded();
  });

  it("comes to a reader that does not read; it may return and resume", async () => {
    const manager = await createManager(house.db);
    const { response } = await openEvents(manager);
    const long = "x".repeat(1_000);
    for (let batch = 0; batch < 3; batch += 1) {
      await publish(...Array.from({ length: 200 }, (_, index) => lead(`${batch}-${index}-${long}`)));
    }
    await expect.poll(() => house.container.eventHub.size).toBe(0);
    await response.body?.cancel();
  });

  it("leaves nothing behind: 200 opened and closed", async () => {
    const managers = await Promise.all(Array.from({ length: 10 }, () => createManager(house.db)));
    for (let round = 0; round < 10; round += 1) {
      const streams = await Promise.all(
        Array.from({ length: 20 }, (_, index) => EventStreamReader.open(managers[index % 10] as TestUser)),
      );
      expect(house.container.eventHub.size).toBe(20);
      await Promise.all(streams.map((stream) => stream.close()));
      expect(house.container.eventHub.size).toBe(0);
    }
    const queries = vi.spyOn(house.db, "$queryRaw");
    await new Promise((resolve) => setTimeout(resolve, 700));
    queries.mockClear();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(queries).not.toHaveBeenCalled();
  });

  it("is refused to strangers, and to one sign-in's twenty-fifth stream", async () => {
    expect((await client().get("/api/events")).status).toBe(401);
    const manager = await createManager(house.db);
    for (let count = 0; count < 24; count += 1) await listen(manager);
    expect((await openEvents(manager)).response.status).toBe(429);
  });
});
