import { createQueue } from "@/tests/support/factories/queues";
import { createAgents } from "@/tests/support/factories/agents";
import { systemActor } from "@/lib/principal";
import { exponential, seeded, type Random } from "../simulated-day/random";
import { Agenda } from "./agenda";
import { Flapper } from "./flapper";
import { DayHouse, webhookRequest } from "./house";

const WORKER_S = 5;
const TICK_S = 10;
const RING_S = 20;
const TALK = exponential(180);
const PATIENCE = exponential(300);
/** Who hangs up sooner had not really called. */
export const AT_ONCE_S = 5;
/** A person who is there answers almost every ring, within a few seconds. */
const ANSWERS = 0.985;
const ANSWER_S = (random: Random): number => 2 + 6 * random();
const WRAP_UP_S = 20;
const worker = systemActor("worker");

export interface DayOutcome {
  /** Callers whose waiting ended: those who hung up at once left out. */
  calls: number;
  connected: number;
  rings: number;
  answered: number;
  /** Callers that found an agent, and pairs of a caller and an agent who was there that a worker's round still met. */
  found: number;
  missed: number;
}

export interface DayInput {
  seed: number;
  hours: number;
  agents: number;
  load: number;
}

/** One day of a queue whose agents come and go, through the product's own services. */
export class FlappingDay {
  private readonly random: Random;
  private readonly agenda = new Agenda();
  private readonly flappers = new Map<string, Flapper>();
  private readonly outcome: DayOutcome = { calls: 0, connected: 0, rings: 0, answered: 0, found: 0, missed: 0 };
  private seenRings = 0;
  private callers = 0;
  /** Callers who are on the line and have no agent yet. */
  private readonly waiting = new Set<string>();

  constructor(
    private readonly house: DayHouse,
    private readonly input: DayInput,
  ) {
    this.random = seeded(input.seed);
  }

  async run(): Promise<DayOutcome> {
    const { agents, hours, load } = this.input;
    const queueId = await createQueue(this.house.db, { shortAbandonSeconds: 0, wrapUpSeconds: WRAP_UP_S });
    for (const agent of await createAgents(this.house.db, agents)) {
      await this.house.db.queueMembership.create({ data: { queueId, agentId: agent.agentId } });
      const flapper = new Flapper(agent, this.house, this.agenda, this.random);
      this.flappers.set(agent.agentId, flapper);
      await flapper.begin();
    }
    const between = exponential((180 + 10 + WRAP_UP_S) / (agents * load));
    const arrive = async (): Promise<void> => {
      this.agenda.in(between(this.random), arrive);
      await this.callIn();
    };
    this.agenda.in(between(this.random), arrive);
    this.agenda.in(WORKER_S, () => this.workerRound());
    await this.agenda.run(hours * 3_600, (at) => this.house.at(at));
    return this.outcome;
  }

  /** Lets the product act on what has just happened, and the agents hear what rings now. */
  private async settle(): Promise<void> {
    await this.house.settle();
    const { rings } = this.house.carrier;
    for (; this.seenRings < rings.length; this.seenRings += 1) {
      const rung = rings[this.seenRings];
      if (rung) await this.ring(rung.callSid, new URL(rung.ring.url).searchParams.get("offer") ?? "");
    }
  }

  private async workerRound(): Promise<void> {
    this.agenda.in(WORKER_S, () => this.workerRound());
    await this.house.container.presenceChanges.sweep();
    await this.house.calls.queueProcessor.expireOffers(worker);
    await this.house.calls.queueProcessor.endWrapUps(worker);
    await this.settle();
    this.outcome.missed += Math.min(await this.inLine(), await this.idle());
  }

  private inLine(): Promise<number> {
    return this.house.db.queuedCall.count({ where: { state: "waiting", carrierQueueSid: { not: null } } });
  }

  /** Agents who are there, hold nothing, and whom the product has not set away for rings they did not answer. */
  private async idle(): Promise<number> {
    const there = [...this.flappers].filter(([, flapper]) => flapper.isThere).map(([agentId]) => agentId);
    const sessions = await this.house.db.agentSession.findMany({
      where: { agentId: { in: there }, logoutAt: null, status: "away" },
      select: { agentId: true },
    });
    const held = await this.house.db.agentCallSlot.findMany({ where: { agentId: { in: there } } });
    const out = new Set([...sessions, ...held].map(({ agentId }) => agentId));
    return there.filter((agentId) => !out.has(agentId)).length;
  }

  private async callIn(): Promise<void> {
    const { carrier, calls } = this.house;
    const callSid = carrier.leg("in-progress");
    this.callers += 1;
    this.waiting.add(callSid);
    const from = `+1555${String(this.callers).padStart(7, "0")}`;
    await calls.inboundCalls.answer(
      webhookRequest({ CallSid: callSid, From: from, To: "+15550100000", CallStatus: "ringing" }),
    );
    await this.tick(callSid, 0);
    const patience = PATIENCE(this.random);
    this.agenda.in(patience, () => this.giveUp(callSid, patience));
  }

  private async tick(callSid: string, seconds: number): Promise<void> {
    if (!this.waiting.has(callSid)) return;
    const said = { CallSid: callSid, QueueSid: "QU1", QueueTime: String(seconds) };
    await this.house.calls.callerLine.tick(webhookRequest(said));
    this.agenda.in(TICK_S, () => this.tick(callSid, seconds + TICK_S));
    await this.settle();
  }

  private async giveUp(callSid: string, seconds: number): Promise<void> {
    if (!this.waiting.delete(callSid)) return;
    if (seconds >= AT_ONCE_S) this.outcome.calls += 1;
    await this.callerGone(callSid);
  }

  private async callerGone(callSid: string): Promise<void> {
    this.house.carrier.end(callSid);
    await this.house.calls.callEvents.status(webhookRequest({ CallSid: callSid, CallStatus: "completed" }));
    await this.settle();
  }

  private async ring(agentLeg: string, offerId: string): Promise<void> {
    const offer = await this.house.db.callOffer.findUniqueOrThrow({
      where: { id: offerId },
      include: { queuedCall: { include: { call: true } } },
    });
    const flapper = this.flappers.get(offer.agentId);
    const callSid = offer.queuedCall.call.callSid ?? "";
    if (!flapper) throw new Error(`Nobody is called ${offer.agentId}`);
    this.outcome.found += 1;
    const answers = flapper.isThere && this.random() < ANSWERS;
    if (flapper.isThere) flapper.busy = true;
    await this.legReport(agentLeg, offerId, "ringing");
    this.agenda.in(answers ? ANSWER_S(this.random) : RING_S, async () => {
      // A caller who hung up meanwhile says nothing about the agent.
      if (this.house.carrier.legs.get(agentLeg) === "completed") {
        flapper.busy = false;
        return;
      }
      this.outcome.rings += 1;
      if (answers) await this.answer({ agentLeg, offerId, callSid, entryId: offer.queuedCallId, flapper });
      else await this.noAnswer(agentLeg, offerId, flapper);
    });
  }

  private async legReport(callSid: string, offerId: string, status: string): Promise<void> {
    const query = { offer: offerId, callback: "status" };
    await this.house.calls.agentLegs.status(webhookRequest({ CallSid: callSid, CallStatus: status }, query));
  }

  private async noAnswer(agentLeg: string, offerId: string, flapper: Flapper): Promise<void> {
    flapper.busy = false;
    this.house.carrier.end(agentLeg, "no-answer");
    await this.legReport(agentLeg, offerId, "no-answer");
    flapper.noticesMissedRing();
    await this.settle();
  }

  private async answer(pair: {
    agentLeg: string;
    offerId: string;
    callSid: string;
    entryId: string;
    flapper: Flapper;
  }): Promise<void> {
    const { agentLeg, offerId, callSid, entryId, flapper } = pair;
    const { carrier, calls } = this.house;
    this.outcome.answered += 1;
    carrier.legs.set(agentLeg, "in-progress");
    await calls.agentLegs.answered(webhookRequest({ CallSid: agentLeg }, { offer: offerId }));
    carrier.join(offerId, agentLeg);
    await this.settle();
    if (this.waiting.delete(callSid)) {
      this.outcome.calls += 1;
      this.outcome.connected += 1;
    }
    await calls.callerLine.nextStep(webhookRequest({ CallSid: callSid }, { step: "connect", offer: offerId }));
    carrier.join(offerId, callSid);
    const joined = { ConferenceSid: "CF1", StatusCallbackEvent: "participant-join", CallSid: callSid };
    await calls.callEvents.conference(webhookRequest(joined, { entry: entryId, offer: offerId }));
    this.agenda.in(TALK(this.random), async () => {
      await this.callerGone(callSid);
      carrier.end(agentLeg);
      await this.legReport(agentLeg, offerId, "completed");
      this.agenda.in(WRAP_UP_S, async () => {
        flapper.busy = false;
        await this.settle();
      });
    });
  }
}
