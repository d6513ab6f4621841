import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { env } from "@/lib/config/env";
import { createCallSide, type CallSide } from "@/modules/container-calls";
import type { WebhookRequest } from "@/modules/twilio-voice/domain/webhook-request";
import { entryOf } from "../../support/calls/call-state";
import { PaperCarrier } from "../../support/calls/paper-carrier";
import { setClock } from "../../support/clock";
import { createLead } from "../../support/factories/leads";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { testHouse } from "../../support/test-house";

/**
 * Law 3: whatever order the callbacks come in, however often, and whichever never come, a call's history ends in the
 * same state. What the carrier asks and waits for (documents) keeps its place; what it merely reports does not.
 */
/** Histories of each test: `npm run soak` runs thousands. */
const RUNS = Number(process.env.SOAK_RUNS ?? 8);
const SEED = process.env.SEED;
const house = testHouse({ poolSize: 12 });
let side: CallSide;
let carrier: PaperCarrier;

beforeAll(() => {
  carrier = new PaperCarrier();
  side = createCallSide(env(), house.db, house.container.presenceChanges, house.container.flags, carrier);
});

afterAll(async () => {
  await side.dispatcher.stop();
  await side.carrierCommands.stop();
});

beforeEach(async () => {
  await setClock(house.db, 0);
});

type Callback = () => Promise<unknown>;

const request = (params: Record<string, string>, query: Record<string, string> = {}): WebhookRequest => ({
  params,
  query: new URLSearchParams(query),
  url: "http://127.0.0.1/",
  requestId: newId(),
});

async function settle(): Promise<void> {
  await side.carrierCommands.drain();
  await side.dispatcher.run();
  await side.carrierCommands.drain();
}

interface Scene {
  callSid: string;
  agentLeg: string;
  offerId: string;
  entryId: string;
  agentId: string;
  leadId: string;
}

/** A caller in line whose offer rings one agent. */
async function ringing(recording: "off" | "announced" = "off"): Promise<Scene> {
  const { db } = house;
  await db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
  await db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
  const queueId = await createQueue(db, { shortAbandonSeconds: 0, wrapUpSeconds: 600 });
  await db.callQueue.update({ where: { id: queueId }, data: { recording } });
  const { agentId } = await createReadyAgent(db, queueId);
  const phone = `+1555${String(Math.floor(Math.random() * 1e7)).padStart(7, "0")}`;
  const leadId = await createLead(db, { phone });
  const callSid = carrier.leg("in-progress");
  await side.inboundCalls.answer(request({ CallSid: callSid, From: phone, To: "+15550100000", CallStatus: "ringing" }));
  await side.callerLine.tick(request({ CallSid: callSid, QueueSid: "QU1", QueueTime: "0" }));
  await settle();
  const entry = await entryOf(db, callSid);
  const offer = entry?.offers[0];
  if (!entry || !offer?.agentCallSid) throw new Error("the agent was not rung");
  return { callSid, agentLeg: offer.agentCallSid, offerId: offer.id, entryId: entry.id, agentId, leadId };
}

/** The same, answered, with both in the conference. */
async function talking(recording: "off" | "announced" = "off"): Promise<Scene> {
  const scene = await ringing(recording);
  carrier.legs.set(scene.agentLeg, "in-progress");
  await side.agentLegs.answered(request({ CallSid: scene.agentLeg }, { offer: scene.offerId }));
  carrier.join(scene.offerId, scene.agentLeg);
  await settle();
  await side.callerLine.nextStep(request({ CallSid: scene.callSid }, { step: "connect", offer: scene.offerId }));
  carrier.join(scene.offerId, scene.callSid);
  return scene;
}

const legStatus = (scene: Scene, status: string): Callback => {
  const query = { offer: scene.offerId, callback: "status" };
  return () => side.agentLegs.status(request({ CallSid: scene.agentLeg, CallStatus: status }, query));
};
const conference = (scene: Scene, event: string, callSid = ""): Callback => {
  const params = { ConferenceSid: "CF1", StatusCallbackEvent: event, CallSid: callSid };
  return () => side.callEvents.conference(request(params, { entry: scene.entryId, offer: scene.offerId }));
};
const callerStatus = (scene: Scene, status: string): Callback => {
  return () => side.callEvents.status(request({ CallSid: scene.callSid, CallStatus: status, CallDuration: "9" }));
};
const queueLeft = (scene: Scene, result: string): Callback => {
  const params = { CallSid: scene.callSid, QueueResult: result, QueueSid: "QU1", CallStatus: "completed" };
  return () => side.callerLine.leftQueue(request(params, { entry: scene.entryId }));
};

/** Every reported event of the ring and the conversation up to here. */
const joinReports = (scene: Scene): Callback[] => [
  legStatus(scene, "initiated"),
  legStatus(scene, "ringing"),
  legStatus(scene, "in-progress"),
  conference(scene, "participant-join", scene.agentLeg),
  conference(scene, "participant-join", scene.callSid),
  conference(scene, "conference-start"),
];

/** A history: which callbacks come, how often, in which order, and when the house gets to its own work between them. */
const history = (count: number) =>
  fc.noShrink(
    fc.record({
      copies: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: count, maxLength: count }),
      seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      settleEvery: fc.integer({ min: 1, max: 6 }),
      atOnce: fc.boolean(),
    }),
  );

async function deliver(
  callbacks: readonly Callback[],
  plan: { copies: number[]; seed: number; settleEvery: number; atOnce: boolean },
): Promise<void> {
  let state = plan.seed;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const all = callbacks.flatMap((callback, i) => Array.from({ length: plan.copies[i] ?? 1 }, () => callback));
  for (let i = all.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j] as Callback, all[i] as Callback];
  }
  if (plan.atOnce) await Promise.all(all.map((callback) => callback()));
  else {
    for (const [i, callback] of all.entries()) {
      await callback();
      if (i % plan.settleEvery === 0) await settle();
    }
  }
  await settle();
  // What never came is found out: the sweepers' times pass.
  await setClock(house.db, 61);
  await side.reconciler.reconcile();
  await side.queueProcessor.process({ type: "system", id: undefined, label: "test" });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await settle();
}

async function outcome(scene: Scene) {
  const entry = await entryOf(house.db, scene.callSid);
  const activities = await house.db.leadActivity.count({ where: { leadId: scene.leadId, type: "call" } });
  return {
    state: entry?.state,
    endedBy: entry?.call.endedBy,
    slot: entry?.slot?.agentId ?? null,
    openOffers: entry?.offers.filter((offer) => offer.status === "open").length,
    activities,
  };
}

async function always(
  make: () => Promise<{ scene: Scene; callbacks: Callback[] }>,
  count: number,
  expected: (scene: Scene) => Record<string, unknown>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(history(count), async (plan) => {
      await setClock(house.db, 0);
      const { scene, callbacks } = await make();
      expect(callbacks).toHaveLength(count);
      await deliver(callbacks, plan);
      expect(await outcome(scene)).toEqual(expected(scene));
    }),
    { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  );
}

describe("any order, any number, any loss of callbacks", () => {
  it("caller hangs up in conversation: wrap-up, ended by the caller", async () => {
    await always(
      async () => {
        const scene = await talking();
        carrier.end(scene.callSid);
        carrier.end(scene.agentLeg);
        const callbacks = [
          ...joinReports(scene),
          conference(scene, "participant-leave", scene.callSid),
          conference(scene, "participant-leave", scene.agentLeg),
          conference(scene, "conference-end"),
          callerStatus(scene, "completed"),
          legStatus(scene, "completed"),
          queueLeft(scene, "redirected"),
        ];
        return { scene, callbacks };
      },
      12,
      (scene) => ({ state: "wrap_up", endedBy: "caller", slot: scene.agentId, openOffers: 0, activities: 1 }),
    );
  });

  it("agent ends the call: wrap-up, ended by the agent", async () => {
    await always(
      async () => {
        const scene = await talking();
        const user = await house.db.agent.findUniqueOrThrow({ where: { id: scene.agentId }, include: { user: true } });
        const callId = (await entryOf(house.db, scene.callSid))?.callId ?? "";
        const principal = {
          kind: "user" as const,
          userId: user.userId,
          sessionId: newId(),
          email: user.user.email,
          name: user.user.name,
          role: "agent" as const,
          agentId: scene.agentId,
          timeZone: "UTC",
        };
        await side.callControl.end(principal, callId);
        await settle();
        const callbacks = [
          ...joinReports(scene),
          conference(scene, "participant-leave", scene.agentLeg),
          conference(scene, "participant-leave", scene.callSid),
          callerStatus(scene, "completed"),
          legStatus(scene, "completed"),
        ];
        return { scene, callbacks };
      },
      10,
      (scene) => ({ state: "wrap_up", endedBy: "agent", slot: scene.agentId, openOffers: 0, activities: 1 }),
    );
  });

  it("agent lost in conversation: back in line, nobody's, with no entry in the timeline yet", async () => {
    await always(
      async () => {
        const scene = await talking();
        carrier.end(scene.agentLeg);
        const callbacks = [
          ...joinReports(scene),
          conference(scene, "participant-leave", scene.agentLeg),
          legStatus(scene, "completed"),
        ];
        return { scene, callbacks };
      },
      8,
      () => ({ state: "waiting", endedBy: null, slot: null, openOffers: 0, activities: 0 }),
    );
  });

  it("caller hangs up while the phone rings: abandoned", async () => {
    await always(
      async () => {
        const scene = await ringing();
        carrier.end(scene.callSid);
        const callbacks = [
          legStatus(scene, "initiated"),
          legStatus(scene, "ringing"),
          legStatus(scene, "canceled"),
          callerStatus(scene, "completed"),
          queueLeft(scene, "hangup"),
        ];
        // At least one of the two that say so must come, or the sweepers' minute must pass: it always does.
        return { scene, callbacks };
      },
      5,
      () => ({ state: "abandoned", endedBy: "caller", slot: null, openOffers: 0, activities: 1 }),
    );
  });

  it("what is told of a recording, its end at least once: kept once, as long as the carrier said", async () => {
    await fc.assert(
      fc.asyncProperty(history(4), async (plan) => {
        await setClock(house.db, 0);
        const scene = await talking("announced");
        carrier.end(scene.callSid);
        carrier.end(scene.agentLeg);
        const news = (RecordingStatus: string, more: Record<string, string> = {}): Callback => {
          const params = { RecordingSid: `RE${scene.offerId}`, RecordingStatus, ...more };
          return () => side.recordingLine.reported(request(params, { entry: scene.entryId, talk: scene.offerId }));
        };
        const completed = news("completed", { RecordingDuration: "7" });
        const callbacks = [news("in-progress"), news("in-progress"), completed, callerStatus(scene, "completed")];
        await deliver(callbacks, plan);
        // The end is told once more, and the beginning very late.
        await completed();
        await news("in-progress")();
        await news("absent")();
        const kept = await house.db.callRecording.findMany({ where: { talkId: scene.offerId } });
        expect(kept).toMatchObject([
          { status: "completed", durationSeconds: 7, recordingSid: `RE${scene.offerId}`, pausedByAgent: false },
        ]);
        const audited = { action: "call.recording_kept", entityId: kept[0]?.callId ?? "" };
        expect(await house.db.auditEntry.count({ where: audited })).toBe(1);
      }),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    );
  });
});

describe("one report of an end is enough, and nobody waits for a sweeper", () => {
  const caller = { gone: (scene: Scene) => scene.callSid, state: "wrap_up" };
  const agent = { gone: (scene: Scene) => scene.agentLeg, state: "waiting" };
  const leaves = (of: (scene: Scene) => string) => (scene: Scene) => conference(scene, "participant-leave", of(scene));
  it.each([
    { what: "the caller left the conference", ...caller, report: leaves(caller.gone) },
    { what: "the caller's call is over", ...caller, report: (scene: Scene) => callerStatus(scene, "completed") },
    { what: "the agent left the conference", ...agent, report: leaves(agent.gone) },
    { what: "the agent's leg is over", ...agent, report: (scene: Scene) => legStatus(scene, "completed") },
  ])("$what: $state", async ({ gone, report, state }) => {
    await setClock(house.db, 0);
    const scene = await talking();
    carrier.end(gone(scene));
    await report(scene)();
    await settle();
    expect(await outcome(scene)).toMatchObject({ state });
  });
});
