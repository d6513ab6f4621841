import type { Tone } from "@/components/ui/badge";
import type { NumberWords } from "@/lib/number-words";
import type { Lead } from "../schemas";

type Priority = Lead["priority"];

export const priorityWords: Readonly<Record<Priority, { label: string; tone: Tone }>> = {
  normal: { label: "Normal", tone: "neutral" },
  high: { label: "High", tone: "caution" },
  urgent: { label: "Urgent", tone: "danger" },
};

export const priorities = Object.keys(priorityWords) as readonly Priority[];

export type StrategyName = "capacity_based" | "round_robin" | "performance_weighted" | "manual";

export const strategyWords: Readonly<Record<StrategyName, { label: string; hint: string }>> = {
  capacity_based: { label: "Most room first", hint: "In proportion to the room each agent has left." },
  round_robin: { label: "In turn", hint: "Each agent gets the same number, as long as there is room." },
  performance_weighted: { label: "By performance", hint: "More to higher scores; everybody keeps a share." },
  manual: { label: "To those I choose", hint: "Split evenly over the agents ticked below." },
};

/** Why a row of a bulk request was left as it was. */
const FAILURES: Readonly<Record<string, string>> = {
  lead_not_found: "No longer there",
  lead_closed: "Closed: reopen it by another disposition first",
  no_capacity: "No agent had room left",
  no_agent_available: "No agent was available",
  beyond_split: "More leads than the split had places",
  lead_locked: "Locked: unlock it first",
  changed_since: "Somebody else has changed this lead meanwhile",
  too_many_tags: "It would have too many tags",
  interrupted: "The database failed before this lead's turn",
  capacity_exceeded: "Its agent has no room for another open lead",
};

export function failureWords(code: string): string {
  return FAILURES[code] ?? sentence(code);
}

/** "trade_fair" as "Trade fair". */
export function sentence(code: string): string {
  const words = code.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** 1 lead, 2 leads. */
export function leadCount(count: number, figure: NumberWords): string {
  return `${figure(count)} ${count === 1 ? "lead" : "leads"}`;
}
