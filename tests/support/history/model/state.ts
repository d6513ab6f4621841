import { AGENTS, type By, LEADS } from "../acts";

export type Priority = "normal" | "high" | "urgent";

/** A lead as the model and the database both tell it. Agents, teams and leads are numbers of the world. */
export interface LeadState {
  disposition: string;
  priority: Priority;
  tags: string[];
  owner: number | null;
  team: number | null;
  removed: boolean;
  mergedInto: number | null;
  lockedBy: string | null;
  /** Its agent has worked on it since it was assigned. */
  touched: boolean;
  /** Minutes since the world began; null: nobody has it. */
  assignedAt: number | null;
  /** When its return timer ends, in minutes since the world began; null when none runs. */
  due: number | null;
  notes: number;
  version: number;
  /** Actions of its audit rows, in order. */
  audits: string[];
  /** Its decisions, in order: "strategy: from > to", with "!" where capacity was overridden. */
  decisions: string[];
}

export interface AgentState {
  max: number;
  availability: string;
  /** As the database counts it. */
  open: number;
}

/** What a plan says of one of its rows. */
export interface PlanRow {
  lead: number;
  version: number | null;
  verdict: string;
  /** { field: [before, after] }; agents as numbers. */
  difference: Record<string, [unknown, unknown]>;
  outcome: string | null;
  versionAfter: number | null;
}

export interface PlanShown {
  kind: string;
  state: string;
  onChanged: string;
  by: string;
  undoOf: number | null;
  rows: PlanRow[];
  succeeded: number;
  failed: number;
}

export interface WorldState {
  /** By the database's clock, since the world began. */
  minutes: number;
  leads: LeadState[];
  agents: AgentState[];
  plans: PlanShown[];
}

/** Open means: it counts for its agent. */
export const isOpenDisposition = (code: string): boolean => code !== "converted" && code !== "not_interested";

/** Minutes of open time that an agent may leave a lead untouched; the calendar of histories is always open. */
export const RETURN_MINUTES: Readonly<Record<Priority, number>> = { normal: 60, high: 30, urgent: 10 };

/** Who belongs to which team. */
export const TEAM_MEMBERS: readonly (readonly number[])[] = [[0, 1], [0]];

export function firstState(capacity: number): WorldState {
  return {
    minutes: 0,
    leads: Array.from({ length: LEADS }, () => ({
      disposition: "new",
      priority: "normal",
      tags: [],
      owner: null,
      team: null,
      removed: false,
      mergedInto: null,
      lockedBy: null,
      touched: false,
      assignedAt: null,
      due: null,
      notes: 0,
      version: 1,
      audits: [],
      decisions: [],
    })),
    agents: Array.from({ length: AGENTS }, () => ({ max: capacity, availability: "active", open: 0 })),
    plans: [],
  };
}

/** Whether a lead takes one of its agent's places. */
export const counts = (lead: LeadState): boolean =>
  lead.owner !== null && !lead.removed && isOpenDisposition(lead.disposition);

/** Law 5, as the model keeps it. */
export function recount(state: WorldState): void {
  for (const [index, agent] of state.agents.entries()) {
    agent.open = state.leads.filter((lead) => lead.owner === index && counts(lead)).length;
  }
}

/** Free places; below 0 when over capacity. */
export function room(state: WorldState, agent: number): number {
  const { max = 0, open = 0 } = state.agents[agent] ?? {};
  return max - open;
}

export const isStaff = (by: By): boolean => typeof by !== "number";
