import { clock } from "../clock";
import type { LegAudio } from "../contract";
import type { CallQueue } from "./call-queue";
import { isFinal, mayBecome, type CallStatus, type FinalStatus } from "./call-states";
import type { Conference } from "./conference";
import type { AnsweredBy } from "./answered-by";
import type { DocumentRequest } from "./documents";
import type { Recording } from "./recording-store";

export type CallDirection = "inbound" | "outbound-api" | "outbound-dial";

/** What the carrier can do to the other end of a leg: a browser, or a scripted person (who needs nothing done). */
export interface FarEnd {
  answered(): void;
  hangUp(): void;
  /** What the leg hears from now on, as in `heard`. */
  hears?(what: string): void;
  /** Where the leg is now. */
  moved?(state: "in_progress" | "in_queue" | "in_conference", detail?: string): void;
}

export interface StatusCallback {
  url: string;
  method: "GET" | "POST";
  events: ReadonlySet<string>;
}

export interface CallDetails {
  sid: string;
  direction: CallDirection;
  from: string;
  to: string;
  parentSid: string | null;
  audio: LegAudio;
  status: CallStatus;
  statusCallback: StatusCallback | null;
}

const SCRIPTED: FarEnd = { answered: () => undefined, hangUp: () => undefined };
/** Entries of `heard` kept for one call: four hours of announcements. */
const MOST_HEARD = 5_000;

/** One leg of a call: its state, what it hears, and the two things that can end what it is doing (a move, its end). */
export class Call {
  readonly sid: string;
  readonly direction: CallDirection;
  readonly from: string;
  readonly to: string;
  readonly parentSid: string | null;
  readonly audio: LegAudio;
  readonly createdAt = clock.date();
  readonly heard: string[] = [];
  /** What a scripted far end has said, in order. */
  readonly spoken: string[] = [];
  /** Texts that it is saying, or about to say. */
  speaking = 0;
  readonly statusCallback: StatusCallback | null;
  updatedAt = this.createdAt;
  answeredAt: Date | null = null;
  endedAt: Date | null = null;
  endReason: string | null = null;
  status: CallStatus;
  farEnd: FarEnd = SCRIPTED;
  /** The recording of this call that goes on, or the last one. */
  recording: Recording | null = null;
  /** A machine has answered, and says this before its tone. */
  greeting: string | null = null;
  /** What answering machine detection has found. */
  answeredBy: AnsweredBy | null = null;
  /** Milliseconds between creation and the start of dialling (REST-created calls over the CPS limit). */
  queueTimeMs = 0;
  private inQueue: CallQueue | null = null;
  private inConference: Conference | null = null;
  private readonly life = new AbortController();
  private session: AbortController | null = null;
  private move: DocumentRequest | null = null;
  private sequence = 0;
  private readonly onChange: (call: Call) => void;

  constructor(details: CallDetails, onChange: (call: Call) => void) {
    this.sid = details.sid;
    this.direction = details.direction;
    this.from = details.from;
    this.to = details.to;
    this.parentSid = details.parentSid;
    this.audio = details.audio;
    this.status = details.status;
    this.statusCallback = details.statusCallback;
    this.onChange = onChange;
  }

  /** Ends with the call. */
  get alive(): AbortSignal {
    return this.life.signal;
  }

  get ended(): boolean {
    return isFinal(this.status);
  }

  get queue(): CallQueue | null {
    return this.inQueue;
  }

  set queue(queue: CallQueue | null) {
    this.inQueue = queue;
    this.tellWhere();
  }

  get conference(): Conference | null {
    return this.inConference;
  }

  set conference(conference: Conference | null) {
    this.inConference = conference;
    this.tellWhere();
  }

  /** SequenceNumber of the next status callback, from 0. */
  nextSequence(): number {
    const now = this.sequence;
    this.sequence += 1;
    return now;
  }

  /** Nobody is there but the control API. */
  get scripted(): boolean {
    return this.farEnd === SCRIPTED;
  }

  says(text: string): void {
    if (this.spoken.length < MOST_HEARD) this.spoken.push(text);
  }

  hears(what: string): void {
    this.heard.push(what);
    if (this.heard.length > MOST_HEARD) this.heard.splice(0, this.heard.length - MOST_HEARD);
    this.farEnd.hears?.(what);
  }

  private tellWhere(): void {
    if (this.ended) return;
    if (this.inQueue) this.farEnd.moved?.("in_queue", this.inQueue.friendlyName);
    else if (this.inConference) this.farEnd.moved?.("in_conference", this.inConference.friendlyName);
    else this.farEnd.moved?.("in_progress");
  }

  /**
   * Goes to a further state; a state that is already reached or past the end changes nothing (false).
   * @throws Error on a move that the table does not know: a fault in the engine
   */
  advance(status: CallStatus): boolean {
    if (this.ended || this.status === status) return false;
    if (!mayBecome(this.status, status))
      throw new Error(`Call ${this.sid} cannot go from ${this.status} to ${status}.`);
    this.status = status;
    this.updatedAt = clock.date();
    if (status === "in-progress") {
      this.answeredAt = this.updatedAt;
      this.farEnd.answered();
    }
    this.onChange(this);
    return true;
  }

  /** Ends the call; the second end of the same call does nothing. */
  end(status: FinalStatus, reason: string): void {
    if (this.ended) return;
    const final = mayBecome(this.status, status) ? status : "failed";
    this.status = final;
    this.endReason = reason;
    this.endedAt = clock.date();
    this.updatedAt = this.endedAt;
    this.life.abort();
    this.session?.abort();
    this.farEnd.hangUp();
    this.onChange(this);
    this.audio.close();
  }

  /** Hangs up: "completed" once answered, "canceled" before. */
  hangUp(reason: string): void {
    this.end(this.status === "in-progress" ? "completed" : "canceled", reason);
  }

  /** Starts something that a REST move ends: running a document, or being bridged. Ended at once by a move before it. */
  beginSession(): AbortController {
    this.session?.abort();
    this.session = new AbortController();
    if (this.ended || this.moved) this.session.abort();
    return this.session;
  }

  /** Stops whatever the call is doing and has it run this document instead; the last of several moves counts. */
  moveTo(request: DocumentRequest): void {
    this.move = request;
    this.session?.abort();
  }

  /** The document that the call was moved to meanwhile, once. */
  takeMove(): DocumentRequest | null {
    const request = this.move;
    this.move = null;
    return request;
  }

  get moved(): boolean {
    return this.move !== null;
  }

  /** Seconds from answer to end (or now); 0 when never answered. */
  durationSeconds(): number {
    if (!this.answeredAt) return 0;
    return Math.max(0, Math.round(((this.endedAt ?? clock.date()).getTime() - this.answeredAt.getTime()) / 1_000));
  }
}
