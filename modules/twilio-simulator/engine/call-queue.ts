import { clock } from "../clock";
import type { Mix } from "../contract";
import type { Call } from "./call";
import { secondsBetween } from "./rfc2822";
import { newSid } from "./sids";

export const DEFAULT_QUEUE_SIZE = 1_000;
export const MOST_QUEUE_SIZE = 5_000;

/** Two legs being connected by Dial with a Queue: each side says when it is there and when it has gone. */
export interface QueueBridge {
  mix: Mix;
  dialerSid: string;
  /** TwiML that the waiting caller hears before being connected. */
  announcement: { url: string; method: "GET" | "POST" } | null;
  callerReady(): void;
  /** Aborted when either side has gone. */
  over: AbortController;
}

export type QueueExit = { kind: "bridge"; bridge: QueueBridge } | { kind: "redirected" };

/** A call waiting in a queue. */
export class QueueMember {
  readonly call: Call;
  readonly enqueuedAt = clock.date();
  readonly exit: Promise<QueueExit>;
  private settle: (exit: QueueExit) => void = () => undefined;

  constructor(call: Call) {
    this.call = call;
    this.exit = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /** Takes the member out of waiting; only the first way out counts. */
  release(exit: QueueExit): void {
    this.settle(exit);
  }

  waitSeconds(): number {
    return secondsBetween(this.enqueuedAt, clock.date());
  }
}

/** First in, first out. */
export class CallQueue {
  readonly sid = newSid("QU");
  readonly createdAt = clock.date();
  updatedAt = this.createdAt;
  friendlyName: string;
  maxSize: number;
  private readonly waiting: QueueMember[] = [];

  constructor(friendlyName: string, maxSize: number) {
    this.friendlyName = friendlyName;
    this.maxSize = maxSize;
  }

  get members(): readonly QueueMember[] {
    return this.waiting;
  }

  /** Joins at the end; null when the queue is full. */
  enter(call: Call): QueueMember | null {
    if (this.waiting.length >= this.maxSize) return null;
    const member = new QueueMember(call);
    this.waiting.push(member);
    call.queue = this;
    this.updatedAt = clock.date();
    return member;
  }

  /** Takes a member out, wherever they stand; harmless when they have left. */
  remove(member: QueueMember): void {
    const at = this.waiting.indexOf(member);
    if (at < 0) return;
    this.waiting.splice(at, 1);
    member.call.queue = null;
    this.updatedAt = clock.date();
  }

  find(callSid: string): QueueMember | undefined {
    return this.waiting.find((member) => member.call.sid === callSid);
  }

  front(): QueueMember | undefined {
    return this.waiting[0];
  }

  /** 1 for the next to be served; 0 for somebody who is not in the queue. */
  position(member: QueueMember): number {
    return this.waiting.indexOf(member) + 1;
  }

  /** Mean wait in seconds of those who wait now, which is what Twilio calls the average. */
  averageWaitSeconds(): number {
    if (this.waiting.length === 0) return 0;
    return Math.round(this.waiting.reduce((sum, member) => sum + member.waitSeconds(), 0) / this.waiting.length);
  }
}

/** The account's queues, made on demand. */
export class QueueRegistry {
  private readonly bySid = new Map<string, CallQueue>();

  findBySid(sid: string): CallQueue | undefined {
    return this.bySid.get(sid);
  }

  findByName(name: string): CallQueue | undefined {
    return [...this.bySid.values()].find((queue) => queue.friendlyName === name);
  }

  create(name: string, maxSize = DEFAULT_QUEUE_SIZE): CallQueue {
    const queue = new CallQueue(name, maxSize);
    this.bySid.set(queue.sid, queue);
    return queue;
  }

  findOrCreate(name: string): CallQueue {
    return this.findByName(name) ?? this.create(name);
  }

  remove(queue: CallQueue): void {
    this.bySid.delete(queue.sid);
  }

  list(): CallQueue[] {
    return [...this.bySid.values()];
  }

  clear(): void {
    this.bySid.clear();
  }
}
