import { newId } from "@/lib/ids";
import type { CallSide } from "@/modules/container-calls";
import type { CarrierStatus } from "@/modules/call-queue/domain/call-status";
import {
  CarrierError,
  type AgentRing,
  type CarrierPort,
  type OutsideCall,
  type ParticipantChange,
} from "@/modules/twilio-voice/domain/carrier";
import type { WebhookRequest } from "@/modules/twilio-voice/domain/webhook-request";
import type { TwimlDocument, Verb } from "@/modules/twilio-voice/twiml/verbs";

type Conference = Extract<Verb, { verb: "conference" }>;
type Enqueue = Extract<Verb, { verb: "enqueue" }>;
type DialClient = Extract<Verb, { verb: "dialClient" }>;

/** One telephone line, as the carrier has it. */
export interface Leg {
  callSid: string;
  /** A number in E.164, or the identity of a softphone. */
  who: string;
  status: CarrierStatus;
  /** What it asks once it is answered. */
  url: string;
  statusUrl: string;
  conference?: Conference;
  queue?: Enqueue;
  /** Rung by the line of this leg, for the legacy flow. */
  dials?: { leg: Leg; verb: DialClient };
  /** Connected with the line that rang it. */
  bridged?: true;
}

/**
 * `prompt`: reports come at once and in order; `late`: all of them come in the end, twice and in any order; `never`: none
 * comes. What a line asks and waits for (documents) is always asked.
 */
export type Reports = "prompt" | "late" | "never";

const isFinal = (status: CarrierStatus): boolean =>
  status !== "queued" && status !== "ringing" && status !== "in-progress" && status !== "initiated";

/**
 * A carrier in memory that carries out the product's documents and orders, one after the other: no sockets, no clock, so
 * that a story runs the same each time. Between any two things that happen `pass` is called; what happens there is the
 * test's.
 */
export class StoryCarrier implements CarrierPort {
  readonly legs: Leg[] = [];
  /** Told between any two steps. */
  pass: () => void = () => undefined;
  reports: Reports = "prompt";
  /** A number that the carrier will not ring. */
  refuses: string | undefined;
  /** Rings this number when told to, and its answer gets lost, once. */
  losesAnswerTo: string | undefined;
  /** Who cannot be reached any more: their line is lost as soon as there is one. */
  readonly gone = new Set<string>();
  private side: CallSide | undefined;
  private readonly toAsk: { leg: Leg; url: string; params?: Record<string, string> }[] = [];
  private readonly toTell: { url: string; params: Record<string, string> }[] = [];

  serve(side: CallSide): void {
    this.side = side;
  }

  /** Somebody dials the house. */
  async callIn(from: string, to: string): Promise<Leg> {
    const leg = this.leg(from, "", "/api/webhooks/twilio/status", "in-progress");
    await this.follow(leg, await this.post("/api/webhooks/twilio/voice", leg, { From: from, To: to }));
    this.pass();
    return leg;
  }

  /** Whose lines are not over. */
  linesUp(): string[] {
    return this.legs.filter(({ status }) => !isFinal(status)).map(({ who }) => who);
  }

  /** Whether somebody else is in the conversation of this person, on hold or not. */
  hasCompany(who: string): boolean {
    const leg = this.lineOf(who);
    if (!leg) return false;
    if (leg.dials) return leg.dials.leg.bridged === true;
    return leg.conference !== undefined && this.membersOf(leg.conference.name).length > 1;
  }

  /** The newest line of this person that is not over. */
  lineOf(who: string): Leg | undefined {
    return this.legs.findLast((leg) => leg.who === who && !isFinal(leg.status));
  }

  /** A line that rings is picked up; its document is asked for. */
  async answer(leg: Leg, params: Record<string, string> = {}): Promise<void> {
    if (leg.status !== "queued" && leg.status !== "ringing") return;
    leg.status = "in-progress";
    this.tell(leg.statusUrl, leg);
    this.pass();
    if (isFinal(leg.status)) return;
    const document = await this.post(leg.url, leg, params);
    await this.follow(leg, document);
    const caller = this.legs.find((one) => one.dials?.leg === leg);
    // The agent whom a caller's line rang is connected unless the document hung up.
    if (caller && document.length === 0) leg.bridged = true;
    this.pass();
  }

  /** Somebody's line ends, and whatever hangs on it. */
  end(leg: Leg, status: CarrierStatus = "completed"): void {
    if (isFinal(leg.status)) return;
    leg.status = status;
    const { queue, dials } = leg;
    delete leg.queue;
    this.leave(leg);
    if (queue) this.tell(queue.actionUrl, leg, { QueueResult: "hangup", QueueSid: "QU1" });
    if (dials) {
      this.end(dials.leg, dials.leg.status === "in-progress" ? "completed" : "canceled");
      this.tell(dials.verb.actionUrl, leg, { DialCallStatus: dials.leg.status });
    }
    this.tell(leg.statusUrl, leg, { CallDuration: "5" });
    const caller = this.legs.find((one) => one.dials?.leg === leg && !isFinal(one.status));
    if (!caller?.dials) return;
    const params = { DialCallStatus: status, DialBridged: String(leg.bridged === true) };
    this.toAsk.push({ leg: caller, url: caller.dials.verb.actionUrl, params });
    delete caller.dials;
  }

  /** What somebody in the line hears next. */
  ticks(leg: Leg): Promise<TwimlDocument> {
    return this.post(leg.queue?.waitUrl ?? "", leg, { QueueSid: "QU1", QueueTime: "10" });
  }

  /** The caller in the line presses a key. */
  async press(leg: Leg, Digits: string): Promise<void> {
    if (!leg.queue) throw new Error("Only who waits in the line presses keys here.");
    await this.follow(leg, await this.post(`${leg.queue.waitUrl}&answer=callback`, leg, { QueueSid: "QU1", Digits }));
  }

  /** Reports how a line stands, whatever was reported before. */
  async told(url: string, leg: Leg): Promise<void> {
    await this.send(url, { CallSid: leg.callSid, CallStatus: leg.status });
  }

  /** Somebody vanishes: their line, if they have one, ends, and so does any later one. */
  vanish(who: string): void {
    this.gone.add(who);
    const leg = this.lineOf(who);
    if (leg) this.end(leg, leg.status === "in-progress" ? "completed" : "failed");
  }

  /** Carries out what lines have been told to ask next; answers whether there was anything. */
  async askNext(): Promise<boolean> {
    const next = this.toAsk.shift();
    if (!next) return false;
    if (!isFinal(next.leg.status)) await this.follow(next.leg, await this.post(next.url, next.leg, next.params));
    this.pass();
    return true;
  }

  /** Hands over the reports that are due; answers whether there were any. `shuffle` is used for late ones. */
  async tellAll(shuffle: <T>(list: readonly T[]) => T[]): Promise<boolean> {
    const due = this.toTell.splice(0);
    const all = this.reports === "late" ? shuffle([...due, ...due]) : due;
    if (this.reports !== "never") for (const { url, params } of all) await this.send(url, params);
    return all.length > 0 && this.reports !== "never";
  }

  ringAgent(ring: AgentRing): Promise<{ callSid: string }> {
    return this.ordered(() => this.rung(ring.identity, ring.url, ring.statusUrl));
  }

  findRings(ring: AgentRing): Promise<string[]> {
    return Promise.resolve(this.alive(({ url }) => url === ring.url));
  }

  dial({ to, url, statusUrl }: OutsideCall): Promise<{ callSid: string }> {
    return this.ordered(() => {
      if (to === this.refuses) throw new CarrierError("refused", "This number is not rung.", 21_211);
      const rung = this.rung(to, url, statusUrl);
      if (to !== this.losesAnswerTo) return rung;
      this.losesAnswerTo = undefined;
      throw new CarrierError("unknown_outcome", "No answer.", undefined);
    });
  }

  findDials(to: string): Promise<string[]> {
    return Promise.resolve(this.alive(({ who }) => who === to));
  }

  moveQueueMember(_queueSid: string, callSid: string, url: string): Promise<void> {
    return this.ordered(() => {
      const leg = this.find(callSid);
      if (!leg.queue) throw new CarrierError("gone", "There is no such member.", 20_404);
      this.tell(leg.queue.actionUrl, leg, { QueueResult: "redirected", QueueSid: "QU1" });
      delete leg.queue;
      this.toAsk.push({ leg, url });
    });
  }

  redirectCall(callSid: string, url: string): Promise<void> {
    return this.ordered(() => {
      const leg = this.find(callSid);
      if (leg.queue) this.tell(leg.queue.actionUrl, leg, { QueueResult: "redirected", QueueSid: "QU1" });
      delete leg.queue;
      this.leave(leg);
      this.toAsk.push({ leg, url });
    });
  }

  endCall(callSid: string): Promise<void> {
    return this.ordered(() => {
      const leg = this.find(callSid);
      this.end(leg, leg.status === "in-progress" ? "completed" : "canceled");
    });
  }

  updateParticipant(conferenceName: string, callSid: string, _change: ParticipantChange): Promise<void> {
    return this.ordered(() => {
      const there = this.membersOf(conferenceName).some((leg) => leg.callSid === callSid);
      if (!there) throw new CarrierError("gone", "There is no such participant.", 20_404);
    });
  }

  callStatus(callSid: string): Promise<CarrierStatus | undefined> {
    return Promise.resolve(this.legs.find((leg) => leg.callSid === callSid)?.status);
  }

  isInConference(conferenceName: string, callSid: string): Promise<boolean> {
    return Promise.resolve(this.membersOf(conferenceName).some((leg) => leg.callSid === callSid));
  }

  private leg(who: string, url: string, statusUrl: string, status: CarrierStatus): Leg {
    const leg = { callSid: `CA${newId().replaceAll("-", "")}`, who, url, statusUrl, status };
    this.legs.push(leg);
    return leg;
  }

  private rung(who: string, url: string, statusUrl: string): { callSid: string } {
    const leg = this.leg(who, url, statusUrl, "ringing");
    this.tell(statusUrl, leg);
    if (this.gone.has(who)) this.end(leg, "failed");
    return { callSid: leg.callSid };
  }

  /** An order: something may happen before the carrier gets it, and before its answer is back. */
  private async ordered<T>(act: () => T): Promise<T> {
    this.pass();
    const done = await Promise.resolve().then(act);
    this.pass();
    return done;
  }

  private find(callSid: string): Leg {
    const leg = this.legs.find((one) => one.callSid === callSid);
    if (!leg || isFinal(leg.status)) throw new CarrierError("gone", "The call is over.", 21_220);
    return leg;
  }

  private alive(which: (leg: Leg) => boolean): string[] {
    return this.legs.filter((leg) => which(leg) && !isFinal(leg.status)).map(({ callSid }) => callSid);
  }

  private membersOf(conferenceName: string): Leg[] {
    return this.legs.filter(({ conference }) => conference?.name === conferenceName);
  }

  private leave(leg: Leg): void {
    const { conference } = leg;
    if (!conference) return;
    delete leg.conference;
    const params = { StatusCallbackEvent: "participant-leave", ConferenceSid: "CF1" };
    this.tell(conference.callbackUrl, leg, params);
    if (!conference.endsConference) return;
    for (const one of this.membersOf(conference.name)) this.end(one);
  }

  /** Runs a document as far as it goes by itself. */
  private async follow(leg: Leg, document: TwimlDocument): Promise<void> {
    for (const verb of document) {
      if (isFinal(leg.status)) return;
      switch (verb.verb) {
        case "conference":
          leg.conference = verb;
          this.tell(verb.callbackUrl, leg, { StatusCallbackEvent: "participant-join", ConferenceSid: "CF1" });
          return;
        case "enqueue":
          leg.queue = verb;
          await this.post(verb.waitUrl, leg, { QueueSid: "QU1", QueueTime: "0" });
          return;
        case "dialClient": {
          const agent = this.leg(verb.identity, verb.answerUrl, verb.statusUrl, "ringing");
          leg.dials = { leg: agent, verb };
          this.tell(verb.statusUrl, agent);
          this.pass();
          if (this.gone.has(verb.identity)) this.end(agent, "failed");
          return;
        }
        case "redirect":
          this.toAsk.push({ leg, url: verb.url });
          return;
        case "hangup":
          this.end(leg);
          return;
        default:
        // Spoken or played, or a message that is being left: the line stays as it is.
      }
    }
  }

  private tell(url: string, leg: Leg, params: Record<string, string> = {}): void {
    this.toTell.push({ url, params: { CallSid: leg.callSid, CallStatus: leg.status, ...params } });
  }

  private post(url: string, leg: Leg, params: Record<string, string> = {}): Promise<TwimlDocument> {
    return this.send(url, { CallSid: leg.callSid, CallStatus: leg.status, ...params });
  }

  private async send(address: string, params: Record<string, string>): Promise<TwimlDocument> {
    const { pathname, searchParams: query } = new URL(address, "http://127.0.0.1");
    const request: WebhookRequest = { params, query, url: address, requestId: newId() };
    return this.route(pathname.slice("/api/webhooks/twilio/".length), request);
  }

  private route(name: string, request: WebhookRequest): Promise<TwimlDocument> {
    const { side } = this;
    if (!side) throw new Error("The carrier serves nobody yet.");
    switch (name) {
      case "voice":
        return side.inboundCalls.answer(request);
      case "queue-hold-music":
        return side.callerLine.tick(request);
      case "queue-handler":
        return side.callerLine.leftQueue(request);
      case "caller-leg":
        return side.callerLine.nextStep(request);
      case "agent-leg":
        return side.agentLegs.answer(request);
      case "participant":
        return side.participantLegs.answer(request);
      case "callback-leg":
        return side.callbackLegs.answer(request);
      case "conference":
        return side.callEvents.conference(request);
      case "status":
        return side.callEvents.status(request);
      case "legacy-leg":
        return side.legacyLines.agentLeg(request);
      case "legacy-dial":
        return side.legacyLines.dialOver(request);
      case "voicemail":
        return side.exitLine.voicemail(request);
      default:
        throw new Error(`The story carrier knows no webhook ${name}.`);
    }
  }
}
