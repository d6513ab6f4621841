import { type PlanRow, TEAM_MEMBERS, type WorldState } from "./state";

/**
 * Judges a deal that a strategy was free to make: each lead went to somebody who may have it and had room at that
 * moment, and a lead was left over only when there was nobody. Throws in words when not.
 */
export function judgeDeal(state: WorldState, rows: readonly PlanRow[], asked: readonly number[]): void {
  const open = state.agents.map((agent) => agent.open);
  const hasRoom = (agent: number): boolean => (open[agent] ?? 0) < (state.agents[agent]?.max ?? 0);
  for (const row of rows) {
    const lead = state.leads[row.lead];
    if (!lead) throw new Error(`a deal over lead ${row.lead}, which is not there`);
    const { owner, team } = lead;
    const able = asked.filter(
      (agent) =>
        state.agents[agent]?.availability === "active" && (team === null || (TEAM_MEMBERS[team] ?? []).includes(agent)),
    );
    const wrong = (why: string): Error => new Error(`lead ${row.lead} was judged ${row.verdict} although ${why}`);
    switch (row.verdict) {
      case "change":
      case "equal": {
        const target = row.difference.assigned_agent ? (row.difference.assigned_agent[1] as number) : owner;
        if (target === null || !able.includes(target)) throw wrong(`agent ${target} may not have it`);
        if (target !== owner && !hasRoom(target)) throw wrong(`agent ${target} has no room`);
        if (target === owner) break;
        open[target] = (open[target] ?? 0) + 1;
        if (owner !== null && isCandidate(state, asked, owner)) open[owner] = (open[owner] ?? 0) - 1;
        break;
      }
      case "no_agent_available":
        if (able.length > 0) throw wrong(`agents ${able.join()} are there`);
        break;
      case "no_capacity":
        if (able.length === 0) throw wrong("nobody is there at all");
        if (able.some((agent) => hasRoom(agent) || agent === owner)) throw wrong("somebody has room");
        break;
      default:
        break;
    }
  }
}

/** The places of those who were not asked or are not there are not the deal's to count. */
function isCandidate(state: WorldState, asked: readonly number[], agent: number): boolean {
  return asked.includes(agent) && state.agents[agent]?.availability === "active";
}
