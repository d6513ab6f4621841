"use client";

import { useQuery } from "@tanstack/react-query";
import { useIsStaff, useMe } from "@/lib/client/me";
import { agentsQuery } from "@/modules/agents/components/agent-queries";

/** The name behind an actor's e-mail, as far as this person's lists know it. */
export function useActorName(actor: string): string {
  const me = useMe();
  const agents = useQuery({ ...agentsQuery, enabled: useIsStaff() });
  if (actor === me.email) return me.name;
  return agents.data?.agents.find((agent) => agent.agent_id === actor)?.name ?? actor;
}
