import type { ActOf } from "../acts";
import { judgeDeal } from "./deal-judge";
import type { LeadRules } from "./lead-rules";
import { Refusal } from "./prediction";
import {
  counts,
  isOpenDisposition,
  type LeadState,
  type PlanRow,
  type PlanShown,
  recount,
  RETURN_MINUTES,
  room,
  type WorldState,
} from "./state";

type Difference = PlanRow["difference"];

/** What a plan does beyond its rows. */
export interface Work {
  strategy: string;
  noted: boolean;
}

/** The rules of frozen plans: what is previewed, what is written of it, and what takes it back. */
export class PlanRules {
  constructor(
    private readonly state: WorldState,
    private readonly rules: LeadRules,
    /** What each plan writes beside its rows, by its place. */
    private readonly works: Map<number, Work>,
  ) {}

  /** Makes an update plan; `apply`: in the same request. */
  update(act: ActOf<"bulkUpdate" | "planUpdate">, apply: boolean): void {
    const rows = this.previewUpdate(act);
    this.add(
      rows,
      { kind: "update", by: act.by, onChanged: onChanged(act) },
      { strategy: "", noted: act.notes !== undefined },
      apply,
    );
  }

  /** Makes an assignment plan; whom each lead is dealt to is taken from `seen` and judged. */
  assign(act: ActOf<"bulkAssign" | "planAssign">, apply: boolean, seen: WorldState): void {
    const chosen = seen.plans[this.state.plans.length]?.rows ?? [];
    const rows = this.selected(act).map((lead, index) => this.dealt(lead, act, chosen[index]));
    judgeDeal(this.state, rows, act.few);
    this.add(
      rows,
      { kind: "assign", by: act.by, onChanged: onChanged(act) },
      { strategy: act.strategy, noted: false },
      apply,
    );
  }

  apply(index: number, act: ActOf<"apply">): void {
    const plan = this.found(index, act.by);
    if (plan.state !== "ready")
      throw new Refusal(409, plan.state === "cancelled" ? "plan_ended" : "plan_already_applied");
    const whole = plan.onChanged === "refuse" && plan.rows.some((row) => row.verdict === "change");
    if (whole && (this.outdated(plan) || this.unfit(plan).size > 0)) throw new Refusal(409, "plan_outdated");
    this.write(index, plan);
  }

  cancel(index: number, act: ActOf<"cancel">): void {
    const plan = this.found(index, act.by);
    if (plan.state === "cancelled") return;
    if (plan.state !== "ready") throw new Refusal(409, "plan_already_applied");
    plan.state = "cancelled";
  }

  undo(index: number, act: ActOf<"undo">): void {
    const plan = this.found(index, act.by);
    if (plan.succeeded === 0) throw new Refusal(409, "plan_not_applied");
    for (const other of this.state.plans) {
      if (other.undoOf !== index) continue;
      if (other.state === "done") throw new Refusal(409, "plan_already_undone");
      // An undo that was only looked at gives way to a new one.
      if (other.state === "ready") other.state = "cancelled";
    }
    const rows = plan.rows.filter((row) => row.outcome === "changed").map((row) => this.inverse(row));
    const made = { kind: "undo", by: act.by, onChanged: "skip", undoOf: index };
    this.add(rows, made, { strategy: "undo", noted: false }, !act.preview);
  }

  private previewUpdate(act: ActOf<"bulkUpdate" | "planUpdate">): PlanRow[] {
    const reopening = new Map<number, number>();
    return this.selected(act).map((index) => {
      const lead = this.rules.lead(index);
      const difference = differenceOf(lead, act.updates);
      if (lead.removed) return rowOf(index, null, "lead_not_found", {});
      if (lead.lockedBy !== null) return rowOf(index, lead, "lead_locked", {});
      if (Object.keys(difference).length === 0 && act.notes === undefined) return rowOf(index, lead, "equal", {});
      const opens = typeof difference.disposition?.[1] === "string" && isOpenDisposition(difference.disposition[1]);
      if (opens && !isOpenDisposition(lead.disposition) && lead.owner !== null) {
        const turn = (reopening.get(lead.owner) ?? 0) + 1;
        reopening.set(lead.owner, turn);
        if (turn > room(this.state, lead.owner)) return rowOf(index, lead, "no_capacity", {});
      }
      return rowOf(index, lead, "change", difference);
    });
  }

  private dealt(index: number, act: ActOf<"bulkAssign" | "planAssign">, chosen: PlanRow | undefined): PlanRow {
    const lead = this.rules.lead(index);
    if (lead.removed) return rowOf(index, null, "lead_not_found", {});
    if (!isOpenDisposition(lead.disposition)) return rowOf(index, lead, "lead_closed", {});
    if (lead.lockedBy !== null) return rowOf(index, lead, "lead_locked", {});
    const verdict = chosen?.verdict ?? "nothing was dealt";
    if (verdict !== "change" && verdict !== "equal") return rowOf(index, lead, verdict, {});
    const moved = chosen?.difference.assigned_agent;
    const difference: Difference = {
      ...(moved === undefined ? {} : { assigned_agent: [lead.owner, moved[1]] }),
      ...(act.priority === undefined || act.priority === lead.priority
        ? {}
        : { priority: [lead.priority, act.priority] }),
    };
    return rowOf(index, lead, Object.keys(difference).length === 0 ? "equal" : "change", difference);
  }

  private inverse(row: PlanRow): PlanRow {
    const lead = this.rules.lead(row.lead);
    const difference = Object.fromEntries(
      Object.entries(row.difference).map(([field, [before, after]]): [string, [unknown, unknown]] => [
        field,
        [after, before],
      ]),
    );
    const asWritten = this.isAsWritten(row.lead, lead.version, row.versionAfter);
    const undone = (verdict: string): PlanRow => ({
      ...rowOf(row.lead, lead, verdict, verdict === "change" ? difference : {}),
      version: asWritten ? lead.version : row.versionAfter,
    });
    if (lead.removed) return undone("lead_not_found");
    if (lead.lockedBy !== null) return undone("lead_locked");
    if (!asWritten) return undone("changed_since");
    return undone(Object.keys(difference).length === 0 ? "equal" : "change");
  }

  /** Whether a lead is as that version left it: what was written since has been taken back, pair by pair. */
  private isAsWritten(lead: number, present: number, wanted: number | null): boolean {
    if (wanted === null || present <= wanted) return present === wanted;
    const rowsOf = (plan: PlanShown) => plan.rows.filter((row) => row.lead === lead && row.outcome === "changed");
    const undo = this.state.plans.find(
      (plan) => plan.undoOf !== null && rowsOf(plan).some((row) => row.versionAfter === present),
    );
    const [base] = undo?.undoOf == null ? [] : rowsOf(this.state.plans[undo.undoOf] as PlanShown);
    return base?.version != null && this.isAsWritten(lead, base.version, wanted);
  }

  private add(
    rows: PlanRow[],
    plan: Pick<PlanShown, "kind" | "by" | "onChanged"> & { undoOf?: number },
    work: Work,
    apply: boolean,
  ): void {
    // A plan over nothing is not among those that the snapshot finds.
    if (rows.length === 0) return;
    const index = this.state.plans.length;
    const { undoOf = null, ...facts } = plan;
    this.state.plans.push({ ...facts, undoOf, rows, state: "ready", succeeded: 0, failed: 0 });
    this.works.set(index, work);
    const made = this.state.plans[index];
    if (apply && made) this.write(index, made);
  }

  private found(index: number, by: string): PlanShown {
    const plan = this.state.plans[index];
    if (!plan) throw new Error(`the model has no plan ${index}`);
    if (by !== "admin" && plan.by !== by) throw new Refusal(403, "not_your_plan");
    return plan;
  }

  private outdated(plan: PlanShown): boolean {
    return plan.rows.some(({ lead: index, verdict, version }) => {
      const lead = this.rules.lead(index);
      return verdict === "change" && (lead.removed || lead.version !== version);
    });
  }

  private write(index: number, plan: PlanShown): void {
    const unfit = this.unfit(plan);
    for (const row of plan.rows) {
      row.outcome = row.verdict === "change" ? (this.obstacle(row) ?? unfit.get(row) ?? "changed") : row.verdict;
      if (row.verdict === "change" && row.outcome !== "changed") plan.failed += 1;
    }
    for (const row of plan.rows) if (row.outcome === "changed") this.writeRow(row, this.works.get(index));
    plan.succeeded = plan.rows.filter((row) => row.outcome === "changed").length;
    plan.state = "done";
    recount(this.state);
  }

  private writeRow(row: PlanRow, work: Work | undefined): void {
    const lead = this.rules.lead(row.lead);
    const { disposition, priority, tags, assigned_agent: moved } = row.difference;
    const from = lead.owner;
    const wasOpen = isOpenDisposition(lead.disposition);
    if (disposition) lead.disposition = String(disposition[1]);
    if (priority) lead.priority = priority[1] as LeadState["priority"];
    if (tags) lead.tags = [...(tags[1] as string[])];
    if (work?.noted) lead.notes += 1;
    if (moved) {
      const to = moved[1] as number | null;
      Object.assign(lead, {
        owner: to,
        touched: false,
        due: null,
        assignedAt: to === null ? null : this.state.minutes,
      });
      lead.decisions.push(`${work?.strategy}: ${from} > ${to}`);
    }
    this.timer(lead, { moved: moved !== undefined, reopened: !wasOpen, reprioritised: priority !== undefined });
    const action = !moved
      ? Object.keys(row.difference).length === 0
        ? "lead.note_added"
        : "lead.updated"
      : lead.owner === null
        ? "lead.unassigned"
        : from === null
          ? "lead.assigned"
          : "lead.reassigned";
    this.rules.write(lead, action);
    row.versionAfter = lead.version;
  }

  private timer(lead: LeadState, what: { moved: boolean; reopened: boolean; reprioritised: boolean }): void {
    if (!counts(lead) || lead.touched || lead.lockedBy !== null) {
      if (!counts(lead)) lead.due = null;
      return;
    }
    if (what.moved || what.reopened) lead.due = this.state.minutes + RETURN_MINUTES[lead.priority];
    else if (what.reprioritised) lead.due = (lead.assignedAt ?? 0) + RETURN_MINUTES[lead.priority];
  }

  private obstacle(row: PlanRow): string | undefined {
    const lead = this.rules.lead(row.lead);
    if (lead.removed) return "lead_not_found";
    if (lead.lockedBy !== null) return "lead_locked";
    return lead.version === row.version ? undefined : "changed_since";
  }

  /** Rows whose agent is not there or would have too many; of an agent who would, the plan's last rows go first. */
  private unfit(plan: PlanShown): Map<PlanRow, string> {
    const unfit = new Map<PlanRow, string>();
    const moving = plan.rows.filter((row) => row.verdict === "change" && this.obstacle(row) === undefined);
    for (const row of moving) {
      const to = row.difference.assigned_agent?.[1];
      if (typeof to === "number" && plan.kind !== "undo" && this.state.agents[to]?.availability !== "active") {
        unfit.set(row, "agent_unavailable");
      }
    }
    for (;;) {
      const gains = this.gains(moving.filter((row) => !unfit.has(row)));
      const over = this.state.agents.findIndex(
        (agent, index) => (gains[index] ?? 0) > 0 && agent.open + (gains[index] ?? 0) > agent.max,
      );
      if (over === -1) return unfit;
      const last = moving
        .filter((row) => !unfit.has(row) && this.targetOf(row) === over && this.sourceOf(row) !== over)
        .at(-1);
      if (!last) return unfit;
      unfit.set(last, "no_capacity");
    }
  }

  private gains(rows: readonly PlanRow[]): number[] {
    const gains = this.state.agents.map(() => 0);
    for (const row of rows) {
      const [from, to] = [this.sourceOf(row), this.targetOf(row)];
      if (from !== null) gains[from] = (gains[from] ?? 0) - 1;
      if (to !== null) gains[to] = (gains[to] ?? 0) + 1;
    }
    return gains;
  }

  /** Whose place the row's lead takes now, and afterwards. */
  private sourceOf(row: PlanRow): number | null {
    const lead = this.rules.lead(row.lead);
    return counts(lead) ? lead.owner : null;
  }

  private targetOf(row: PlanRow): number | null {
    const lead = this.rules.lead(row.lead);
    const disposition = row.difference.disposition?.[1] ?? lead.disposition;
    if (!isOpenDisposition(String(disposition))) return null;
    return row.difference.assigned_agent ? (row.difference.assigned_agent[1] as number | null) : lead.owner;
  }

  private selected(act: ActOf<"bulkUpdate" | "bulkAssign" | "planUpdate" | "planAssign">): number[] {
    const { ids } = act.selection;
    return ids === "all" ? this.state.leads.flatMap((lead, index) => (lead.removed ? [] : [index])) : [...ids];
  }
}

const onChanged = (act: object): string => ("refuse" in act && act.refuse === true ? "refuse" : "skip");

function rowOf(lead: number, state: LeadState | null, verdict: string, difference: Difference): PlanRow {
  return { lead, version: state?.version ?? null, verdict, difference, outcome: null, versionAfter: null };
}

function differenceOf(
  lead: LeadState,
  updates: { disposition?: string; priority?: string; tags?: string[] },
): Difference {
  const { disposition, priority, tags } = updates;
  return {
    ...(disposition === undefined || disposition === lead.disposition
      ? {}
      : { disposition: [lead.disposition, disposition] }),
    ...(priority === undefined || priority === lead.priority ? {} : { priority: [lead.priority, priority] }),
    ...(tags === undefined || tags.join() === lead.tags.join() ? {} : { tags: [lead.tags, tags] }),
  };
}
