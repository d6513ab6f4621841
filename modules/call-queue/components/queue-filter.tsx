"use client";

import { Select } from "@/components/ui/select";
import { useQueues } from "./use-queue-choice";

/** One queue by its key, or "all"; shown to those who have more than one to choose among. */
export function QueueFilter({ value, onChange }: { value: string; onChange: (queue: string) => void }) {
  const queues = useQueues();
  if (queues.length < 2 && value === "all") return null;
  return (
    <Select
      label="Queue"
      size="sm"
      value={value}
      onChange={onChange}
      options={[{ value: "all", label: "All queues" }, ...queues.map(({ key, name }) => ({ value: key, label: name }))]}
      className="w-36"
    />
  );
}
