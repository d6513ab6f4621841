import {
  createDealer,
  type DealSetup,
  isBatchInput,
  type SeatView,
  setupOf,
} from "@/modules/agents/services/deal-leads";
import type { BatchRow, DealtRow, DecisionRow } from "../repositories/decision.repository";

/** Rows dealt again to show how a deal stood at a lead; of later leads it is shown how the deal began. */
const MOST_REPLAYED = 20_000;

export interface Moment {
  /** The stored name of the pool that the lead was dealt over. */
  pool: string;
  split: boolean;
  candidates: readonly SeatView[];
  excluded: readonly { agentId: string; reason: string }[];
  /** Whether the candidates stand as just before this lead; otherwise as the deal began. */
  exact: boolean;
}

interface DealSource {
  batch(batchId: string): Promise<BatchRow | undefined>;
  dealtRows(planId: string, from: number, to: number): Promise<DealtRow[]>;
}

/** Tells how a deal stood when it came to a lead, by dealing again what came before. */
export class DealMoments {
  constructor(private readonly source: DealSource) {}

  /** Undefined for decisions that no deal made, and for those of policies whose deals are not dealt again here. */
  async of(decision: DecisionRow): Promise<(Moment & { planId: string | null }) | undefined> {
    const batch = decision.batchId === null ? undefined : await this.source.batch(decision.batchId);
    const { position } = decision.explanation;
    if (!batch || !isBatchInput(batch.input) || typeof position !== "number") return undefined;
    const moment = await this.look(setupOf(batch.input), batch.planId, decision.leadId, position);
    return { ...moment, planId: batch.planId };
  }

  private async look(setup: DealSetup, planId: string | null, leadId: string, position: number): Promise<Moment> {
    const dealer = createDealer(setup);
    const exact = planId !== null && position < MOST_REPLAYED;
    const from = exact ? 0 : position;
    const rows = planId === null ? [] : await this.source.dealtRows(planId, from, position + 1);
    const own = rows.at(-1)?.leadId === leadId ? rows.at(-1) : undefined;
    if (exact) dealer.deal(rows.slice(0, -1));
    const team = own?.team ?? null;
    const { pools, excluded, candidates, strategy } = setup;
    return {
      pool: pools.find((pool) => pool.team === team)?.pool ?? "",
      split: strategy === "manual" && candidates.some(({ quota }) => quota !== undefined),
      candidates: dealer.view(team),
      excluded,
      exact: exact && own !== undefined,
    };
  }
}
