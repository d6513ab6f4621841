"use client";

import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { toastFailure, toastUndo } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { changeCapacity, listAgents, readHeartbeat, type AgentSummary } from "../schemas";

type AgentList = z.output<NonNullable<typeof listAgents.response>>;
export type ListedAgent = AgentList["agents"][number];
export type CapacityChange = { agent: ListedAgent; max_capacity?: number; availability?: AgentSummary["status"] };

/** Every agent with capacity, and the sums over all of them (managers). */
export const agentsQuery = queryOptions({
  queryKey: ["agent", "list"],
  queryFn: ({ signal }) => api(listAgents, { query: { include_capacity: "true" }, signal }),
});

/** Everybody's presence (managers). */
export const presenceQuery = queryOptions({
  queryKey: ["presence", "all"],
  queryFn: async ({ signal }) => {
    const answer = await api(readHeartbeat, { signal });
    if ("session" in answer) throw new Error("The presence of all was asked for, and one agent's came");
    return answer;
  },
});

/** Changes capacity or availability: shown at once, taken back when refused, and undone on request. */
export function useChangeCapacity(): (change: CapacityChange) => void {
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: ({ agent, ...body }: CapacityChange) =>
      api(changeCapacity, { params: { agentId: agent.agent_id }, body }),
    onMutate: async (change) => {
      await queries.cancelQueries({ queryKey: agentsQuery.queryKey });
      const before = queries.getQueryData(agentsQuery.queryKey);
      queries.setQueryData(agentsQuery.queryKey, (list) => list && withChange(list, change));
      return { before };
    },
    onError: (error, { agent }, context) => {
      queries.setQueryData(agentsQuery.queryKey, context?.before);
      toastFailure(`${agent.name} was not changed`, inWords(error));
    },
    onSuccess: (_, { agent, ...body }) => toastUndo(saying(agent, body), () => mutate(reverse(agent, body))),
    onSettled: () => queries.invalidateQueries({ queryKey: ["agent"] }),
  });
  return mutate;
}

function withChange(list: AgentList, { agent, max_capacity, availability }: CapacityChange): AgentList {
  const agents = list.agents.map((each) => {
    if (each.agent_id !== agent.agent_id) return each;
    const { capacity } = each;
    return {
      ...each,
      status: availability ?? each.status,
      ...(capacity && { capacity: { ...capacity, ...room(capacity.current, max_capacity ?? capacity.max) } }),
    };
  });
  return { ...list, agents };
}

/** How a load looks against another maximum, until the server answers. */
function room(current: number, max: number): { max: number; percentage: number; available_slots: number } {
  return {
    max,
    percentage: max === 0 ? 0 : Math.round((current / max) * 100),
    available_slots: Math.max(0, max - current),
  };
}

function saying(agent: ListedAgent, change: Omit<CapacityChange, "agent">): string {
  return change.max_capacity !== undefined
    ? `${agent.name}: capacity ${change.max_capacity}`
    : `${agent.name} is ${change.availability} for leads`;
}

/** `agent` is as it was before the change. */
function reverse(agent: ListedAgent, change: Omit<CapacityChange, "agent">): CapacityChange {
  return {
    agent: { ...agent, status: change.availability ?? agent.status },
    ...(change.max_capacity !== undefined && agent.capacity && { max_capacity: agent.capacity.max }),
    ...(change.availability !== undefined && { availability: agent.status }),
  };
}
