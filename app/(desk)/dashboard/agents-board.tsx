"use client";

import { Scale } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { useShortcuts } from "@/lib/client/shortcuts";
import type { ListedAgent } from "@/modules/agents/components/agent-queries";
import { AgentsCard } from "@/modules/agents/components/agents-card";
import { MoveLeadsDialog } from "@/modules/leads/components/move-leads-dialog";
import { PlanDialog } from "@/modules/leads/components/plan-dialog";
import { RebalanceDialog } from "@/modules/leads/components/rebalance-dialog";
import type { PlanWish } from "@/modules/leads/components/rebalance-wish";

type Open = { move: { from: ListedAgent; to: ListedAgent | undefined } } | { suggestion: true } | { plan: PlanWish };

/** The agents with what a manager does about their loads: drag, ask for a suggestion, look at the preview, apply. */
export function AgentsBoard() {
  const [open, setOpen] = useState<Open>();
  const params = useSearchParams();
  const asked = params.has("rebalance");
  const shown: Open | undefined = open ?? (asked ? { suggestion: true } : undefined);
  const close = () => {
    setOpen(undefined);
    if (asked) window.history.replaceState(null, "", "/dashboard");
  };
  const preview = (plan: PlanWish) => setOpen({ plan });
  useShortcuts({ b: () => setOpen({ suggestion: true }) });
  return (
    <>
      <AgentsCard
        onMove={(from, to) => setOpen({ move: { from, to } })}
        actions={
          <Button size="sm" onClick={() => setOpen({ suggestion: true })}>
            <Scale aria-hidden /> Rebalance
          </Button>
        }
      />
      {shown && "suggestion" in shown && <RebalanceDialog onClose={close} onPreview={preview} />}
      {shown && "move" in shown && <MoveLeadsDialog {...shown.move} onClose={close} onPreview={preview} />}
      {shown && "plan" in shown && <PlanDialog {...shown.plan} onClose={close} />}
    </>
  );
}
