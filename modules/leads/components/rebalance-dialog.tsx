"use client";

import { queryOptions, useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useId, useState } from "react";
import { cn } from "@/components/cn";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Skeleton } from "@/components/ui/skeleton";
import { api } from "@/lib/client/api";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { agentsQuery } from "@/modules/agents/components/agent-queries";
import { rebalanceGoals, suggestRebalance } from "../rebalance.schemas";
import { leadCount } from "./lead-words";
import { LoadShift } from "./load-shift";
import type { PlanWish } from "./rebalance-wish";

type Goal = (typeof rebalanceGoals)[number];

const GOALS: Readonly<Record<Goal, { label: string; hint: string }>> = {
  relieve: { label: "Relieve", hint: "Only what passes somebody’s capacity." },
  even: { label: "Even out", hint: "Everybody who takes leads is equally full." },
};

const suggestionQuery = (goal: Goal) =>
  queryOptions({
    queryKey: ["agent", "rebalance", goal],
    queryFn: ({ signal }) => api(suggestRebalance, { query: { goal }, signal }),
  });

export interface RebalanceDialogProps {
  onClose: () => void;
  onPreview: (wish: PlanWish) => void;
}

/** Suggests whose leads go to whom, and how full everybody is afterwards; then the preview of exactly which. */
export function RebalanceDialog({ onClose, onPreview }: RebalanceDialogProps) {
  const [chosen, setChosen] = useState<Goal>();
  const figure = useNumberWords();
  const relief = useQuery(suggestionQuery("relieve"));
  // Where nobody is over capacity there is nothing to relieve.
  const goal = chosen ?? (relief.data?.moves.length === 0 && relief.data.over_capacity === 0 ? "even" : "relieve");
  const suggestion = useQuery(suggestionQuery(goal));
  const agents = useQuery(agentsQuery).data?.agents ?? [];
  const moves = suggestion.data?.moves ?? [];
  const total = moves.reduce((sum, { leads }) => sum + leads, 0);
  const shifts = agents
    .map((agent) => ({
      agent,
      by: moves.reduce(
        (sum, { from, to, leads }) => sum + (to === agent.agent_id ? leads : from === agent.agent_id ? -leads : 0),
        0,
      ),
    }))
    .filter(({ by }) => by !== 0)
    .toSorted((one, other) => one.by - other.by);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Rebalance"
      size="lg"
      description="The fewest moves that do it. Leads nobody has begun to work on go first; locked ones stay."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            disabled={total === 0}
            onClick={() =>
              onPreview({
                title: `Move ${leadCount(total, figure)}`,
                saying: GOALS[goal].hint,
                request: { kind: "rebalance", moves },
              })
            }
          >
            {total === 0 ? "Preview" : `Preview ${leadCount(total, figure)}`}
          </Button>
        </>
      }
    >
      <div className="flex min-h-56 flex-col gap-4">
        <GoalChoice value={goal} onChange={setChosen} />
        {suggestion.error && <Banner tone="danger">{inWords(suggestion.error)}</Banner>}
        {suggestion.isPending && (
          <div role="status" aria-label="Looking for moves" className="flex flex-col gap-3">
            <Skeleton className="w-4/5" />
            <Skeleton className="w-3/5" />
          </div>
        )}
        {(suggestion.data?.left_over ?? 0) > 0 && (
          <Banner tone="caution">
            {leadCount(suggestion.data?.left_over ?? 0, figure)} beyond capacity will stay: nobody has room for them.
            Raise a capacity, or make somebody active.
          </Banner>
        )}
        {suggestion.isSuccess && total === 0 && suggestion.data.left_over === 0 && (
          <p className="flex items-center gap-2 text-positive-text">
            <CircleCheck aria-hidden className="size-4" />
            {goal === "relieve" ? "Nobody is over capacity." : "Everybody is as equally full as whole leads allow."}
          </p>
        )}
        {shifts.length > 0 && (
          <ul aria-label="Loads afterwards" className="flex flex-col gap-2">
            {shifts.map(({ agent, by }) => (
              <li key={agent.agent_id}>
                <LoadShift agent={agent} by={by} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}

function GoalChoice({ value, onChange }: { value: Goal; onChange: (goal: Goal) => void }) {
  const name = useId();
  return (
    <fieldset>
      <legend className="sr-only">What for</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {rebalanceGoals.map((goal) => (
          <label
            key={goal}
            className={cn(
              "flex items-start gap-2.5 rounded-md border border-line px-3 py-2 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent dark:has-focus-visible:outline-accent-text",
              value === goal && "border-accent bg-selected hover:bg-selected",
            )}
          >
            <input
              type="radio"
              name={name}
              checked={value === goal}
              onChange={() => onChange(goal)}
              className="mt-0.5 size-4 shrink-0 accent-accent outline-none"
            />
            <span>
              <span className="block font-medium">{GOALS[goal].label}</span>
              <span className="block text-xs text-muted">{GOALS[goal].hint}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
