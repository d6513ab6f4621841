import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PresenceSession } from "@/modules/agents/schemas";
import { createAgent, type TestAgent } from "@/tests/support/factories/agents";
import { holdCall } from "@/tests/support/factories/held-calls";
import { createManager } from "@/tests/support/factories/users";
import { setClock } from "@/tests/support/clock";
import { client } from "@/tests/support/http";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse();

interface Answer {
  session: PresenceSession;
  nextBeatInMs: number;
  superseded: boolean;
}

let agent: TestAgent;

const beat = async (fields: Record<string, unknown> = {}, of: TestAgent = agent) =>
  client(of).post<Answer>("/api/agent-heartbeat", {
    agentId: of.agentId,
    deviceConnected: true,
    currentStatus: "available",
    clientId: "tab-1",
    choiceId: "choice-1",
    ...fields,
  });

const audits = async (): Promise<string[]> => {
  const sessions = await house.db.agentSession.findMany({ where: { agentId: agent.agentId } });
  const rows = await house.db.auditEntry.findMany({
    where: { entityId: { in: sessions.map((session) => session.id) } },
    orderBy: { id: "asc" },
  });
  return rows.map((row) => row.action);
};
const events = () => house.db.liveEvent.count({ where: { audience: `agent:${agent.agentId}` } });

beforeEach(async () => {
  agent = await createAgent(house.db);
});

afterEach(async () => {
  await setClock(house.db, 0);
});

describe("a beat", () => {
  it("opens a session and says how the server sees it", async () => {
    const { status, body } = await beat({ device: { registered: true, mos: 4.2, problems: [] } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      superseded: false,
      session: {
        agentId: agent.agentId,
        email: agent.email,
        name: agent.name,
        status: "available",
        chosenStatus: "available",
        deviceConnected: true,
        maxConcurrentCalls: 1,
        readiness: { score: 100, ready: true, issues: [] },
      },
    });
    expect(body.nextBeatInMs).toBeGreaterThanOrEqual(27_000);
    expect(body.nextBeatInMs).toBeLessThanOrEqual(33_000);
    expect(await audits()).toEqual(["agent_session.opened"]);
    expect(await events()).toBe(1);
  });

  it("takes the e-mail for the id, and nobody else's", async () => {
    expect((await beat({ agentId: agent.email.toUpperCase() })).status).toBe(200);
    const other = await createAgent(house.db);
    expect(await beat({ agentId: other.agentId })).toMatchObject({ status: 403, body: { code: "forbidden" } });
    const manager = await createManager(house.db);
    const asManager = await client(manager).post("/api/agent-heartbeat", {
      agentId: agent.agentId,
      deviceConnected: true,
      currentStatus: "available",
    });
    expect(asManager.status).toBe(403);
    expect(await house.db.agentSession.count({ where: { agentId: other.agentId } })).toBe(0);
  });

  it("that is plain moves the time alone: no audit row, no event, same session", async () => {
    const first = await beat();
    await setClock(house.db, 20);
    const second = await beat({ device: { rttMs: 500 } });
    expect(second.body.session.sessionId).toBe(first.body.session.sessionId);
    const moved =
      Date.parse(second.body.session.lastHeartbeat ?? "") - Date.parse(first.body.session.lastHeartbeat ?? "");
    expect(moved).toBeGreaterThanOrEqual(20_000);
    expect(second.body.session.readiness.issues.map((issue) => issue.code)).toEqual(["high_rtt"]);
    expect(await audits()).toEqual(["agent_session.opened"]);
    expect(await events()).toBe(1);
  });

  it("stays a heap-only update: no index is written", async () => {
    await beat();
    const counted = async () => {
      const [row] = await house.db.$queryRaw<{ updates: number; hot: number }[]>`
        SELECT n_tup_upd::int AS updates, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables
        WHERE relname = 'agent_sessions'`;
      return row ?? { updates: 0, hot: 0 };
    };
    for (let count = 0; count < 50; count += 1) await beat({ device: { rttMs: count } });
    // The server's statistics arrive a moment later.
    await vi.waitFor(async () => expect((await counted()).updates).toBeGreaterThanOrEqual(50), { timeout: 60_000 });
    const { updates, hot } = await counted();
    expect(hot / updates).toBeGreaterThan(0.9);
  });

  it("changes the status once, audited and told, however often it is repeated", async () => {
    await beat();
    for (let repeat = 0; repeat < 3; repeat += 1) {
      const { body } = await beat({ currentStatus: "break", choiceId: "choice-2" });
      expect(body.session).toMatchObject({ status: "break", readiness: { ready: false } });
    }
    expect(await audits()).toEqual(["agent_session.opened", "agent_session.status_changed"]);
    expect(await events()).toBe(2);
    const change = await house.db.auditEntry.findFirst({
      where: { action: "agent_session.status_changed", actorId: agent.userId },
    });
    expect(change).toMatchObject({ before: { status: "available" }, after: { status: "break" } });
  });

  it("works without clientId and choiceId too", async () => {
    const plain = { clientId: undefined, choiceId: undefined };
    expect((await beat(plain)).body.session.status).toBe("available");
    expect((await beat({ ...plain, currentStatus: "away" })).body.session.status).toBe("away");
    expect((await beat(plain)).body.session.status).toBe("available");
    const offline = await beat({ ...plain, currentStatus: "offline" });
    expect(offline.body.session).toMatchObject({ status: "offline", sessionId: null });
    expect((await beat(plain)).body.session.status).toBe("available");
  });

  it("tells of a device that came or went, without an audit row", async () => {
    await beat();
    const gone = await beat({ deviceConnected: false });
    expect(gone.body.session).toMatchObject({ deviceConnected: false, readiness: { ready: false } });
    expect(await events()).toBe(2);
    const back = await beat();
    expect(back.body.session.readiness.ready).toBe(true);
    expect(await events()).toBe(3);
    expect(await audits()).toEqual(["agent_session.opened"]);
  });

  it("tells when a plain beat's report makes the agent unready, and ready again", async () => {
    await beat();
    await beat({ device: { problems: ["mic_denied"] } });
    expect(await events()).toBe(2);
    await beat({ device: { problems: ["mic_denied"] } });
    expect(await events()).toBe(2);
    await beat({ device: { problems: [] } });
    expect(await events()).toBe(3);
  });

  it("closes the session with offline; offline without a session does nothing", async () => {
    const opened = await beat();
    const closed = await beat({ currentStatus: "offline" });
    expect(closed.body.session).toMatchObject({ sessionId: null, status: "offline", readiness: { score: 0 } });
    await beat({ currentStatus: "offline" });
    const row = await house.db.agentSession.findUniqueOrThrow({ where: { id: opened.body.session.sessionId ?? "" } });
    expect(row).toMatchObject({ status: "offline", logoutReason: "signed_out" });
    expect(row.logoutAt).not.toBeNull();
    expect(await audits()).toEqual(["agent_session.opened", "agent_session.closed"]);
  });

  it("derives on_call and wrap_up from live rows and never stores them", async () => {
    await beat();
    const callId = await holdCall(house.db, agent.agentId, "in_conversation");
    expect((await beat()).body.session).toMatchObject({ status: "on_call", chosenStatus: "available" });
    await house.db.queuedCall.update({ where: { id: callId }, data: { state: "wrap_up" } });
    expect((await beat()).body.session.status).toBe("wrap_up");
    await house.db.agentCallSlot.deleteMany({ where: { queuedCallId: callId } });
    expect((await beat()).body.session).toMatchObject({ status: "available", readiness: { ready: true } });
  });
});

describe("one open session an agent", () => {
  it("the newest client takes over when it asks; the older one is told", async () => {
    const first = await beat();
    const refused = await beat({ clientId: "tab-2" });
    expect(refused.body).toMatchObject({ superseded: true, session: { sessionId: first.body.session.sessionId } });
    const taken = await beat({ clientId: "tab-2", takeOver: true });
    expect(taken.body).toMatchObject({ superseded: false, session: { sessionId: first.body.session.sessionId } });
    expect((await beat()).body.superseded).toBe(true);
    // The older tab's farewell does not end the newer one's session.
    expect((await beat({ currentStatus: "offline" })).body).toMatchObject({
      superseded: true,
      session: { status: "available" },
    });
    expect(await audits()).toEqual(["agent_session.opened", "agent_session.taken_over"]);
  });

  it("a client whose lease ran out is followed without asking", async () => {
    await beat();
    await setClock(house.db, 89);
    expect((await beat({ clientId: "tab-2" })).body.superseded).toBe(true);
    await setClock(house.db, 92);
    expect((await beat({ clientId: "tab-2" })).body.superseded).toBe(false);
  });

  it("twenty first beats at once open one session", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => beat()));
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map((answer) => answer.body.session.sessionId)).size).toBe(1);
    expect(await house.db.agentSession.count({ where: { agentId: agent.agentId } })).toBe(1);
    expect(await audits()).toEqual(["agent_session.opened"]);
  });
});

describe("missed rings", () => {
  const missRing = (limit = 2, trouble: "unanswered" | "unheard" = "unanswered", offeredAt = new Date()) =>
    house.db.$transaction((tx) => {
      const actor = { type: "carrier", id: undefined, label: "test" } as const;
      return house.container.presenceChanges.missedRing(tx, agent.agentId, limit, actor, { offeredAt, trouble });
    });

  it("lower the score, then set away; repeating the old choice does not undo it, a new one does", async () => {
    await beat();
    expect(await missRing()).toEqual({ wentAway: false });
    expect((await beat()).body.session.readiness).toMatchObject({ score: 85, ready: true });
    expect(await missRing()).toEqual({ wentAway: true });
    for (let repeat = 0; repeat < 3; repeat += 1) {
      const { session } = (await beat()).body;
      expect(session).toMatchObject({ status: "away", statusReason: "missed_rings", readiness: { ready: false } });
      expect(session.readiness.issues.map((issue) => issue.code)).toContain("away_after_missed_rings");
    }
    const chosen = await beat({ choiceId: "choice-2" });
    expect(chosen.body.session).toMatchObject({ status: "available", statusReason: null, readiness: { score: 100 } });
    expect(await audits()).toEqual([
      "agent_session.opened",
      "agent_session.away_after_missed_rings",
      "agent_session.status_changed",
    ]);
  });

  it("stay known over a lease that ran out: the sweep does not whitewash a frozen tab", async () => {
    await beat();
    await missRing(1);
    await setClock(house.db, 100);
    expect(await house.container.presenceChanges.sweep()).toBeGreaterThan(0);
    expect((await beat()).body.session).toMatchObject({ status: "away", statusReason: "missed_rings" });
    expect((await beat({ choiceId: "choice-2" })).body.session.status).toBe("available");
  });

  it("that the device did not hear end with its owner's word from a new browser, be it the word of before", async () => {
    await beat();
    await missRing(5, "unheard");
    expect((await beat()).body.session.readiness.ready).toBe(false);
    const anew = { clientId: "tab-2", choiceId: "choice-2", takeOver: true, deviceConnected: false };
    expect((await beat(anew)).body.session.statusReason).toBeNull();
    // The ring that was on its way to the browser of before ends only now: before the phone has signed on, and after.
    const before = new Date();
    await missRing(5, "unheard", before);
    const ready = await beat({ ...anew, takeOver: undefined, deviceConnected: true });
    expect(ready.body.session.readiness).toMatchObject({ ready: true, score: 85 });
    await missRing(5, "unheard", before);
    expect((await beat({ clientId: "tab-2", choiceId: "choice-2" })).body.session.readiness.score).toBe(85);
    await missRing(5, "unheard", new Date(Date.now() + 1_000));
    expect((await beat({ clientId: "tab-2", choiceId: "choice-2" })).body.session.readiness.ready).toBe(false);
  });

  it("that the device did not hear end when the page is loaded again, not when it thaws", async () => {
    await beat();
    await missRing(5, "unheard");
    await beat({ deviceConnected: false, device: { frozen: true } });
    expect((await beat({ device: { frozen: false } })).body.session.readiness.ready).toBe(false);
    await beat({ deviceConnected: false });
    expect((await beat()).body.session.readiness.ready).toBe(true);
    await missRing(5, "unheard");
    // The carrier's word that it rang comes late.
    await house.db.$transaction((tx) => house.container.presenceChanges.heardRing(tx, agent.agentId));
    expect((await beat()).body.session.readiness.ready).toBe(true);
  });

  it("are forgotten with an answered one", async () => {
    await beat();
    await missRing();
    await house.db.$transaction((tx) => house.container.presenceChanges.answeredRing(tx, agent.agentId));
    expect((await beat()).body.session.readiness.score).toBe(100);
  });
});

describe("reading presence", () => {
  it("gives an agent its own, staff anybody's and everybody's", async () => {
    await beat();
    const other = await createAgent(house.db);
    const manager = await createManager(house.db);
    const path = (id: string) => `/api/agent-heartbeat?agentId=${encodeURIComponent(id)}`;
    expect((await client(agent).get<Answer>(path(agent.email))).body.session.agentId).toBe(agent.agentId);
    expect((await client(agent).get(path(other.agentId))).status).toBe(403);
    expect((await client(agent).get("/api/agent-heartbeat")).status).toBe(403);
    expect((await client(manager).get<Answer>(path(agent.agentId))).body.session.status).toBe("available");
    expect((await client(manager).get<Answer>(path(other.email))).body.session).toMatchObject({
      sessionId: null,
      status: "offline",
    });
    expect((await client(manager).get(path("nobody"))).status).toBe(404);
    const all = await client(manager).get<{ statistics: Record<string, number>; sessions: PresenceSession[] }>(
      "/api/agent-heartbeat",
    );
    expect(all.body.sessions.map((session) => session.agentId)).toEqual(
      expect.arrayContaining([agent.agentId, other.agentId]),
    );
    expect(all.body.statistics.ready).toBe(all.body.sessions.filter((session) => session.readiness.ready).length);
  });

  it("validates a whole pool in one query", async () => {
    await beat();
    const other = await createAgent(house.db);
    const queries = vi.spyOn(house.db, "$queryRaw");
    const judged = await house.container.devices.validatePool([other.agentId, agent.agentId]);
    // The flags may be read again meanwhile.
    const ofSessions = queries.mock.calls.filter(([query]) => JSON.stringify(query).includes("agent_sessions"));
    expect(ofSessions).toHaveLength(1);
    expect(judged.map((one) => [one.agentId, one.readiness.ready])).toEqual([
      [other.agentId, false],
      [agent.agentId, true],
    ]);
  });
});
