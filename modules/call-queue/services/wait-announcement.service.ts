import { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { nextAnnouncement } from "../domain/announcement";
import { estimateWait, spokenRange, type SpokenRange, type WaitEstimate } from "../domain/wait-estimate";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { QueueFacts, WaitFactsRepository } from "../repositories/wait-facts.repository";

export interface SpokenAnnouncement {
  text: string;
  language: string;
}

/** Milliseconds for which a queue's facts serve all its callers. */
const FACTS_MS = 5_000;
const MOST_QUEUES = 1_000;

const spoken = z.object({ range: z.object({ lowMinutes: z.number(), highMinutes: z.number() }).nullable() });

/** Welcomes callers and tells them the truth: position and wait as a range, no more often than is worth hearing. */
export class WaitAnnouncementService {
  private readonly facts = new Map<string, { until: number; facts: Promise<QueueFacts> }>();

  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly waits: WaitFactsRepository,
  ) {}

  /** What this caller hears now, stored with what was true at the time; undefined when music is as good. */
  async next(callSid: string): Promise<SpokenAnnouncement | undefined> {
    const seen = await this.queued.find({ callSid });
    if (!seen || !isDue(seen)) return undefined;
    const facts = await this.factsOf(seen.queueId);
    return inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { callSid });
      if (!call || !isDue(call)) return undefined;
      const position = await this.queued.position(tx, call.id);
      const estimate = estimateWait({ ...facts, ahead: position - 1 });
      const last = spoken.safeParse(await this.queued.lastAnnouncement(tx, call.id));
      const said = nextAnnouncement({
        position,
        lastSpokenPosition: call.lastSpokenPosition,
        range: estimate === undefined ? undefined : spokenRange(estimate),
        lastRange: last.success ? (last.data.range ?? undefined) : undefined,
        secondsSinceLast: call.lastAnnouncedSeconds,
        announceEverySeconds: call.announceEverySeconds,
      });
      if (!said) return undefined;
      await this.queued.announced(tx, call.id, said.position);
      await this.queued.addEvent(tx, {
        entryId: call.id,
        from: call.state,
        to: call.state,
        reason: "announced",
        data: {
          position,
          spokenPosition: said.position,
          range: rangeJson(said.range),
          estimate: estimateJson(estimate),
        },
      });
      // The welcome is spoken in the line, not before it: nobody waits for its end while an agent is free.
      const welcome = call.lastAnnouncedSeconds === null ? `${call.welcomeText} ` : "";
      return { text: welcome + said.text, language: call.language };
    });
  }

  /** The expected wait of the caller with so many callers ahead, for the wallboard. */
  async estimate(queueId: string, ahead: number): Promise<WaitEstimate | undefined> {
    return estimateWait({ ...(await this.factsOf(queueId)), ahead });
  }

  private async factsOf(queueId: string): Promise<QueueFacts> {
    // A process-local time to live: how fresh an estimate is decides nothing that the database must agree with.
    const now = performance.now();
    const known = this.facts.get(queueId);
    if (known && known.until > now) return known.facts;
    if (this.facts.size >= MOST_QUEUES) this.facts.clear();
    const facts = this.waits.read(queueId);
    this.facts.set(queueId, { until: now + FACTS_MS, facts });
    facts.catch(() => this.facts.delete(queueId));
    return facts;
  }
}

function isDue(call: QueuedCallRow): boolean {
  if (call.state !== "waiting" && call.state !== "offered") return false;
  return call.lastAnnouncedSeconds === null || call.lastAnnouncedSeconds >= call.announceEverySeconds;
}

const rangeJson = (range: SpokenRange | null) =>
  range === null ? null : { lowMinutes: range.lowMinutes, highMinutes: range.highMinutes };

const estimateJson = (estimate: WaitEstimate | undefined) => (estimate === undefined ? null : { ...estimate });
