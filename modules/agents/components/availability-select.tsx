"use client";

import { StatusDot } from "@/components/ui/badge";
import { Select } from "@/components/ui/select";
import { useChangeCapacity, type ListedAgent } from "./agent-queries";
import { availabilities, availabilityWords } from "./presence-words";

const OPTIONS = availabilities.map((value) => {
  const { label, tone } = availabilityWords[value];
  return { value, label: <StatusDot tone={tone}>{label}</StatusDot>, text: label };
});

/** Whether an agent takes leads, changed in place. */
export function AvailabilitySelect({ agent }: { agent: ListedAgent }) {
  const change = useChangeCapacity();
  return (
    <Select
      quiet
      size="sm"
      label={`Availability of ${agent.name} for leads`}
      value={agent.status}
      onChange={(availability) => availability !== agent.status && change({ agent, availability })}
      options={OPTIONS}
      className="w-23"
    />
  );
}
