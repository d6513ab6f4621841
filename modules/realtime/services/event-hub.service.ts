import { AppError } from "@/lib/errors";
import { hears, type Hearer } from "../domain/audience";
import { canResume, isAfter, type Position } from "../domain/position";
import type { LiveEvent } from "../topics";

export interface EventPage {
  events: LiveEvent[];
  position: Position;
  full: boolean;
}

export interface EventSourcePort {
  head(): Promise<Position>;
  after(from: Position, limit: number): Promise<EventPage>;
}

/** Says which sign-in sessions still stand, with the rights they have now. */
export interface SessionCheckPort {
  standing(sessionIds: readonly string[]): Promise<ReadonlyMap<string, Hearer>>;
}

/** One open stream. `send…` must not block; `end` is called once, for any reason. */
export interface Listener {
  sessionId: string;
  hearer: Hearer;
  sendHello(position: Position): void;
  sendChange(event: LiveEvent, position: Position): void;
  sendReset(position: Position): void;
  sendAlive(position: Position): void;
  end(): void;
}

export interface HubTiming {
  pollMs: number;
  aliveMs: number;
  sessionCheckMs: number;
  /** How long the database may be unreachable before listeners are sent away, to come back and resume. */
  patienceMs: number;
  /** Seconds that events are kept. */
  keptSeconds: number;
}

export const hubTiming: Omit<HubTiming, "keptSeconds"> = {
  pollMs: 250,
  aliveMs: 15_000,
  sessionCheckMs: 2_000,
  patienceMs: 3_000,
};

const PAGE = 500;
/** Events a returning listener is caught up with; beyond that reading everything again is cheaper. */
const MOST_REPLAYED = 2_000;
const MOST_LISTENERS = 5_000;
const MOST_PER_SESSION = 24;

interface Entry {
  listener: Listener;
  /** Events that came while the listener was being caught up; undefined once it is live. */
  held: { event: LiveEvent; position: Position }[] | undefined;
  joined: boolean;
}

/**
 * One poller a process, shared by all its listeners, running only while there are any. A query every quarter of a
 * second costs the same for one listener as for a thousand. LISTEN/NOTIFY would save a fraction of that quarter and
 * cost a connection of its own (it does not pass PgBouncer) and a lock at every notifying commit: not worth it here.
 */
export class EventHub {
  private readonly entries = new Set<Entry>();
  private position: Position | undefined;
  private starting: Promise<void> | undefined;

  constructor(
    private readonly source: EventSourcePort,
    private readonly sessions: SessionCheckPort,
    private readonly timing: HubTiming,
    private readonly log: { warn(fields: object, message: string): void },
  ) {}

  /** How many streams are open: for health, metrics and leak tests. */
  get size(): number {
    return this.entries.size;
  }

  /**
   * Adds a listener: it hears everything after `from`, or after now. When what it missed is not kept any more it is
   * told to read everything again. Answers how to take it away. Throws 429 and 503 at the bounds.
   */
  async join(listener: Listener, from: Position | undefined): Promise<() => void> {
    this.refuseTooMany(listener.sessionId);
    const entry: Entry = { listener, held: [], joined: false };
    this.entries.add(entry);
    const leave = () => void this.entries.delete(entry);
    try {
      const joinedAt = await this.running();
      entry.joined = true;
      listener.sendHello(from ?? joinedAt);
      await this.catchUp(entry, from, joinedAt);
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  private refuseTooMany(sessionId: string): void {
    if (this.entries.size >= MOST_LISTENERS) {
      throw new AppError(503, "too_many_listeners", "Too many open streams; try again in a moment.", {}, 5);
    }
    const own = [...this.entries].filter((entry) => entry.listener.sessionId === sessionId).length;
    if (own >= MOST_PER_SESSION) {
      throw new AppError(429, "too_many_streams", `At most ${MOST_PER_SESSION} open streams for one sign-in.`, {}, 5);
    }
  }

  private async catchUp(entry: Entry, from: Position | undefined, joinedAt: Position): Promise<void> {
    if (from && !(await this.replay(entry, from, joinedAt))) entry.listener.sendReset(joinedAt);
    // Everything held came after joinedAt; nothing is awaited from here on, so the order holds.
    for (const { event, position } of entry.held ?? []) entry.listener.sendChange(event, position);
    entry.held = undefined;
  }

  /** Tells what lies between two positions; false when not all of it can be told. */
  private async replay(entry: Entry, from: Position, to: Position): Promise<boolean> {
    if (!canResume(from, to, this.timing.keptSeconds)) return false;
    const missed: LiveEvent[] = [];
    for (let position = from; missed.length <= MOST_REPLAYED;) {
      const page = await this.source.after(position, PAGE);
      missed.push(...page.events.filter((event) => !isAfter(event, to)));
      if (!page.full || isAfter(page.position, to)) {
        for (const event of missed) this.tell(entry, event, { ...event, knownAt: to.knownAt });
        return true;
      }
      position = page.position;
    }
    return false;
  }

  private tell(entry: Entry, event: LiveEvent, position: Position): void {
    if (hears(entry.listener.hearer, event.audience)) entry.listener.sendChange(event, position);
  }

  /** The position of the running poller; starts it when it rests. */
  private async running(): Promise<Position> {
    if (!this.position) {
      this.starting ??= this.start().finally(() => (this.starting = undefined));
      await this.starting;
    }
    if (!this.position)
      throw new AppError(503, "events_unavailable", "Live updates are not available just now.", {}, 2);
    return this.position;
  }

  private async start(): Promise<void> {
    this.position = await this.source.head();
    void this.loop();
  }

  private async loop(): Promise<void> {
    let reachedAt = performance.now();
    let aliveAt = reachedAt;
    let checkedAt = reachedAt;
    while (this.entries.size > 0 && this.position) {
      await new Promise((resolve) => setTimeout(resolve, this.timing.pollMs));
      const now = performance.now();
      try {
        await this.poll();
        if (now - checkedAt >= this.timing.sessionCheckMs) {
          checkedAt = now;
          await this.endFallenSessions();
        }
        reachedAt = now;
      } catch (error) {
        this.log.warn({ err: error }, "live events could not be read");
        if (performance.now() - reachedAt >= this.timing.patienceMs) this.endAll();
      }
      if (now - aliveAt >= this.timing.aliveMs && this.position) {
        aliveAt = now;
        for (const entry of this.liveEntries()) entry.listener.sendAlive(this.position);
      }
    }
    // Nothing was awaited since nobody was left: whoever joins from here on starts the poller again.
    this.position = undefined;
  }

  private async poll(): Promise<void> {
    for (let full = true; full && this.position;) {
      const page = await this.source.after(this.position, PAGE);
      for (const event of page.events) {
        const position = { tx: event.tx, id: event.id, knownAt: page.position.knownAt };
        for (const entry of this.entries) {
          if (!entry.joined) continue;
          if (entry.held) this.hold(entry.held, entry, event, position);
          else this.tell(entry, event, position);
        }
      }
      this.position = page.position;
      full = page.full;
    }
  }

  private hold(held: NonNullable<Entry["held"]>, entry: Entry, event: LiveEvent, position: Position): void {
    if (!hears(entry.listener.hearer, event.audience)) return;
    held.push({ event, position });
    if (held.length > MOST_REPLAYED) this.end(entry);
  }

  /** Ends the streams of sessions that were revoked, ran out, or whose person has other rights than before. */
  private async endFallenSessions(): Promise<void> {
    // Who joins while this is asked is asked about the next time: nothing is known of them.
    const asked = [...this.entries];
    const standing = await this.sessions.standing([...new Set(asked.map((entry) => entry.listener.sessionId))]);
    for (const entry of asked) {
      if (!this.entries.has(entry)) continue;
      const { sessionId, hearer } = entry.listener;
      const now = standing.get(sessionId);
      if (now && now.role === hearer.role && now.agentId === hearer.agentId) continue;
      this.end(entry);
    }
  }

  private endAll(): void {
    for (const entry of [...this.entries]) this.end(entry);
  }

  private end(entry: Entry): void {
    this.entries.delete(entry);
    entry.listener.end();
  }

  private liveEntries(): Entry[] {
    return [...this.entries].filter((entry) => entry.joined && !entry.held);
  }
}
