"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Meter } from "@/components/ui/meter";
import { Skeleton } from "@/components/ui/skeleton";
import { NumberText } from "@/components/ui/time";
import { api } from "@/lib/client/api";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import type { NumberWords } from "@/lib/number-words";
import { applyPlan, cancelPlan, type PlanView } from "../plans.schemas";
import { leadCount, sentence } from "./lead-words";
import { type NewPlan, planQuery, useMakePlan } from "./plan-queries";
import { PlanDifference, PlanLeftOut } from "./plan-rows";
import { PlanShares } from "./plan-shares";
import { useUndoPlan } from "./use-undo-plan";

const TIMEOUT_MS = 120_000;

export interface PlanDialogProps {
  /** What is to be done, such as "Change 240 leads". */
  title: string;
  /** And how, in a few words: "Priority: High". */
  saying: string;
  request: NewPlan;
  onClose: () => void;
}

/**
 * Bulk work over a search, before it is done and while it is: exactly how many leads change, from what to what, which
 * are left out and why; then its progress, what came of it, and the way back.
 */
export function PlanDialog({ title, saying, request, onClose }: PlanDialogProps) {
  const queries = useQueryClient();
  const make = useMakePlan();
  const { mutate } = make;
  useEffect(() => mutate(request), [mutate, request]);
  const planId = make.data?.plan_id;
  const live = useQuery({ ...planQuery(planId ?? ""), enabled: planId !== undefined });
  const plan = live.data ?? make.data;
  const undo = useUndoPlan();
  const figure = useNumberWords();
  const [applying, setApplying] = useState(false);
  const refresh = () =>
    Promise.all(["plan", "lead", "agent"].map((root) => queries.invalidateQueries({ queryKey: [root] })));
  const apply = useMutation({
    mutationFn: (id: string) => api(applyPlan, { params: { planId: id }, body: {}, timeoutMs: TIMEOUT_MS }),
    onMutate: () => setApplying(true),
    onError: () => setApplying(false),
    onSettled: refresh,
  });
  const cancel = useMutation({
    mutationFn: (id: string) => api(cancelPlan, { params: { planId: id } }),
    onSettled: refresh,
  });
  const close = () => {
    // Nobody will apply a preview that was closed; one that is being applied goes on.
    if (plan?.state === "ready" || plan?.state === "preparing") cancel.mutate(plan.plan_id);
    onClose();
  };
  const error = make.error ?? apply.error ?? live.error;
  const underWay = plan?.state === "applying" || (applying && plan?.state === "ready");
  return (
    <Dialog
      open
      onOpenChange={close}
      size="lg"
      title={titleOf(title, plan, figure)}
      description={saying}
      footer={
        <PlanButtons
          plan={plan}
          underWay={underWay}
          onClose={close}
          onApply={(id) => apply.mutate(id)}
          onStop={(id) => cancel.mutate(id)}
          onUndo={(id) => {
            undo(id);
            onClose();
          }}
        />
      }
    >
      <div className="flex min-h-56 flex-col gap-4">
        {error && <Banner tone="danger">{inWords(error)}</Banner>}
        {!plan && !error && <Waiting words="Finding the leads…" />}
        {plan?.state === "preparing" && <Waiting words={`Looking at ${leadCount(plan.counts.total, figure)}…`} />}
        {underWay && plan && <Progress plan={plan} />}
        {plan && plan.state !== "preparing" && <PlanCounts plan={plan} />}
        {plan?.kind === "assign" && plan.state !== "preparing" && <PlanShares plan={plan} />}
        {plan && plan.state !== "preparing" && <PlanLeftOut plan={plan} />}
        {plan && plan.state !== "preparing" && <PlanDifference plan={plan} />}
      </div>
    </Dialog>
  );
}

const CHANGE = { now: "Change", past: "changed" } as const;
const verbs = { update: CHANGE, edits: CHANGE, undo: CHANGE, assign: { now: "Assign", past: "assigned" } } as const;

function titleOf(title: string, plan: PlanView | undefined, figure: NumberWords): string {
  const written = plan && `${leadCount(plan.progress.succeeded, figure)} ${verbs[plan.kind].past}`;
  switch (plan?.state) {
    case "done":
      return `${written}`;
    case "cancelled":
      return `Stopped: ${written}`;
    case "failed":
      return `It could not go on: ${written}`;
    case "preparing":
    case "ready":
    case "applying":
    case undefined:
      return title;
  }
}

interface PlanButtonsProps {
  plan: PlanView | undefined;
  underWay: boolean;
  onClose: () => void;
  onApply: (planId: string) => void;
  onStop: (planId: string) => void;
  onUndo: (planId: string) => void;
}

function PlanButtons({ plan, underWay, onClose, onApply, onStop, onUndo }: PlanButtonsProps) {
  const figure = useNumberWords();
  if (plan && underWay) {
    return (
      <>
        <Button variant="ghost" onClick={() => onStop(plan.plan_id)} busy={plan.cancel_requested}>
          Stop
        </Button>
        <Button onClick={onClose}>Go on in the background</Button>
      </>
    );
  }
  const ended = plan !== undefined && ["done", "cancelled", "failed"].includes(plan.state);
  if (ended) {
    return (
      <>
        {plan.may_undo && (
          <Button variant="ghost" onClick={() => onUndo(plan.plan_id)}>
            Undo
          </Button>
        )}
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      </>
    );
  }
  const changing = plan?.counts.will_change ?? 0;
  return (
    <>
      <Button variant="ghost" onClick={onClose}>
        Cancel
      </Button>
      <Button
        variant="primary"
        disabled={plan?.state !== "ready" || changing === 0}
        onClick={() => plan && onApply(plan.plan_id)}
      >
        {plan?.state === "ready" ? `${verbs[plan.kind].now} ${leadCount(changing, figure)}` : "Looking…"}
      </Button>
    </>
  );
}

function Waiting({ words }: { words: string }) {
  return (
    <div role="status" className="flex flex-col gap-3 text-muted">
      {words}
      <Skeleton className="w-4/5" />
      <Skeleton className="w-3/5" />
    </div>
  );
}

function Progress({ plan: { progress, counts } }: { plan: PlanView }) {
  const figure = useNumberWords();
  const text = `${figure(progress.processed)} of ${figure(counts.total)} gone through`;
  return (
    <div>
      <Meter value={progress.processed} max={counts.total} label="Progress" valueText={text} />
      <p role="status" className="mt-1.5 text-xs text-muted tabular-nums">
        {text}
      </p>
    </div>
  );
}

function PlanCounts({ plan: { kind, counts, progress, state } }: { plan: PlanView }) {
  const ended = state === "done" || state === "cancelled" || state === "failed";
  const { now, past } = verbs[kind];
  const figures = [
    [ended ? sentence(past) : `To ${now.toLowerCase()}`, ended ? progress.succeeded : counts.will_change],
    ["Already so", counts.already_equal],
    ["Left out", counts.refused + (ended ? progress.failed : 0)],
  ] as const;
  return (
    <dl className="grid grid-cols-3 gap-px overflow-hidden rounded-lg border border-line bg-line">
      {figures.map(([label, value]) => (
        <div key={label} className="bg-surface px-3 py-2 dark:bg-raised">
          <dt className="text-xs text-muted">{label}</dt>
          <dd className="text-lg font-semibold tabular-nums">
            <NumberText value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
