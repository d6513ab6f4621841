import { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { nextAnnouncement, type Announcement } from "../domain/announcement";
import type { Words } from "../domain/announcements/wording";
import { remaining } from "../domain/naive-waits";
import { spokenRange, type SpokenRange } from "../domain/spoken-range";
import type { WaitEstimate } from "../domain/wait-estimate";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { WaitAnnouncementRepository } from "../repositories/wait-announcement.repository";
import type { CallerWordings } from "./caller-wordings.service";
import type { ExplainedEstimate } from "./wait-estimates";

export interface Estimates {
  of(queueId: string, ahead: number, waitedSeconds: number): Promise<ExplainedEstimate>;
}

export interface Line {
  ahead(entryId: string): Promise<number>;
}

const spoken = z.object({ range: z.object({ lowMinutes: z.number(), highMinutes: z.number() }).nullable() });

/** Welcomes callers and tells them the truth: position and wait as a range, no more often than is worth hearing. */
export class WaitAnnouncementService {
  constructor(
    private readonly db: Db,
    private readonly queued: Pick<QueuedCallRepository, "find" | "lock">,
    private readonly line: Line,
    private readonly estimates: Estimates,
    private readonly announcements: WaitAnnouncementRepository,
    private readonly wordings: Pick<CallerWordings, "of">,
  ) {}

  /** What this caller hears now, stored with what was true at the time; undefined when music is as good. */
  async next(callSid: string): Promise<Words[] | undefined> {
    const seen = await this.queued.find({ callSid });
    if (!seen || !isDue(seen)) return undefined;
    const ahead = await this.line.ahead(seen.id);
    const known = await this.estimates.of(seen.queueId, ahead, seen.waitedSeconds);
    return inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { callSid });
      if (!call || !isDue(call)) return undefined;
      const { position, lastSaid } = await this.announcements.place(tx, call.id);
      const last = spoken.safeParse(lastSaid);
      const said = nextAnnouncement({
        position,
        lastSpokenPosition: call.lastSpokenPosition,
        range: known.estimate === undefined ? undefined : spokenRange(known.estimate),
        lastRange: last.success ? (last.data.range ?? undefined) : undefined,
        secondsSinceLast: call.lastAnnouncedSeconds,
        announceEverySeconds: call.announceEverySeconds,
      });
      if (!said) return undefined;
      await this.store(tx, call, { position, ahead }, said, known);
      // The welcome is spoken in the line, not before it: nobody waits for its end while an agent is free.
      const welcome = call.lastAnnouncedSeconds === null ? [{ key: "welcome" as const }] : [];
      const wording = await this.wordings.of(callSid, tx);
      return wording.sayAll([...welcome, ...said.sentences]);
    });
  }

  /** The expected wait of the caller with so many callers ahead, for the wallboard. */
  async estimate(queueId: string, ahead: number, waitedSeconds: number): Promise<WaitEstimate | undefined> {
    return (await this.estimates.of(queueId, ahead, waitedSeconds)).estimate;
  }

  private async store(
    tx: Tx,
    call: QueuedCallRow,
    { position, ahead }: { position: number; ahead: number },
    said: Announcement,
    { estimate, naive, facts }: ExplainedEstimate,
  ): Promise<void> {
    await this.announcements.announce(tx, call, said.position, {
      position,
      spokenPosition: said.position,
      range: rangeJson(said.range),
      estimate: estimate === undefined ? null : { ...estimate },
    });
    if (estimate === undefined || said.range === null) return;
    const naively = (seconds: number | null) => (seconds === null ? null : remaining(seconds, call.waitedSeconds));
    await this.announcements.add(tx, {
      ...estimate,
      ...said.range,
      queueId: call.queueId,
      entryId: call.id,
      position,
      spokenPosition: said.position,
      ahead,
      waitedSeconds: call.waitedSeconds,
      lastWaitSeconds: naively(naive.lastSeconds),
      averageWaitSeconds: naively(naive.averageSeconds),
      facts: { ...facts },
    });
  }
}

function isDue(call: QueuedCallRow): boolean {
  if (call.state !== "waiting" && call.state !== "offered") return false;
  return call.lastAnnouncedSeconds === null || call.lastAnnouncedSeconds >= call.announceEverySeconds;
}

const rangeJson = (range: SpokenRange | null) =>
  range === null ? null : { lowMinutes: range.lowMinutes, highMinutes: range.highMinutes };
