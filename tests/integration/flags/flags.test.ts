import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { env } from "@/lib/config/env";
import { newId } from "@/lib/ids";
import { createContainer } from "@/modules/container";
import type { ExperimentView, FlagView, RollbackView } from "@/modules/flags/schemas";
import { postWebhook } from "@/tests/support/calls/signed-webhook";
import { createAgent } from "@/tests/support/factories/agents";
import { createLead } from "@/tests/support/factories/leads";
import { createQueue } from "@/tests/support/factories/queues";
import { createAdmin, createManager } from "@/tests/support/factories/users";
import { client, type SignedInAs } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

// The environment is read once a process: this one switches callbacks off whatever the database says.
const house = testHouse({ overrides: { FEATURE_CALLBACKS: "false", FLAG_CACHE_MS: "200" } });
let admin: SignedInAs;
let manager: SignedInAs;

interface Flags {
  flags: FlagView[];
  rollback: RollbackView;
}

beforeAll(async () => {
  admin = await createAdmin(house.db);
  manager = await createManager(house.db);
  await createQueue(house.db);
});

beforeEach(async () => {
  await client(admin).post("/api/flags/rollback", { active: false, reason: "Between two tests." });
  await house.db.featureFlag.deleteMany();
  house.container.flags.forget();
});

const flagOf = async (name: string): Promise<FlagView | undefined> =>
  (await client(manager).get<Flags>("/api/flags")).body.flags.find((flag) => flag.name === name);

async function newCall(From = "+15550100001") {
  const callSid = `CA${newId().replaceAll("-", "")}`;
  const form = { CallSid: callSid, From, To: "+15550100000", CallStatus: "ringing" };
  expect((await postWebhook("/api/webhooks/twilio/voice", form)).status).toBe(200);
  return house.db.call.findUniqueOrThrow({ where: { callSid }, include: { entry: true } });
}

const armsOfNewCall = async (): Promise<unknown> => (await newCall()).arms;

describe("a flag", () => {
  it("is what the environment says, else the database, else the default; each says so", async () => {
    expect(await flagOf("FEATURE_PRIORITY_QUEUE")).toEqual({
      name: "FEATURE_PRIORITY_QUEUE",
      share: 100,
      source: "default",
      setting: null,
    });
    const change = { percentage: 25, reason: "One in four first." };
    const changed = await client(admin).put<FlagView>("/api/flags/FEATURE_PRIORITY_QUEUE", change);
    expect(changed.body).toMatchObject({
      share: 25,
      source: "database",
      setting: { enabled: true, percentage: 25, reason: "One in four first." },
    });
    const forced = await client(admin).put<FlagView>("/api/flags/FEATURE_CALLBACKS", { enabled: true });
    expect(forced.body).toMatchObject({ share: 0, source: "environment", setting: { enabled: true } });
  });

  it("writes one audit row and one event a change, and none for what it is already", async () => {
    const before = await house.db.auditEntry.count();
    for (let i = 0; i < 3; i += 1) await client(admin).put("/api/flags/FEATURE_LOAD_BALANCING", { enabled: false });
    const rows = await house.db.auditEntry.findMany({ where: { entityType: "flag" }, orderBy: { id: "desc" } });
    expect((await house.db.auditEntry.count()) - before).toBe(1);
    expect(rows[0]).toMatchObject({
      action: "flag.changed",
      entityId: "FEATURE_LOAD_BALANCING",
      after: { enabled: false, percentage: 100, reason: null },
    });
    const events = await house.db.liveEvent.findMany({ where: { topic: "flag" }, orderBy: { id: "desc" } });
    expect(events[0]).toMatchObject({ audience: "staff", data: { name: "FEATURE_LOAD_BALANCING" } });
    expect(events[1]?.data).not.toEqual(events[0]?.data);
  });

  it("that does not exist is 404, and a percentage beyond 100 is 400", async () => {
    expect((await client(admin).put("/api/flags/FEATURE_MAGIC", { enabled: false })).status).toBe(404);
    expect((await client(admin).put("/api/flags/FEATURE_CALLBACKS", { percentage: 101 })).status).toBe(400);
    expect((await client(admin).put("/api/flags/FEATURE_CALLBACKS", { reason: "why" })).status).toBe(400);
  });

  it("changes are seen by another process within its reading's age", async () => {
    const other = createContainer(env(), house.db);
    expect(await other.flags.isOn("FEATURE_PRIORITY_QUEUE", "x")).toBe(true);
    await client(admin).put("/api/flags/FEATURE_PRIORITY_QUEUE", { enabled: false });
    expect(await house.container.flags.isOn("FEATURE_PRIORITY_QUEUE", "x")).toBe(false);
    await expect.poll(() => other.flags.isOn("FEATURE_PRIORITY_QUEUE", "x")).toBe(false);
  });
});

describe("priority in the line", () => {
  it("is a head start with the flag, and without it the time of arrival alone counts", async () => {
    const phone = "+15550144444";
    await createLead(house.db, { phone, priority: "urgent" });
    const headStartSeconds = async (): Promise<number> => {
      const { entry } = await newCall(phone);
      return Math.round(((entry?.enqueuedAt.getTime() ?? 0) - (entry?.orderKey.getTime() ?? 0)) / 1_000);
    };
    expect(await headStartSeconds()).toBe(180);
    await client(admin).put("/api/flags/FEATURE_PRIORITY_QUEUE", { enabled: false });
    expect(await headStartSeconds()).toBe(0);
  });
});

describe("the emergency switch", () => {
  it("puts every flag off at once for new calls, with its reason, and lifting it brings them back", async () => {
    await client(admin).put("/api/flags/FEATURE_PRIORITY_QUEUE", { enabled: false });
    const usual = await armsOfNewCall();
    expect(usual).toMatchObject({
      FEATURE_ENHANCED_QUEUE: true,
      FEATURE_PRIORITY_QUEUE: false,
      FEATURE_CALLBACKS: false,
    });
    const rolled = await client(admin).post<RollbackView>("/api/flags/rollback", {
      active: true,
      reason: "Nobody rings.",
    });
    expect(rolled.body).toMatchObject({ active: true, reason: "Nobody rings." });
    expect(new Set(Object.values((await armsOfNewCall()) as object))).toEqual(new Set([false]));
    const { flags } = (await client(manager).get<Flags>("/api/flags")).body;
    expect(new Set(flags.map(({ share }) => share))).toEqual(new Set([0]));
    expect(flags.find(({ name }) => name === "FEATURE_ENHANCED_QUEUE")?.source).toBe("rollback");
    await client(admin).post("/api/flags/rollback", { active: false, reason: "They ring again." });
    expect(await armsOfNewCall()).toEqual(usual);
    const audit = await house.db.auditEntry.findMany({
      where: { entityId: "rollback" },
      orderBy: { id: "desc" },
      take: 2,
    });
    expect(audit.map(({ action, after }) => [action, after])).toEqual([
      ["flag.rollback_lifted", { active: false, reason: "They ring again." }],
      ["flag.rolled_back", { active: true, reason: "Nobody rings." }],
    ]);
  });

  it("needs a reason", async () => {
    expect((await client(admin).post("/api/flags/rollback", { active: true, reason: " " })).status).toBe(400);
    expect((await flagOf("FEATURE_ENHANCED_QUEUE"))?.source).toBe("default");
  });
});

describe("a flag that is rolled out to a share of the calls", () => {
  const NAME = "FEATURE_PRIORITY_QUEUE";

  /** Calls of one arm that came in just now: so many answered at once, the others after five minutes. */
  async function calls(
    arm: boolean,
    count: number,
    inTime: number,
    state: "done" | "short_abandoned" = "done",
  ): Promise<void> {
    const { id: queueId } = await house.db.callQueue.findFirstOrThrow();
    const [{ now } = { now: new Date() }] = await house.db.$queryRaw<{ now: Date }[]>`SELECT evenhand_now() AS now`;
    const rows = Array.from({ length: count }, (_, i) => ({ id: newId(), entryId: newId(), late: i >= inTime }));
    const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1_000);
    const call = { fromNumber: "+15550100009", toNumber: "+15550100000", carrierStatus: "completed", startedAt: now };
    await house.db.call.createMany({
      data: rows.map(({ id, late }) => ({
        ...{ ...call, id, callSid: `CA${id.replaceAll("-", "")}`, direction: "inbound", arms: { [NAME]: arm } },
        ...{ answeredAt: later(late ? 300 : 1), endedAt: later(400) },
      })),
    });
    await house.db.queuedCall.createMany({
      data: rows.map(({ id, entryId }) => ({ id: entryId, callId: id, queueId, state, enqueuedAt: now })),
    });
  }

  const experiment = async () =>
    (await client(manager).get<{ experiments: ExperimentView[] }>("/api/flags/experiments")).body.experiments.find(
      ({ name }) => name === NAME,
    );
  const set = (body: object) => client(admin).put<FlagView>(`/api/flags/${NAME}`, body);
  const round = () => house.container.flagExperiments.round();

  it("compares calls with and without since it was set, and is no experiment while it is on or off for all", async () => {
    expect(await experiment()).toBeUndefined();
    await set({ percentage: 50 });
    await calls(true, 10, 8, "short_abandoned");
    await calls(false, 10, 6, "short_abandoned");
    expect(await experiment(), "hung up at once").toMatchObject({ on: { calls: 0 }, off: { calls: 0 }, enough: false });
    await calls(true, 20, 15);
    await calls(false, 10, 9);
    expect(await experiment()).toMatchObject({
      on: { calls: 20, in_time: 15, lost: 0 },
      off: { calls: 10, in_time: 9 },
      service_level: { on: { value: 0.75 }, difference: { value: expect.closeTo(-0.15, 6) as number } },
    });
    await set({ percentage: 60 });
    expect(await experiment(), "set anew").toMatchObject({ on: { calls: 0 }, off: { calls: 0 } });
    expect((await client(await createAgent(house.db)).get("/api/flags/experiments")).status).toBe(403);
  });

  it("is switched off by its rule, once, with an audit row and an alert, when calls with it do worse", async () => {
    const { body } = await set({ percentage: 50, worseByPoints: 5 });
    expect(body.setting).toMatchObject({ worseByPoints: 5 });
    await calls(true, 120, 40);
    await calls(false, 120, 110);
    await house.db.featureFlag.update({ where: { name: NAME }, data: { worseByPoints: null } });
    expect(await round(), "without a rule").toBe(0);
    // A rule that is set begins no new comparison.
    await set({ worseByPoints: 5 });
    expect((await Promise.all([round(), round()])).toSorted(), "twice at once").toEqual([0, 1]);
    expect(await round()).toBe(0);
    expect(await flagOf(NAME)).toMatchObject({
      share: 0,
      setting: { enabled: false, percentage: 50, updatedBy: "the flag's own rule" },
    });
    expect((await flagOf(NAME))?.setting?.reason).toMatch(/^With it, fewer calls are answered in time: 58\.3 points/);
    const audit = await house.db.auditEntry.findMany({ where: { action: "flag.switched_off_by_rule" } });
    expect(audit).toMatchObject([{ entityId: NAME, after: { enabled: false, percentage: 50 } }]);
    const alerts = await house.db.alert.findMany({ where: { kind: "flag_harm" } });
    expect(alerts).toMatchObject([{ subject: NAME, details: { of: "service_level", points: 58 } }]);
  });
});
