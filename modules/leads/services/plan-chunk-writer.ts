import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { Plan, RowCode } from "../domain/plan";
import { rowsThatDoNotFit } from "../domain/plan-room";
import type { ChunkResult, ChunkWork, DueTimes, PlanChunkRepository } from "../repositories/plan-chunk.repository";
import type { PlanRepository } from "../repositories/plan.repository";
import { isOverCapacity } from "./over-capacity";
import { bulkChanged, planMoved } from "./plan-events";

/** Says when leads assigned now go back untouched. */
export interface DueTimesPort {
  dueTimes(tx: Tx): Promise<DueTimes>;
  /** Sets the timers of locked leads anew, from now or from when they were assigned. */
  restart(tx: Tx, leadIds: readonly string[], from: "now" | "assignment"): Promise<void>;
}

/** Milliseconds that the end of the timers is taken for the same: they are counted in minutes. */
const DUE_KEPT_MS = 2_000;
const NO_TIMERS: DueTimes = { normal: null, high: null, urgent: null };

/** Whether the chunk's agents were locked, and asked whether they take leads, before it was written. */
const HELD = "agents held";
const NOT_HELD = "agents not held";
type Agents = typeof HELD | typeof NOT_HELD;

/** A plan while it is written, by one runner. */
export interface PlanUnderWay {
  plan: Plan;
  work: ChunkWork;
  runner: string;
  /** Whether somebody waits for its end, so that background work gives way. */
  awaited: boolean;
}

export type ChunkOutcome = ChunkResult | "written before" | "cancelled" | "lost";

/** Somebody whom leads of the chunk are for takes none any more. */
class TargetGone extends Error {}

/** Another runner took the plan, or it ended, while the chunk was written: nothing of it may stand. */
class PlanLost extends Error {}

/** Writes one chunk of a plan, exactly as previewed and never more. */
export class PlanChunkWriter {
  private known: { untilMs: number; due: DueTimes } | undefined;

  constructor(
    private readonly db: Db,
    private readonly plans: PlanRepository,
    private readonly chunks: PlanChunkRepository,
    private readonly timer: DueTimesPort,
  ) {}

  /**
   * Writes the chunk in one transaction. First as if all of it fits, without holding its agents; where the database
   * finds that an agent has no room or is gone, again with the agents held and the rows left out that do not fit.
   * Rows may only fit once those of `earlier` chunks, still being written, have gone elsewhere: so after them, if there
   * are any, comes a second quick try. `told` are rows of former chunks that nobody has been told of, and are told of
   * with this one; undefined when it is too early for that.
   */
  async write(
    underWay: PlanUnderWay,
    place: number,
    told: number | undefined,
    earlier: readonly Promise<unknown>[] = [],
  ): Promise<ChunkOutcome> {
    const quickly = () =>
      this.step(underWay, told, (tx) => this.writeQuickly(tx, underWay, place), NOT_HELD).catch((error: unknown) => {
        if (!this.doesNotFit(error)) throw error;
        return undefined;
      });
    const first = await quickly();
    if (first !== undefined) return first;
    if (earlier.length > 0) {
      await Promise.allSettled(earlier);
      const second = await quickly();
      if (second !== undefined) return second;
    }
    return this.step(underWay, told, (tx) => this.writeCarefully(tx, underWay, place), HELD);
  }

  /** Writes the chunk within a transaction that writes them all; throws when a row does not fit. */
  async writeWithin(tx: Tx, underWay: PlanUnderWay, place: number): Promise<ChunkResult | undefined> {
    const result = await this.writeQuickly(tx, underWay, place);
    if (result) await this.settle(tx, underWay, result, NOT_HELD);
    return result;
  }

  private writeQuickly(tx: Tx, { work }: PlanUnderWay, place: number): Promise<ChunkResult | undefined> {
    return this.writeRows(tx, work, place, new Map());
  }

  /** Whether writing quickly found an agent without room, or gone. */
  doesNotFit(error: unknown): boolean {
    return error instanceof TargetGone || isOverCapacity(error);
  }

  private async writeCarefully(tx: Tx, { work, plan }: PlanUnderWay, place: number): Promise<ChunkResult | undefined> {
    await this.chunks.lockLeads(tx, plan.id, place, place + 1);
    const rows = await this.chunks.movingRows(tx, plan.id, place);
    const agentIds = [...new Set(rows.flatMap(({ from, to, given }) => [from, to, given]))];
    const rooms = await this.chunks.lockRooms(
      tx,
      plan.id,
      agentIds.filter((id) => id !== null),
      mayBeAway(plan),
    );
    const left: Map<number, RowCode> = rowsThatDoNotFit(rows, rooms);
    return this.writeRows(tx, work, place, left);
  }

  private async writeRows(
    tx: Tx,
    work: ChunkWork,
    place: number,
    left: ReadonlyMap<number, RowCode>,
  ): Promise<ChunkResult | undefined> {
    const result = await this.chunks.write(tx, work, place, await this.due(tx, work), left);
    if (!result) return undefined;
    // As when a single lead is changed.
    if (result.reopened.length > 0) await this.timer.restart(tx, result.reopened, "now");
    if (result.reprioritised.length > 0) await this.timer.restart(tx, result.reprioritised, "assignment");
    return result;
  }

  /** What is told comes first: once the rows are written their agents are held, and others wait for them. */
  private async step(
    underWay: PlanUnderWay,
    told: number | undefined,
    write: (tx: Tx) => Promise<ChunkResult | undefined>,
    agents: Agents,
  ): Promise<ChunkOutcome> {
    const { plan, work, runner, awaited } = underWay;
    const written = inTransaction(this.db, async (tx): Promise<ChunkOutcome> => {
      const hold = await this.plans.beginChunk(tx, plan.id, runner, awaited);
      if (hold !== "held") return hold;
      if (told !== undefined) {
        await publishLive(tx, [...bulkChanged(told, movesLoads(work)), planMoved(plan, "applying", plan.processed)]);
      }
      const result = await write(tx);
      if (!result) return "written before";
      await this.settle(tx, underWay, result, agents);
      return result;
    });
    return written.catch((error: unknown) => {
      if (error instanceof PlanLost) return "lost";
      throw error;
    });
  }

  /** Counts what was written on its plan, at the end of the transaction. */
  private async settle(tx: Tx, { plan, runner }: PlanUnderWay, result: ChunkResult, agents: Agents): Promise<void> {
    const asked = { targets: agents === HELD ? [] : result.targets, mayBeAway: mayBeAway(plan) };
    const settled = await this.plans.settleChunk(tx, { planId: plan.id, runner }, result, asked);
    if (settled === "lost") throw new PlanLost(`plan ${plan.id} is not held`);
    if (settled === "agent gone") throw new TargetGone("an agent takes no leads any more");
  }

  private async due(tx: Tx, work: ChunkWork): Promise<DueTimes> {
    if (!work.fields.includes("assigned_agent")) return NO_TIMERS;
    const now = performance.now();
    if (this.known && now < this.known.untilMs) return this.known.due;
    const due = await this.timer.dueTimes(tx);
    this.known = { untilMs: now + DUE_KEPT_MS, due };
    return due;
  }
}

/** An undo gives leads back to whom they belonged, who may have gone home since; to nobody whose account is off. */
const mayBeAway = (plan: Plan): boolean => plan.kind === "undo";

/** Whether agents' loads may change. */
export const movesLoads = ({ fields }: ChunkWork): boolean =>
  fields.includes("assigned_agent") || fields.includes("disposition");
