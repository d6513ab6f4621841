import type { ActOf } from "../acts";
import { Refusal } from "./prediction";
import {
  counts,
  isOpenDisposition,
  isStaff,
  type LeadState,
  recount,
  RETURN_MINUTES,
  room,
  TEAM_MEMBERS,
  type WorldState,
} from "./state";

/** The rules for single leads, in plain steps: what is refused in which order, and what is written. */
export class LeadRules {
  constructor(
    private readonly state: WorldState,
    /** E-mails of staff, as locks name them. */
    private readonly emails: Readonly<Record<"manager" | "colleague" | "admin", string>>,
  ) {}

  assign(act: ActOf<"assign">): void {
    const lead = this.present(act.lead);
    if (lead.owner === act.agent) return;
    this.refuseClosed(lead);
    this.refuseLocked(lead);
    if (lead.owner !== null) throw new Refusal(409, "already_assigned");
    const overridden = this.overridden(act.agent);
    if (overridden && !act.override) throw new Refusal(409, overridden);
    this.give(lead, act.agent, "lead.assigned", overridden === undefined ? "" : "!");
    if (act.priority !== undefined) this.reprioritise(lead, act.priority);
  }

  reassign(act: ActOf<"reassign">): void {
    const lead = this.present(act.lead);
    if (lead.owner === null) throw new Refusal(409, "not_assigned");
    if (lead.owner === act.agent) return;
    this.refuseClosed(lead);
    this.refuseLocked(lead);
    const obstacle = this.overridden(act.agent);
    if (obstacle) throw new Refusal(409, obstacle);
    this.give(lead, act.agent, "lead.reassigned", "");
    if (act.notes !== undefined) lead.notes += 1;
  }

  patch(act: ActOf<"patch">): void {
    const lead = this.visible(act.lead, act.by);
    const change: { disposition?: string; priority?: LeadState["priority"]; tags?: string[] } = act.change;
    if (!isStaff(act.by) && lead.owner !== act.by) throw new Refusal(403, "forbidden");
    const { disposition = lead.disposition, priority = lead.priority, tags = lead.tags } = change;
    const same = disposition === lead.disposition && priority === lead.priority && tags.join() === lead.tags.join();
    if (same) return;
    const reopens = isOpenDisposition(disposition) && !isOpenDisposition(lead.disposition);
    if (reopens && lead.owner !== null && room(this.state, lead.owner) <= 0)
      throw new Refusal(409, "capacity_exceeded");
    const reprioritised = priority !== lead.priority;
    Object.assign(lead, { disposition, priority, tags: [...tags] });
    this.write(lead, "lead.updated");
    if (!isStaff(act.by)) this.touch(lead);
    else if (!isOpenDisposition(disposition)) lead.due = null;
    if (reopens) this.startTimer(lead, this.state.minutes);
    else if (reprioritised) this.startTimer(lead, lead.assignedAt ?? 0);
  }

  note(act: ActOf<"note">): void {
    const lead = this.visible(act.lead, act.by);
    lead.notes += 1;
    this.write(lead, "lead.note_added");
    if (!isStaff(act.by) && (lead.owner === null || lead.owner === act.by)) this.touch(lead);
  }

  remove(act: ActOf<"remove">): void {
    const lead = this.present(act.lead);
    this.refuseLocked(lead);
    lead.removed = true;
    lead.due = null;
    this.write(lead, "lead.removed");
  }

  restore(act: ActOf<"restore">): void {
    const lead = this.lead(act.lead);
    if (!lead.removed) return;
    if (lead.mergedInto !== null) throw new Refusal(410, "lead_merged");
    const { owner } = lead;
    lead.removed = false;
    const full = owner !== null && isOpenDisposition(lead.disposition) && room(this.state, owner) <= 0;
    if (full) {
      Object.assign(lead, { owner: null, assignedAt: null, touched: false, due: null });
      lead.decisions.push(`restore: ${owner} > null`);
    } else this.startTimer(lead, this.state.minutes);
    this.write(lead, "lead.restored");
  }

  lock(act: ActOf<"lock">): void {
    const lead = this.present(act.lead);
    const email = this.emails[act.by];
    if (lead.lockedBy !== null && lead.lockedBy !== email) throw new Refusal(409, "already_locked");
    if (lead.lockedBy === email) return;
    lead.lockedBy = email;
    lead.due = null;
    this.write(lead, "lead.locked");
  }

  unlock(act: ActOf<"unlock">): void {
    const lead = this.present(act.lead);
    if (lead.lockedBy === null) return;
    lead.lockedBy = null;
    this.startTimer(lead, this.state.minutes);
    this.write(lead, "lead.unlocked");
  }

  team(act: ActOf<"team">): void {
    const lead = this.present(act.lead);
    if (lead.team === act.team) return;
    lead.team = act.team;
    this.write(lead, "lead.updated");
  }

  /** One round of the return timer. */
  returns(): void {
    for (const lead of this.state.leads) {
      if (lead.due === null || lead.due > this.state.minutes) continue;
      const { owner } = lead;
      if (counts(lead) && !lead.touched && lead.lockedBy === null) {
        Object.assign(lead, { owner: null, assignedAt: null, touched: false });
        lead.decisions.push(`return_timer: ${owner} > null`);
        this.write(lead, "lead.returned");
      }
      lead.due = null;
    }
  }

  /** The lead for a person: what staff find, and what agents find. */
  private visible(index: number, by: number | string): LeadState {
    const lead = this.lead(index);
    if (typeof by !== "number") return this.present(index);
    const sees = ({ owner, team }: LeadState): boolean =>
      owner === by || (owner === null && (team === null || (TEAM_MEMBERS[team] ?? []).includes(by)));
    const survivor = lead.mergedInto === null ? undefined : this.lead(lead.mergedInto);
    if (lead.removed && survivor && !survivor.removed && sees(survivor)) throw new Refusal(410, "lead_merged");
    if (lead.removed || !sees(lead)) throw new Refusal(404, "not_found");
    return lead;
  }

  present(index: number): LeadState {
    const lead = this.lead(index);
    if (!lead.removed) return lead;
    const survivor = lead.mergedInto === null ? undefined : this.lead(lead.mergedInto);
    throw survivor && !survivor.removed ? new Refusal(410, "lead_merged") : new Refusal(404, "not_found");
  }

  lead(index: number): LeadState {
    const lead = this.state.leads[index];
    if (!lead) throw new Error(`the model has no lead ${index}`);
    return lead;
  }

  refuseLocked(lead: LeadState): void {
    if (lead.lockedBy !== null) throw new Refusal(409, "lead_locked");
  }

  private refuseClosed(lead: LeadState): void {
    if (!isOpenDisposition(lead.disposition)) throw new Refusal(409, "lead_closed");
  }

  /** What stands in the way of giving this agent one more lead; undefined when nothing does. */
  private overridden(agent: number): string | undefined {
    if (this.state.agents[agent]?.availability !== "active") return "agent_unavailable";
    return room(this.state, agent) <= 0 ? "capacity_exceeded" : undefined;
  }

  private give(lead: LeadState, agent: number, action: string, mark: string): void {
    lead.decisions.push(`manual: ${lead.owner} > ${agent}${mark}`);
    Object.assign(lead, { owner: agent, touched: false, assignedAt: this.state.minutes });
    this.write(lead, action);
    this.startTimer(lead, this.state.minutes);
  }

  private reprioritise(lead: LeadState, priority: LeadState["priority"]): void {
    lead.priority = priority;
    this.startTimer(lead, lead.assignedAt ?? 0);
  }

  private touch(lead: LeadState): void {
    lead.touched = true;
    lead.due = null;
  }

  /** The timer counts from there on, if one runs for the lead at all. */
  startTimer(lead: LeadState, from: number): void {
    const runs = counts(lead) && !lead.touched && lead.lockedBy === null;
    if (runs) lead.due = from + RETURN_MINUTES[lead.priority];
  }

  write(lead: LeadState, action: string): void {
    lead.version += 1;
    lead.audits.push(action);
    recount(this.state);
  }
}
