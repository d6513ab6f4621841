import { CapacityBar } from "@/components/ui/meter";
import type { ListedAgent } from "@/modules/agents/components/agent-queries";

/** An agent's load as it is and as it would be with so many leads more (or fewer, below 0). */
export function LoadShift({ agent, by }: { agent: ListedAgent; by: number }) {
  if (!agent.capacity) return null;
  const { current, max } = agent.capacity;
  return (
    <div className="flex items-center gap-3">
      <span className="w-36 shrink-0 truncate max-sm:w-24">{agent.name}</span>
      <CapacityBar
        current={current + by}
        max={max}
        label={`Open leads of ${agent.name} afterwards`}
        bare
        className="flex-1"
      />
      <span className="w-24 shrink-0 text-right text-xs text-muted tabular-nums">
        {current} → <span className="font-medium text-text">{current + by}</span> / {max}
      </span>
    </div>
  );
}
