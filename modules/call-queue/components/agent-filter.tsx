"use client";

import { useQuery } from "@tanstack/react-query";
import { Select } from "@/components/ui/select";
import { agentsQuery } from "@/modules/agents/components/agent-queries";

/** One agent, or "all", which `all` puts into words; for staff. */
export function AgentFilter({
  value,
  onChange,
  label = "Agent",
  all = "All agents",
}: {
  value: string;
  onChange: (agent: string) => void;
  label?: string;
  all?: string;
}) {
  const agents = useQuery(agentsQuery);
  return (
    <Select
      label={label}
      size="sm"
      value={value}
      onChange={onChange}
      options={[
        { value: "all", label: all },
        ...(agents.data?.agents ?? []).map((agent) => ({ value: agent.agent_id, label: agent.name })),
      ]}
      className="w-40"
    />
  );
}
