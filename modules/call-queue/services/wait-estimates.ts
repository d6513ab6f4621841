import { naiveWaits, type NaiveWaits } from "../domain/naive-waits";
import { groupPatience } from "../domain/patience";
import { estimateWait, forecastWaits, type WaitEstimate, type WaitForecast } from "../domain/wait-estimate";
import type { LearnedFacts, LineFacts } from "../repositories/wait-facts.repository";

export interface WaitFactsPort {
  line(queueId: string): Promise<LineFacts>;
  learned(queueId: string): Promise<LearnedFacts>;
}

/** An estimate with what it was made from. */
export interface ExplainedEstimate {
  /** Undefined when nobody is there to answer. */
  estimate: WaitEstimate | undefined;
  naive: NaiveWaits;
  facts: { staffedAgents: number; readyAgents: number; handleSeconds: number; handledCalls: number; inLine: number };
}

interface Known {
  forecast: WaitForecast | undefined;
  line: LineFacts;
  learned: LearnedFacts;
  readAt: number;
}

/** Milliseconds for which the line's state, and what was learned from the past, serve all callers of a queue. */
const LINE_MS = 5_000;
const LEARNED_MS = 30_000;
/** The same for a line in which there was room: whoever comes then is offered at once, or it has changed. */
const FREE_MS = 500;
const MOST_QUEUES = 1_000;

/**
 * Estimates with facts that are a few seconds old at most. The clock is the process's own: how fresh an estimate is
 * decides nothing that the database must agree with.
 */
export class WaitEstimates {
  private readonly known = new Map<string, Promise<Known>>();
  private readonly expires = new Map<string, number>();
  private readonly learned = new Map<string, { until: number; facts: Promise<LearnedFacts> }>();

  constructor(private readonly waits: WaitFactsPort) {}

  /** For a caller with so many callers ahead who have no agent yet. Seconds. */
  async of(queueId: string, ahead: number, waitedSeconds: number): Promise<ExplainedEstimate> {
    let known = await this.read(queueId);
    // Agents were free a moment ago, and yet somebody waits: what is known may be older than that.
    const ageMs = performance.now() - known.readAt;
    if (known.forecast && known.line.readyAgents > ahead && ageMs > FREE_MS) known = await this.refresh(queueId);
    const { forecast, line, learned, readAt } = known;
    const factsAgeSeconds = (performance.now() - readAt) / 1_000;
    return {
      estimate: forecast && estimateWait(forecast, { ahead, waitedSeconds, factsAgeSeconds }),
      naive: naiveWaits(learned.answeredWaits),
      facts: {
        staffedAgents: line.staffedAgents,
        readyAgents: line.readyAgents,
        handleSeconds: forecast?.handleSeconds ?? 0,
        handledCalls: learned.handleSeconds.length,
        inLine: line.lineSeconds.length,
      },
    };
  }

  private read(queueId: string): Promise<Known> {
    const known = this.known.get(queueId);
    return known && (this.expires.get(queueId) ?? 0) > performance.now() ? known : this.refresh(queueId);
  }

  private refresh(queueId: string): Promise<Known> {
    if (this.known.size >= MOST_QUEUES) {
      this.known.clear();
      this.learned.clear();
    }
    const reading = this.look(queueId);
    this.known.set(queueId, reading);
    this.expires.set(queueId, performance.now() + LINE_MS);
    reading.catch(() => this.known.delete(queueId));
    return reading;
  }

  private async look(queueId: string): Promise<Known> {
    const [line, learned] = await Promise.all([this.waits.line(queueId), this.learn(queueId)]);
    const { handleSeconds, ringSeconds, waits } = learned;
    const forecast = forecastWaits({ ...line, handleSeconds, ringSeconds, patience: groupPatience(waits) });
    return { forecast, line, learned, readAt: performance.now() };
  }

  private learn(queueId: string): Promise<LearnedFacts> {
    const known = this.learned.get(queueId);
    if (known && known.until > performance.now()) return known.facts;
    const facts = this.waits.learned(queueId);
    this.learned.set(queueId, { until: performance.now() + LEARNED_MS, facts });
    facts.catch(() => this.learned.delete(queueId));
    return facts;
  }
}
