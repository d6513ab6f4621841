import { beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { AlertRepository } from "@/modules/alerts/repositories/alert.repository";
import { AlertBook } from "@/modules/alerts/services/alert-book.service";
import { CarrierBudget } from "@/modules/twilio-voice/services/carrier-budget.service";
import { CarrierHealthRepository } from "@/modules/twilio-voice/repositories/carrier-health.repository";
import { CarrierHealthService } from "@/modules/twilio-voice/services/carrier-health.service";
import { clientIdentity } from "@/modules/twilio-voice/domain/client-identity";
import { entryOf, untilState } from "../../support/calls/call-state";
import { callHouse } from "../../support/calls/call-house";
import { eventually } from "../../support/carrier/carrier-house";
import { setClock } from "../../support/clock";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createManager } from "../../support/factories/users";
import { client } from "../../support/http";

const calls = callHouse();
const { house } = calls;
const silent = { error: () => undefined, warn: () => undefined };
let queueId: string;

beforeEach(async () => {
  await house.quiet();
  await house.faults({ clear: true });
  await setClock(calls.db, 0);
  await calls.db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
  await calls.db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  queueId = await createQueue(calls.db, { shortAbandonSeconds: 0, missedRingsToAway: 1 });
});

async function readyAgents(count: number) {
  const agents = await Promise.all(Array.from({ length: count }, () => createReadyAgent(calls.db, queueId)));
  for (const { agentId } of agents) house.register(agentId);
  return agents;
}

type Agents = Awaited<ReturnType<typeof readyAgents>>;

/** The first of these agents whose offer may be dialled into does so. */
async function dialIn(agents: Agents) {
  const { agent, held } = await eventually(async () => {
    for (const agent of agents) {
      const { body } = await client(agent).get<{ calls: { callId: string; offerId: string; dialIn: boolean }[] }>(
        "/api/calls/current",
      );
      const held = body.calls.find((call) => call.dialIn);
      if (held) return { agent, held };
    }
    return undefined;
  }, "an offer that may be dialled into");
  const leg = `CA${newId().replaceAll("-", "")}`;
  const { callSid } = await calls.db.call.findUniqueOrThrow({ where: { id: held.callId } });
  house.devices.dialFrom({
    callSid: leg,
    from: `client:${clientIdentity(agent.agentId)}`,
    to: undefined,
    params: { offerId: held.offerId, callId: held.callId },
    applicationSid: `AP${"0".repeat(32)}`,
  });
  return { agent, callSid, leg };
}

/** The call that an agent has. */
async function callOf(agent: Agents[number] | undefined): Promise<string> {
  const where = { slots: { some: { agentId: agent?.agentId ?? "", owns: true } } };
  const { call } = await calls.db.queuedCall.findFirstOrThrow({ where, include: { call: true } });
  return call.callSid;
}

const alertOf = (kind: string) => calls.db.alert.findFirst({ where: { kind }, orderBy: { firstSeen: "desc" } });
const standing = async () => {
  const asker = client(await createManager(calls.db));
  return (await asker.get<{ standing: string; since: string | null }>("/api/carrier")).body;
};

describe("a carrier that does not answer", () => {
  it("is left alone and said so; nobody is blamed, callers are told, agents dial in, and each rings once when it is back", async () => {
    const agents = await readyAgents(6);
    await house.faults({ rest: { status: 503, times: 100_000 } });
    for (let i = 0; i < 6; i += 1) await house.callIn(`+1555010200${i}`);
    await expect.poll(async () => (await standing()).standing).not.toBe("closed");
    expect((await standing()).since).not.toBeNull();
    // Raised right after the standing has been written.
    await expect.poll(() => alertOf("carrier_circuit_open")).toMatchObject({ severity: "critical", resolvedAt: null });

    // Nobody is free while it lasts: a caller who comes now waits, and hears why.
    const late = await house.callIn("+15550102010");
    await expect.poll(async () => (await house.view(late)).heard.join(" | ")).toContain("having trouble");
    expect((await entryOf(calls.db, late))?.offers).toEqual([]);
    const requests = async () => (await house.log()).filter((entry) => entry.kind === "rest").length;
    const before = await requests();
    await Promise.all(Array.from({ length: 20 }, () => house.container.carrierCommands.drain()));
    expect((await requests()) - before).toBeLessThanOrEqual(2);

    // Offers that ran out meanwhile say nothing about the devices.
    await calls.db.callOffer.updateMany({ where: { status: "open" }, data: { expiresAt: new Date(0) } });
    await house.container.queueProcessor.expireOffers({ type: "system", id: undefined, label: "test" });
    const sessions = await calls.db.agentSession.findMany({ where: { logoutAt: null } });
    expect(sessions.map(({ status, missedRings }) => [status, missedRings])).toEqual(
      agents.map(() => ["available", 0]),
    );

    // No phone can be rung, but each offer can be dialled into: its caller leaves the line by its own next request.
    const { agent: helper, callSid: helped, leg } = await dialIn(agents);
    await untilState(calls.db, helped, "in_conversation");
    await expect.poll(() => house.media.mixOf(helped)).toEqual([helped, leg].sort());
    // Customers cannot be dialled, so that callbacks are offered to nobody, whoever is free.
    const spare = await readyAgents(3);
    await calls.db.callbackSettings.create({ data: { queueId, callsFrom: "00:00", callsUntil: "23:59" } });
    const wish = { number: "+15550102099", queueId };
    expect((await client(helper).post("/api/callbacks", wish)).body).toMatchObject({ status: "in_line" });
    await house.container.dispatcher.run();
    expect(await calls.db.callOffer.count({ where: { queuedCall: { kind: "callback" } } })).toBe(0);
    expect(await calls.db.agentCallSlot.count({ where: { agentId: { in: spare.map((one) => one.agentId) } } })).toBe(1);
    expect((await standing()).standing).not.toBe("closed");
    expect(house.devices.rung).toEqual([]);

    await house.faults({ clear: true });
    await expect.poll(async () => (await standing()).standing).toBe("closed");
    await expect.poll(async () => (await alertOf("carrier_circuit_open"))?.resolvedAt).toBeInstanceOf(Date);
    const others = agents.filter((one) => one !== helper);
    for (const { agentId } of others) (await house.rings(agentId)).answer();
    // Whoever came first may have gone to one of the spare agents, whose phone nobody answers.
    const answered = await callOf(others[0]);
    await untilState(calls.db, answered, "in_conversation");
    await house.untilCarrier(answered, "in_conference");
    for (const { agentId } of others) {
      const identity = clientIdentity(agentId);
      expect(house.devices.rung.filter((device) => device.identity === identity)).toHaveLength(1);
    }
  }, 60_000);

  it("tells other processes what it found, for as long as the process that found it lives", async () => {
    const rows = new CarrierHealthRepository(calls.db);
    const book = new AlertBook(calls.db, new AlertRepository(calls.db), silent);
    const well = { standing: "closed" as const, lastError: undefined, onChange: () => undefined };
    const other = new CarrierHealthService(well, () => Promise.resolve(), rows, book, "other", silent);
    await rows.report("dying", "open", "no answer");
    await book.raise("carrier_circuit_open", "carrier");
    await other.settle();
    expect(await other.read()).toMatchObject({ standing: "open" });
    expect(other.isOpen()).toBe(false);
    await setClock(calls.db, 31);
    await other.settle();
    expect(await other.read()).toEqual({ standing: "closed", since: null });
    expect(await alertOf("carrier_circuit_open")).toMatchObject({ resolvedAt: expect.any(Date) });
  });
});

describe("a carrier with too much to do", () => {
  it("is asked again when it said, and that counts as no attempt", async () => {
    const [agent] = await readyAgents(1);
    await house.faults({ rest: { path: "/Calls.json", method: "POST", status: 429, retryAfter: 1, times: 2 } });
    const callSid = await house.callIn();
    await house.rings(agent?.agentId ?? "");
    const entry = await entryOf(calls.db, callSid);
    const command = await eventually(
      () => calls.db.carrierCommand.findFirst({ where: { queuedCallId: entry?.id ?? "", status: "done" } }),
      "the ring is done",
    );
    expect(command).toMatchObject({ kind: "ring_agent", attempts: 1, lastError: expect.stringMatching(/^throttled/) });
    // Two refusals of a second each, by the carrier's own word.
    expect(command.notBefore.getTime() - command.createdAt.getTime()).toBeGreaterThanOrEqual(2_000);
  });

  it("is sent no more calls a second than the account has, whoever sends them", async () => {
    const rows = new CarrierHealthRepository(calls.db);
    const processes = Array.from({ length: 3 }, () => {
      return new CarrierBudget(rows, () => ({ callsPerSecond: 3, concurrentCalls: 0 }));
    });
    const ask = () => Promise.all(processes.flatMap((one) => [1, 2, 3, 4].map(() => one.secondsUntil("ring_agent"))));
    await calls.db.carrierBudget.update({ where: { id: 1 }, data: { nextFreeAt: new Date() } });
    const waits = await ask();
    expect(waits.filter((wait) => wait === 0).length).toBe(3);
    expect(Math.max(...waits)).toBeLessThanOrEqual(1);
    await setClock(calls.db, 1);
    const later = await ask();
    expect(later.filter((wait) => wait === 0).length).toBe(3);
  });
});
