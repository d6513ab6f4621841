import { naiveWaits, remaining } from "@/modules/call-queue/domain/naive-waits";
import { groupPatience } from "@/modules/call-queue/domain/patience";
import {
  estimateWait,
  forecastWaits,
  formulaWait,
  gammaRange80,
  type WaitFacts,
} from "@/modules/call-queue/domain/wait-estimate";
import { runDay, type Caller, type DaySettings, type DayView } from "./day";

/** One estimate told to one caller, and what became of it. All in seconds. */
export interface Told {
  expected: number;
  low: number;
  high: number;
  /** Of the formula alone. */
  formula: number;
  formulaLow: number;
  formulaHigh: number;
  lastWait: number;
  /** The exponentially weighted average of past waits, one for each of WEIGHTS. */
  averages: number[];
  actual: number;
  /** Told on arrival, not later. */
  first: boolean;
  /** The caller did not wait for the answer. */
  gaveUp: boolean;
}

/** Weights of the newest wait: the averages that the estimator is held against. */
export const WEIGHTS = [0.05, 0.1, 0.2, 0.3, 0.5] as const;
/** As long as the product keeps them: the line and the agents, and what is learned from the past. */
const QUICK_SECONDS = 5;
const SLOW_SECONDS = 30;
const HANDLED = 400;
const WINDOW_SECONDS = 7_200;
/** Waits that an average remembers; with the least weight the one before them counts a hundredth. */
const PAST_WAITS = 90;
/** Said by an average that knows nothing yet. */
const UNKNOWN_SECONDS = 60;

/** Runs a day and puts the product's own estimator to every caller who has to wait. */
export function estimatesOf(settings: DaySettings): Told[] {
  const memory = new Memory();
  const told: { caller: Caller; at: number; told: Omit<Told, "actual" | "gaveUp"> }[] = [];
  runDay(settings, (caller, view) => {
    const forecast = memory.forecast(view);
    const ahead = view.line.indexOf(caller);
    const waitedSeconds = view.now - caller.arrivedAt;
    const estimate = estimateWait(forecast, { ahead, waitedSeconds, factsAgeSeconds: view.now - memory.readAt });
    const bare = formulaWait(forecast, ahead);
    const [formulaLow, formulaHigh] = gammaRange80(bare.mean, bare.variance);
    const past = memory.pastWaits(view);
    told.push({
      caller,
      at: view.now,
      told: {
        expected: estimate.expectedSeconds,
        low: estimate.lowSeconds,
        high: estimate.highSeconds,
        formula: bare.mean,
        formulaLow,
        formulaHigh,
        lastWait: remaining(past.at(-1) ?? UNKNOWN_SECONDS, waitedSeconds),
        averages: WEIGHTS.map((weight) =>
          remaining(naiveWaits(past, weight).averageSeconds ?? UNKNOWN_SECONDS, waitedSeconds),
        ),
        first: waitedSeconds === 0,
      },
    });
  });
  return told.flatMap(({ caller, at, told: one }) =>
    caller.answeredAt === undefined
      ? []
      : [{ ...one, actual: caller.answeredAt - at, gaveUp: caller.state === "abandoned" }],
  );
}

type Forecast = NonNullable<ReturnType<typeof forecastWaits>>;

/** What the product would have read, as old as it would be. */
class Memory {
  readAt = Number.NEGATIVE_INFINITY;
  private slowAt = Number.NEGATIVE_INFINITY;
  private slow: Pick<WaitFacts, "handleSeconds" | "ringSeconds" | "patience"> = {
    handleSeconds: [],
    ringSeconds: 0,
    patience: [],
  };
  private known: Forecast | undefined;
  private answered: number[] = [];
  private seen = 0;

  forecast(view: DayView): Forecast {
    const { now, agents, idle, line, held } = view;
    // Free agents and somebody in line: the facts are older than the line, and are read again.
    const stale = now - this.readAt >= QUICK_SECONDS || this.known === undefined || this.known.facts.readyAgents > 0;
    if (!stale && this.known) return this.known;
    if (now - this.slowAt >= SLOW_SECONDS) this.learn(view);
    this.readAt = now;
    this.known = forecastWaits({
      ...this.slow,
      staffedAgents: agents,
      readyAgents: idle,
      heldSeconds: [...held].map((caller) => now - (caller.offeredAt ?? now)),
      lineSeconds: line.map((caller) => now - caller.arrivedAt),
    });
    if (!this.known) throw new Error("a day without agents");
    return this.known;
  }

  /** The waits of those who waited for an agent and were answered, in order. */
  pastWaits({ callers }: DayView): number[] {
    for (let next = callers[this.seen]; next && isSettled(next); next = callers[this.seen]) {
      this.seen += 1;
      const waited = (next.connectedAt ?? next.arrivedAt) - next.arrivedAt;
      if (next.connectedAt !== undefined && next.offeredAt !== next.arrivedAt) this.answered.push(waited);
    }
    if (this.answered.length > 2 * PAST_WAITS) this.answered = this.answered.slice(-PAST_WAITS);
    return this.answered.slice(-PAST_WAITS);
  }

  private learn({ now, handled, callers }: DayView): void {
    this.slowAt = now;
    const ended = handled.slice(-HANDLED);
    const since = (one: Caller, at: number | undefined) => (at ?? 0) - (one.offeredAt ?? 0);
    const rings = ended.map((one) => since(one, one.connectedAt));
    const recent = callers.filter((one) => one.arrivedAt > now - WINDOW_SECONDS);
    this.slow = {
      handleSeconds: ended.map((one) => since(one, one.leftAt)),
      ringSeconds: rings.reduce((sum, one) => sum + one, 0) / Math.max(1, rings.length),
      patience: groupPatience(
        recent.map((one) => ({
          seconds: (one.connectedAt ?? one.leftAt ?? now) - one.arrivedAt,
          abandoned: one.state === "abandoned",
        })),
      ),
    };
  }
}

const isSettled = (caller: Caller): boolean => caller.state !== "waiting" && caller.state !== "offered";
