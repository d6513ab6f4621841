"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toastDone, toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { planRows, undoPlan, type PlanView } from "../plans.schemas";
import { leadCount } from "./lead-words";

/** Milliseconds that many rows may take. */
const TIMEOUT_MS = 120_000;
const ROWS = 500;

/** Takes back what a plan wrote, and says what could not be: what somebody wrote since stays theirs. */
export function useUndoPlan(): (planId: string) => void {
  const queries = useQueryClient();
  const figure = useNumberWords();
  const { mutate } = useMutation({
    mutationFn: async (planId: string) => {
      const { plan } = await api(undoPlan, { params: { planId }, body: {}, timeoutMs: TIMEOUT_MS });
      return { plan, why: plan.counts.refused > 0 ? await whyLeft(plan) : [] };
    },
    onSuccess: ({ plan, why }) => {
      if (plan.state !== "done") toastDone("The undo goes on in the background");
      else toastDone(`${leadCount(plan.progress.succeeded, figure)} as before`, leftWords(plan, why));
    },
    onError: (error) => toastFailure("It could not be undone", inWords(error)),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["lead"] }),
        queries.invalidateQueries({ queryKey: ["agent"] }),
        queries.invalidateQueries({ queryKey: ["plan"] }),
      ]),
  });
  return mutate;
}

async function whyLeft(plan: PlanView): Promise<(string | null)[]> {
  const query = { status: "refused" as const, limit: ROWS };
  const { rows } = await api(planRows, { params: { planId: plan.plan_id }, query });
  return rows.map(({ code }) => code);
}

/** What is told of the leads that an undo left as they are; undefined when there are none. */
export function leftWords({ counts, progress }: PlanView, why: readonly (string | null)[]): string | undefined {
  const left = counts.refused + progress.failed;
  if (left === 0) return undefined;
  const verb = left === 1 ? ["was", "stays"] : ["were", "stay"];
  const changed = progress.failed === 0 && why.every((code) => code === "changed_since");
  return changed
    ? `${left} ${verb[0]} changed since and ${verb[1]}.`
    : `${left} could not be taken back and ${verb[1]}.`;
}
