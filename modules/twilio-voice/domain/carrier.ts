import type { DetectionMode } from "./answering-machines";
import type { CarrierStatus } from "@/modules/call-queue/domain/call-status";

/** What the house asks of the carrier. Every method has a timeout, and throws CarrierError and nothing else. */
export interface CarrierPort {
  /** Rings a softphone; resolves once the carrier has taken the order, not when somebody answers. */
  ringAgent(ring: AgentRing): Promise<{ callSid: string }>;
  /** Legs rung with exactly these parameters that are not over, newest first: did a lost answer ring after all? */
  findRings(ring: AgentRing): Promise<string[]>;
  /** Takes a caller out of the carrier's queue to run another document. */
  moveQueueMember(queueSid: string, callSid: string, url: string): Promise<void>;
  /** Has an answered call run another document. */
  redirectCall(callSid: string, url: string): Promise<void>;
  /** Hangs up a leg, ringing or answered. */
  endCall(callSid: string): Promise<void>;
  /** The state of a leg; undefined when the carrier does not know it. */
  callStatus(callSid: string): Promise<CarrierStatus | undefined>;
  /** Rings a number outside; resolves once the carrier has taken the order. */
  dial(call: OutsideCall): Promise<{ callSid: string }>;
  /** Legs to this number that are not over, newest first: did a lost answer dial after all? */
  findDials(to: string): Promise<string[]>;
  /** Changes how somebody takes part in the conference of this name; "gone" when they do not (yet, any more). */
  updateParticipant(conferenceName: string, callSid: string, change: ParticipantChange): Promise<void>;
  /** Whether the leg takes part in the conference of this name now. */
  isInConference(conferenceName: string, callSid: string): Promise<boolean>;
}

export interface AgentRing {
  identity: string;
  /** Reach the softphone as custom parameters. */
  parameters: Readonly<Record<string, string>>;
  /** The document once answered. */
  url: string;
  statusUrl: string;
  timeoutSeconds: number;
}

export interface OutsideCall {
  /** E.164, both. */
  to: string;
  from: string;
  /** The document once answered. */
  url: string;
  statusUrl: string;
  timeoutSeconds: number;
  /** Find out whether a machine answers; undefined: do not. */
  detection?: Detection | undefined;
}

/** Answering machine detection: the document waits for it, or with `resultUrl` goes on while it is told there. */
export interface Detection {
  mode: DetectionMode;
  resultUrl?: string;
}

/** What is left out stays as it is. */
export interface ParticipantChange {
  /** On hold with what this address gives to hear; off it with null. */
  holdUrl?: string | null;
  muted?: boolean;
  /** Heard by this leg alone; by everybody with null. */
  coaches?: string | null;
}

export type CarrierFailure =
  /** The thing is not there (any more): no such call or member, or the call is over. */
  | "gone"
  /** Too many requests: not processed, try again later. */
  | "throttled"
  /** Not reached: not processed, try again later. */
  | "unreachable"
  /** No answer, or an error of the carrier's own: it may have been processed all the same. */
  | "unknown_outcome"
  /** Refused for good. */
  | "refused"
  /** Not asked at all: it has not been answering, and is left alone for a moment. */
  | "circuit_open";

/** Closed: requests are made. Open: they are not. Half open: one is made to see. */
export type CircuitStanding = "closed" | "open" | "half_open";

/** Why the carrier did not do what it was asked. */
export class CarrierError extends Error {
  constructor(
    readonly failure: CarrierFailure,
    message: string,
    /** The carrier's own number for it. */
    readonly code: number | undefined,
    options?: { cause: unknown },
    /** Seconds after which the carrier wants to be asked again, where it said so. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message, options);
    this.name = "CarrierError";
  }
}
