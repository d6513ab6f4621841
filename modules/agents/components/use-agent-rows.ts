"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { usePollInterval } from "@/lib/client/live-state";
import { callsTodayQuery, callTrendQuery } from "@/modules/call-queue/components/agent-calls-query";
import { agentsQuery, presenceQuery } from "./agent-queries";
import { performanceQuery } from "./performance-query";
import type { AgentRow } from "./sort-agents";

const POLL_MS = 5_000;

/** Every agent with presence, calls and performance beside their load; each part comes when it comes. */
export function useAgentRows() {
  const poll = usePollInterval(POLL_MS);
  const agents = useQuery({ ...agentsQuery, refetchInterval: poll });
  const presence = useQuery({ ...presenceQuery, refetchInterval: poll });
  const today = useQuery({ ...callsTodayQuery, refetchInterval: poll });
  const trend = useQuery(callTrendQuery);
  const scores = useQuery(performanceQuery);
  const rows = useMemo((): AgentRow[] => {
    const sessions = new Map(presence.data?.sessions.map((session) => [session.email, session]));
    const calls = new Map(today.data?.agents.map((agent) => [agent.agent_id, agent]));
    const before = new Map(trend.data?.agents.map((agent) => [agent.agent_id, agent.answered]));
    const performances = new Map(scores.data?.agents.map((agent) => [agent.agent_id, agent]));
    const noDays = trend.data?.dates.map(() => 0);
    return (agents.data?.agents ?? []).map((agent) => {
      const answered = calls.get(agent.agent_id)?.answered[0] ?? 0;
      const past = (before.get(agent.agent_id) ?? noDays)?.slice(0, -1);
      return {
        agent,
        session: sessions.get(agent.agent_id),
        days: today.data && {
          answered,
          missed: calls.get(agent.agent_id)?.missed[0] ?? 0,
          trend: past && [...past, answered],
        },
        performance: performances.get(agent.agent_id),
      };
    });
  }, [agents.data, presence.data, today.data, trend.data, scores.data]);
  return { agents, rows, presencePending: presence.isPending };
}
