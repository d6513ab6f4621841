import { setImmediate } from "node:timers/promises";
import { unprocessable } from "@/lib/errors";
import type { Principal } from "@/lib/principal";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import type { Strategy } from "@/modules/agents/services/deal-leads";
import { namedLeads } from "../domain/bulk";
import { distinctTags, type LeadChange, type Priority } from "../domain/lead";
import { checkFilter, type LeadFilter } from "../domain/lead-filter";
import { fullSort, type LeadSort } from "../domain/lead-sort";
import {
  type AssignPlanRequest,
  type EditsPlanRequest,
  type Next,
  planFields,
  type PlanUpdates,
  type RowCells,
  type UpdatePlanRequest,
} from "../domain/plan";
import type { Move } from "../domain/rebalance";
import type { LeadAccess } from "./lead-access";
import type { Chosen } from "./plan-maker";

export interface AskedUpdate {
  updates: PlanUpdates;
  notes?: string | undefined;
}

/** What each lead is to be set to: each once. */
export interface AskedEdits {
  edits: readonly {
    lead_id: string;
    version?: number | undefined;
    set: LeadChange & { assigned_agent?: null | undefined };
  }[];
}

export interface AskedAssignment {
  assignment_strategy: Strategy;
  agents?: string[] | undefined;
  split?: number[] | undefined;
  /** A team's name: its members instead of agents. */
  team?: string | undefined;
  priority?: Priority | undefined;
}

export interface TeamsByName {
  byName(name: string): Promise<{ teamId: string; name: string } | undefined>;
}

export interface AskedSelection {
  lead_ids?: string[] | undefined;
  search?: { filter: LeadFilter; sort?: Parameters<typeof fullSort>[0] } | undefined;
  saved_search_id?: string | undefined;
}

/** Saved searches as a person sees them. */
export interface SearchesByName {
  one(
    principal: Principal,
    id: string,
  ): Promise<{ saved_search_id: string; name: string; filter: LeadFilter; sort: LeadSort }>;
}

/** Who has waited longest is dealt first, unless the search has an order of its own. */
const OLDEST_FIRST = { field: "created_at", direction: "asc" } as const;

/** Turns what is asked for over the wire into what a plan keeps: known dispositions, opaque ids, canonical tags. */
export class PlanRequests {
  constructor(
    private readonly access: LeadAccess,
    private readonly directory: AgentDirectory,
    private readonly teams: TeamsByName,
    private readonly searches: SearchesByName,
  ) {}

  async of(
    asked: { [Field in keyof (AskedUpdate & AskedAssignment)]?: (AskedUpdate & AskedAssignment)[Field] | undefined },
    next: Next,
  ): Promise<UpdatePlanRequest | AssignPlanRequest> {
    const { updates, notes, assignment_strategy, agents, split, team, priority } = asked;
    if (updates !== undefined) return this.update({ updates, notes }, next);
    if (assignment_strategy === undefined) throw new Error("the contract let a plan through that asks for nothing");
    return this.assign({ assignment_strategy, agents, split, team, priority }, next);
  }

  /** Throws 422 unknown_disposition. */
  async update({ updates, notes }: AskedUpdate, next: Next): Promise<UpdatePlanRequest> {
    const { disposition, tags, add_tags, remove_tags } = updates;
    return {
      kind: "update",
      updates: {
        ...updates,
        ...(tags ? { tags: distinctTags(tags) } : {}),
        ...(add_tags ? { add_tags: distinctTags(add_tags) } : {}),
        ...(remove_tags ? { remove_tags: distinctTags(remove_tags) } : {}),
      },
      notes,
      opens: disposition === undefined ? false : await this.access.isOpenDisposition(disposition),
      next,
    };
  }

  /** Throws 422 unknown_disposition, and for what are no ids. */
  async edits({ edits }: AskedEdits, next: Next): Promise<{ request: EditsPlanRequest; chosen: Chosen }> {
    const codes = new Set(edits.flatMap(({ set }) => set.disposition ?? []));
    for (const code of codes) await this.access.isOpenDisposition(code);
    const named = await namedLeads(
      edits.map(({ lead_id }) => lead_id),
      () => setImmediate(),
    );
    const given = new Set(edits.flatMap(({ set }) => Object.keys(set)));
    const rows = edits.map(({ version, set }, at) => ({
      id: named.ids[at] ?? null,
      version: version ?? null,
      set: { ...set, ...(set.tags ? { tags: distinctTags(set.tags) } : {}) } as RowCells,
    }));
    return {
      request: { kind: "edits", fields: planFields.filter((field) => given.has(field)), next },
      chosen: { named, edits: rows },
    };
  }

  /**
   * Throws 404 agent_not_found naming the unknown ones, 422 unknown_team. Scores that have become stale are computed
   * anew here: the deal reads them in a transaction, where nothing of the kind must be waited for.
   */
  async assign(asked: AskedAssignment, next: Next): Promise<AssignPlanRequest> {
    const { assignment_strategy: strategy, agents, split, priority } = asked;
    const team = asked.team === undefined ? undefined : await this.team(asked.team);
    if (strategy === "performance_weighted") await this.directory.performance();
    const found = agents && (await this.directory.findAll(agents));
    const ids = new Map(found?.map(({ email, agentId }) => [email, agentId]));
    return {
      kind: "assign",
      strategy,
      // An agent who is named twice stays named twice: both of the split's shares are theirs.
      agents: agents?.flatMap((email) => ids.get(email) ?? []),
      split,
      team,
      priority,
      next,
    };
  }

  /**
   * Moves between agents as an assignment: the takers are dealt as many leads as the moves bring them. Throws 404
   * agent_not_found, and 422 moves_in_a_circle when somebody would both give and take.
   */
  async moves(asked: readonly Move[], next: Next): Promise<{ request: AssignPlanRequest; chosen: Chosen }> {
    const found = await this.directory.findAll(asked.flatMap(({ from, to }) => [from, to]));
    const ids = new Map(found.map(({ email, agentId }) => [email, agentId]));
    const idOf = (email: string): string => ids.get(email.toLowerCase()) ?? email;
    const moves = asked.map(({ from, to, leads }) => ({ from: idOf(from), to: idOf(to), leads }));
    const takers = new Map<string, number>();
    for (const { to, leads } of moves) takers.set(to, (takers.get(to) ?? 0) + leads);
    const both = moves.find(({ from }) => takers.has(from));
    if (both) {
      const agent = found.find(({ agentId }) => agentId === both.from);
      const detail = `${agent?.name ?? "Somebody"} would both give leads and take some. Let each agent do one of the two.`;
      throw unprocessable("moves_in_a_circle", detail, { agent: agent?.email });
    }
    return {
      request: { kind: "assign", strategy: "manual", agents: [...takers.keys()], split: [...takers.values()], next },
      chosen: { moves },
    };
  }

  private async team(name: string): Promise<{ id: string; name: string }> {
    const team = await this.teams.byName(name);
    if (!team) throw unprocessable("unknown_team", `There is no team ${name}.`, { team: name });
    return { id: team.teamId, name: team.name };
  }

  /**
   * Throws 413 for more than a million ids, 422 for a filter that means nothing and for what are no ids, 404 for a saved
   * search that this person does not see. What it says now is kept: changing or deleting it later changes no plan.
   */
  async chosen(principal: Principal, asked: AskedSelection): Promise<Chosen> {
    if (asked.saved_search_id !== undefined) {
      const { saved_search_id: id, name, filter, sort } = await this.searches.one(principal, asked.saved_search_id);
      return { search: { filter: checkFilter(filter), sort: fullSort(sort) }, saved: { id, name } };
    }
    if (asked.search) {
      const { filter, sort } = asked.search;
      return { search: { filter: checkFilter(filter), sort: sort ? fullSort(sort) : OLDEST_FIRST } };
    }
    if (!asked.lead_ids) throw unprocessable("nothing_selected", "Name the leads, or a search that finds them.");
    return { named: await namedLeads(asked.lead_ids, () => setImmediate()) };
  }
}
