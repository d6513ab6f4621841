import { Agenda } from "./agenda";
import { exponential, seeded, type Draw, type Random } from "./random";

/** One day of one queue. All times in seconds. */
export interface DaySettings {
  seed: number;
  agents: number;
  /** Work offered per agent at a moment of the day, 0 (its begin) to 1 (its end); 1 keeps every agent just busy. */
  load: (moment: number) => number;
  /** The highest load of the day. */
  mostLoad: number;
  daySeconds: number;
  talk: Draw;
  /** From the end of the conversation until the agent can take the next call. */
  wrapUp: Draw;
  /** From the offer to the agent's answer. */
  ring: Draw;
  /** The mean of ring, talk and wrap-up together. */
  handleSeconds: number;
  patience: Draw;
}

export interface Caller {
  arrivedAt: number;
  state: "waiting" | "offered" | "talking" | "abandoned" | "over";
  offeredAt?: number;
  connectedAt?: number;
  leftAt?: number;
  /** When it was answered, or would have been had it stayed: what every estimate is judged by. */
  answeredAt?: number;
}

/** What the estimator may look at: the state of the line when somebody asks. */
export interface DayView {
  now: number;
  agents: number;
  idle: number;
  /** Callers in line, in order, without those who gave up. */
  line: readonly Caller[];
  /** Callers with agents: being rung, talking or being wrapped up. */
  held: ReadonlySet<Caller>;
  /** Ended calls, in the order of their wrap-up's end. */
  handled: readonly Caller[];
  /** Everybody who came, in order. */
  callers: readonly Caller[];
}

/** Seconds between two looks at each waiting caller, as between two announcements. */
const LOOK_AGAIN = 30;

type Event =
  | { kind: "arrival" }
  | { kind: "look"; caller: Caller }
  | { kind: "patience"; caller: Caller }
  | { kind: "answer"; caller: Caller }
  | { kind: "free"; caller: Caller };

/**
 * Runs a day event by event. `look` is called for every caller who has to wait, on arrival and every 30 s while it
 * does. Callers who give up stay in the line as shadows that take nobody's place: they show when they would have been
 * answered, so that judging estimates by those who stayed does not flatter them.
 */
export function runDay(settings: DaySettings, look: (caller: Caller, view: DayView) => void): void {
  new Day(settings, look).run();
}

class Day {
  private readonly agenda = new Agenda<Event>();
  private readonly arrivals: Random;
  private readonly services: Random;
  private readonly tempers: Random;
  private line: Caller[] = [];
  private readonly held = new Set<Caller>();
  private readonly handled: Caller[] = [];
  private readonly callers: Caller[] = [];
  private idle: number;

  constructor(
    private readonly settings: DaySettings,
    private readonly look: (caller: Caller, view: DayView) => void,
  ) {
    this.idle = settings.agents;
    this.arrivals = seeded(settings.seed * 3 + 1);
    this.services = seeded(settings.seed * 3 + 2);
    this.tempers = seeded(settings.seed * 3 + 3);
  }

  run(): void {
    this.agenda.add(this.nextArrival(0), { kind: "arrival" });
    for (let event = this.agenda.next(); event; event = this.agenda.next()) this.happen(event.at, event.what);
  }

  private happen(now: number, event: Event): void {
    switch (event.kind) {
      case "arrival":
        this.arrive(now);
        break;
      case "look":
        this.lookAt(now, event.caller);
        break;
      case "patience":
        this.giveUp(now, event.caller);
        break;
      case "answer":
        this.answer(now, event.caller);
        break;
      case "free":
        this.held.delete(event.caller);
        event.caller.state = "over";
        event.caller.leftAt = now;
        this.handled.push(event.caller);
        this.free(now);
        break;
    }
  }

  /** Poisson arrivals whose rate follows the day's load, by thinning those of its highest. */
  private nextArrival(after: number): number {
    const { agents, handleSeconds, mostLoad, load, daySeconds } = this.settings;
    const between = exponential(handleSeconds / (agents * mostLoad));
    let at = after;
    do at += between(this.arrivals);
    while (at < daySeconds && this.arrivals() * mostLoad > load(at / daySeconds));
    return at;
  }

  private arrive(now: number): void {
    const caller: Caller = { arrivedAt: now, state: "waiting" };
    this.callers.push(caller);
    const next = this.nextArrival(now);
    if (next < this.settings.daySeconds) this.agenda.add(next, { kind: "arrival" });
    this.agenda.add(now + this.settings.patience(this.tempers), { kind: "patience", caller });
    this.line.push(caller);
    if (this.idle > 0) {
      this.idle -= 1;
      this.free(now);
    } else this.lookAt(now, caller);
  }

  private lookAt(now: number, caller: Caller): void {
    if (caller.state !== "waiting") return;
    const { line, held, handled, callers, idle } = this;
    const waiting = line.filter((one) => one.state === "waiting");
    this.look(caller, { now, agents: this.settings.agents, idle, line: waiting, held, handled, callers });
    this.agenda.add(now + LOOK_AGAIN, { kind: "look", caller });
  }

  /** An agent has become free: the shadows at the head would have been answered now, and the first real caller is. */
  private free(now: number): void {
    for (let next = this.line.shift(); next; next = this.line.shift()) {
      const ring = this.settings.ring(this.services);
      if (next.state === "waiting") {
        next.state = "offered";
        next.offeredAt = now;
        next.answeredAt = now + ring;
        this.held.add(next);
        this.agenda.add(now + ring, { kind: "answer", caller: next });
        return;
      }
      next.answeredAt = now + ring;
    }
    this.idle += 1;
  }

  private answer(now: number, caller: Caller): void {
    if (caller.state !== "offered") return;
    caller.state = "talking";
    caller.connectedAt = now;
    const busy = this.settings.talk(this.services) + this.settings.wrapUp(this.services);
    this.agenda.add(now + busy, { kind: "free", caller });
  }

  private giveUp(now: number, caller: Caller): void {
    if (caller.state !== "waiting" && caller.state !== "offered") return;
    const rang = caller.state === "offered";
    caller.state = "abandoned";
    caller.leftAt = now;
    if (!rang) return;
    this.held.delete(caller);
    this.free(now);
  }
}
