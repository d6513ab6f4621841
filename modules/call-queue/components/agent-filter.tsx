"use client";

import { useQuery } from "@tanstack/react-query";
import { Select } from "@/components/ui/select";
import { agentsQuery } from "@/modules/agents/components/agent-queries";

/** One agent, or all; for staff. */
export function AgentFilter({ value, onChange }: { value: string; onChange: (agent: string) => void }) {
  const agents = useQuery(agentsQuery);
  return (
    <Select
      label="Agent"
      size="sm"
      value={value}
      onChange={onChange}
      options={[
        { value: "all", label: "All agents" },
        ...(agents.data?.agents ?? []).map((agent) => ({ value: agent.agent_id, label: agent.name })),
      ]}
      className="w-36"
    />
  );
}
