import {
  type BatchInput,
  batchInput,
  type Choice,
  createDealer,
  dealLeads1,
  type DealInput1,
  explainer,
  isBatchInput,
  POLICY_LEADS_1,
  POLICY_VERSION,
  setupOf,
} from "@/modules/agents/services/deal-leads";
import { manualFault, dealtFault, sameText } from "../domain/decision-check";
import { mergeFault, restoreFault, returnFault, unassignFault, undoFault } from "../domain/derived-decisions";
import type {
  BatchRow,
  DealtRow,
  DecisionRepository,
  DecisionRow,
  MergeOwners,
  UndoneRow,
} from "../repositories/decision.repository";

/** What a replay went through. */
export interface ReplayCounts {
  batches: number;
  /** Leads dealt again, and decisions among them that agreed. */
  dealt: number;
  dealtDecisions: number;
  /** Decisions of people that were derived again. */
  single: number;
  /** Decisions of undos, return timers, merges and restored leads that were derived from their records. */
  derived: number;
  /** Decisions of kinds that are not known here. */
  other: number;
  disagreements: number;
}

/** A stored decision or batch that its own input does not lead to. */
export interface Disagreement {
  what: "batch" | "decision";
  id: string;
  leadId?: string;
  why: string;
}

interface Records {
  /** By plan and lead. */
  undone: ReadonlyMap<string, UndoneRow>;
  /** By the lead that stayed and the one that went. */
  merged: ReadonlyMap<string, readonly MergeOwners[]>;
}

const planOf = ({ explanation }: DecisionRow): string => String(explanation.undo ?? explanation.plan);

const BATCHES = 20;
const ROWS = 10_000;

/**
 * Replays what was decided about leads: deals every stored batch again from what was stored, derives every person's
 * choice again from its counters and everything else from the record of what was done, and compares as canonical text, byte for byte. Reads only.
 */
export class DecisionReplay {
  private readonly counts: ReplayCounts = {
    batches: 0,
    dealt: 0,
    dealtDecisions: 0,
    single: 0,
    derived: 0,
    other: 0,
    disagreements: 0,
  };

  constructor(
    private readonly decisions: DecisionRepository,
    private readonly tell: (disagreement: Disagreement) => void,
  ) {}

  async run(): Promise<ReplayCounts> {
    const stored = await this.decisions.countByBatch();
    let after: string | undefined;
    for (;;) {
      const batches = await this.decisions.batches(after, BATCHES);
      for (const batch of batches) {
        await this.batch(batch, stored.get(batch.id) ?? 0);
        stored.delete(batch.id);
      }
      after = batches.at(-1)?.id;
      if (batches.length < BATCHES) break;
    }
    for (const [id, count] of stored)
      this.disagree({ what: "batch", id, why: `is gone, with ${count} decisions left` });
    await this.singles();
    return this.counts;
  }

  private async batch(batch: BatchRow, storedDecisions: number): Promise<void> {
    this.counts.batches += 1;
    const before = this.counts.disagreements;
    const matched =
      batch.policyVersion === POLICY_LEADS_1 ? await this.dealtByFirst(batch) : await this.dealtByPresent(batch);
    if (matched === undefined) {
      this.disagree({ what: "batch", id: batch.id, why: `is of policy ${batch.policyVersion}, which is not known` });
    } else if (matched !== storedDecisions && this.counts.disagreements === before) {
      const why = `has ${storedDecisions} decisions, of which ${matched} are of leads that it dealt`;
      this.disagree({ what: "batch", id: batch.id, why });
    }
  }

  /** Policy leads-2: the leads stand in the chunks of the plan. Answers how many decisions were found. */
  private async dealtByPresent(batch: BatchRow): Promise<number | undefined> {
    const { input, planId } = batch;
    if (batch.policyVersion !== POLICY_VERSION) return undefined;
    if (!isBatchInput(input) || planId === null || input.strategy !== batch.strategy) {
      this.disagree({ what: "batch", id: batch.id, why: "has an input that no deal can begin with" });
      return 0;
    }
    const setup = setupOf(input);
    const dealer = createDealer(setup);
    const explain = explainer(setup);
    let found = 0;
    for (let from = 0; ; from += ROWS) {
      const rows = await this.decisions.dealtRows(planId, from, from + ROWS);
      if (rows.length === 0 && !(await this.decisions.hasRow(planId, from))) break;
      const choices = dealer.deal(rows);
      found += await this.compare(batch, rows, choices, (row, choice) => explain(row, choice));
    }
    this.compareInput(batch.id, input, batchInput(setup, dealer));
    return found;
  }

  private compareInput(id: string, stored: BatchInput, derived: BatchInput): void {
    for (const part of ["digest", "taken", "dealtOrder"] as const) {
      if (sameText(stored[part], derived[part])) continue;
      this.disagree({ what: "batch", id, why: `deals otherwise than it says: ${part}` });
    }
  }

  /** Policy leads-1: the leads stand in the input. Answers how many decisions were found. */
  private async dealtByFirst(batch: BatchRow): Promise<number> {
    const { strategy, candidates, leads, seed } = batch.input as DealInput1;
    const { choices } = dealLeads1({ strategy, candidates, leads, seed });
    const rows = leads.map((lead, row): DealtRow => ({ ...lead, team: null, row, outcome: null }));
    const explain = explainer({ candidates: candidates.map((one) => ({ ...one, reserved: 0 })) });
    return this.compare(batch, rows, choices, (row, choice) => explain(row, choice));
  }

  /** Holds stored decisions against the choices that were made again. Answers how many there were. */
  private async compare(
    batch: BatchRow,
    rows: readonly DealtRow[],
    choices: readonly Choice[],
    explain: (row: number, choice: { agentId: string; openBefore: number }) => object,
  ): Promise<number> {
    this.counts.dealt += rows.length;
    const leadIds = rows.map(({ leadId }) => leadId);
    const stored = await this.decisions.ofBatch(batch.id, leadIds);
    for (const [index, row] of rows.entries()) {
      const choice = choices[index];
      const decision = stored.get(row.leadId);
      const moves = choice !== undefined && choice.agentId !== null && choice.agentId !== row.ownerId;
      if (!decision) {
        if (moves && row.outcome === "changed") {
          this.disagree({ what: "batch", id: batch.id, leadId: row.leadId, why: "moved a lead without a decision" });
        }
        continue;
      }
      const why = moves
        ? dealtFault(decision, { ...batch, agentId: choice.agentId, previousId: row.ownerId }, explain(row.row, choice))
        : "is about a lead that the deal gives to nobody else";
      if (why === undefined) this.counts.dealtDecisions += 1;
      else this.disagree({ what: "decision", id: String(decision.id), leadId: row.leadId, why });
    }
    return stored.size;
  }

  private async singles(): Promise<void> {
    let after = 0n;
    for (;;) {
      const rows = await this.decisions.single(after, ROWS);
      const records = await this.recordsOf(rows);
      for (const row of rows) this.one(row, records);
      after = rows.at(-1)?.id ?? after;
      if (rows.length < ROWS) break;
    }
  }

  /** What stands elsewhere of these decisions: rows of plans, and merges. */
  private async recordsOf(rows: readonly DecisionRow[]): Promise<Records> {
    const undos = rows.filter(({ strategy }) => strategy === "undo" || strategy === "unassign");
    const merges = rows.filter(({ strategy }) => strategy === "merge" || strategy === "unmerge");
    const [undone, merged] = await Promise.all([
      this.decisions.undone(
        [...new Set(undos.map(planOf))],
        undos.map(({ leadId }) => leadId),
      ),
      this.decisions.merges(merges.map(({ leadId }) => leadId)),
    ]);
    return {
      undone: new Map(undone.map((row) => [`${row.planId} ${row.leadId}`, row])),
      merged: Map.groupBy(merged, ({ leadId, mergedId }) => `${leadId} ${mergedId}`),
    };
  }

  private one(row: DecisionRow, records: Records): void {
    const why = this.faultOf(row, records);
    if (why === "unknown") this.counts.other += 1;
    else if (row.strategy === "manual") this.counts.single += 1;
    else this.counts.derived += 1;
    if (why === undefined || why === "unknown") return;
    this.disagree({ what: "decision", id: String(row.id), leadId: row.leadId, why });
  }

  private faultOf(row: DecisionRow, { undone, merged }: Records): string | undefined {
    const mergesOf = () => merged.get(`${row.leadId} ${String(row.explanation.otherLead)}`) ?? [];
    switch (row.strategy) {
      case "manual":
        return manualFault(row);
      case "undo":
        return undoFault(row, planOf(row), undone.get(`${planOf(row)} ${row.leadId}`));
      case "unassign":
        return unassignFault(row, planOf(row), undone.get(`${planOf(row)} ${row.leadId}`));
      case "return_timer":
        return returnFault(row);
      case "merge":
        return mergeFault(
          row,
          mergesOf().map(({ own, others }) => ({ agentId: others, previousId: own })),
        );
      case "unmerge":
        return mergeFault(
          row,
          mergesOf().map(({ own, others }) => ({ agentId: own, previousId: others })),
        );
      case "restore":
        return restoreFault(row);
      default:
        return "unknown";
    }
  }

  private disagree(disagreement: Disagreement): void {
    this.counts.disagreements += 1;
    this.tell(disagreement);
  }
}
