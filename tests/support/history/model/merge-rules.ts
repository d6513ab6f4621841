import type { ActOf } from "../acts";
import { LeadRules } from "./lead-rules";
import { Refusal } from "./prediction";
import { counts, isOpenDisposition, type LeadState, recount, room, type WorldState } from "./state";

/** What a merge needs to be undone. */
export interface MergeMemory {
  survivor: number;
  survivorBefore: LeadState;
  otherBefore: LeadState;
  survivorVersion: number;
  otherVersion: number;
  carried: number[];
}

/** The rules for making one lead of two, and two of one. */
export class MergeRules {
  constructor(
    private readonly state: WorldState,
    private readonly rules: LeadRules,
    /** Standing merges, by the lead that was merged. */
    private readonly merges: Map<number, MergeMemory>,
  ) {}

  merge(act: ActOf<"merge">): void {
    if (act.lead === act.other) throw new Refusal(422, "same_lead");
    const survivor = this.rules.present(act.lead);
    const other = this.rules.lead(act.other);
    if (other.mergedInto === act.lead) return;
    if (other.removed)
      throw other.mergedInto === null ? new Refusal(404, "not_found") : new Refusal(409, "other_merged");
    this.rules.refuseLocked(survivor);
    this.rules.refuseLocked(other);
    const before = structuredClone({ survivor, other });
    const owner = act.agentOf === "this" ? survivor : other;
    this.refuseFull(survivor, other, owner.owner);
    if (owner.owner !== survivor.owner) survivor.decisions.push(`merge: ${survivor.owner} > ${owner.owner}`);
    const { due, touched, assignedAt } = owner;
    Object.assign(survivor, {
      owner: owner.owner,
      touched,
      assignedAt,
      due: isOpenDisposition(survivor.disposition) ? due : null,
      notes: survivor.notes + other.notes,
      tags: [...new Set([...survivor.tags, ...other.tags])],
    });
    Object.assign(other, { removed: true, mergedInto: act.lead, notes: 0, due: null });
    this.rules.write(survivor, "lead.merged");
    this.rules.write(other, "lead.merged_into");
    const carried = this.carry(act.other, act.lead, "lead.merged_into");
    this.merges.set(act.other, {
      survivor: act.lead,
      survivorBefore: before.survivor,
      otherBefore: before.other,
      survivorVersion: survivor.version,
      otherVersion: other.version,
      carried,
    });
  }

  unmerge(act: ActOf<"unmerge">): void {
    const other = this.rules.lead(act.lead);
    const memory = this.merges.get(act.lead);
    if (!memory || other.mergedInto === null) throw new Refusal(409, "not_merged");
    const survivor = this.rules.lead(memory.survivor);
    const changed = survivor.version !== memory.survivorVersion || other.version !== memory.otherVersion;
    if (changed) throw new Refusal(409, "changed_since");
    this.takeApart(survivor, other, memory);
    this.merges.delete(act.lead);
    this.rules.write(survivor, "lead.unmerged");
    this.rules.write(other, "lead.unmerged");
    for (const index of memory.carried) {
      const lead = this.rules.lead(index);
      if (lead.mergedInto !== memory.survivor) continue;
      lead.mergedInto = act.lead;
      this.rules.write(lead, "lead.merged_into");
    }
  }

  private takeApart(survivor: LeadState, other: LeadState, memory: MergeMemory): void {
    const { survivorBefore, otherBefore } = memory;
    const holder = survivor.owner;
    const kept = survivorBefore.owner === holder;
    const facts = (of: LeadState) => ({
      disposition: of.disposition,
      priority: of.priority,
      tags: of.tags,
      team: of.team,
      notes: of.notes,
    });
    const held = kept
      ? {}
      : {
          owner: survivorBefore.owner,
          touched: survivorBefore.touched,
          assignedAt: survivorBefore.assignedAt,
          due: null,
        };
    const undone = structuredClone(this.state);
    Object.assign(survivor, facts(survivorBefore), held);
    Object.assign(other, facts(otherBefore), { removed: false, mergedInto: null, due: null });
    const { owner, touched, assignedAt } = otherBefore;
    Object.assign(other, { owner, touched, assignedAt });
    this.refuseGrowth(undone);
    if (!kept) {
      survivor.decisions.push(`unmerge: ${holder} > ${survivor.owner}`);
      this.rules.startTimer(survivor, this.state.minutes);
    } else if (!isOpenDisposition(survivor.disposition)) survivor.due = null;
    this.rules.startTimer(other, this.state.minutes);
  }

  private carry(from: number, to: number, action: string): number[] {
    const carried: number[] = [];
    for (const [index, lead] of this.state.leads.entries()) {
      if (lead.mergedInto !== from) continue;
      lead.mergedInto = to;
      carried.push(index);
      this.rules.write(lead, action);
    }
    return carried;
  }

  private refuseFull(survivor: LeadState, other: LeadState, owner: number | null): void {
    if (owner === null || !isOpenDisposition(survivor.disposition)) return;
    const freed = [survivor, other].filter((lead) => lead.owner === owner && counts(lead)).length;
    if (1 - freed > 0 && room(this.state, owner) < 1 - freed) throw new Refusal(409, "capacity_exceeded");
  }

  /** Refuses when an agent has more open leads now than `before` and more than it may have. */
  private refuseGrowth(before: WorldState): void {
    recount(this.state);
    for (const [index, agent] of this.state.agents.entries()) {
      if (agent.open > (before.agents[index]?.open ?? 0) && agent.open > agent.max) {
        throw new Refusal(409, "capacity_exceeded");
      }
    }
  }
}
