"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { performanceQuery } from "./performance-query";

/** The formula in words: what counts, against what it is held, and how sure the figure is. */
export function PerformanceFormula() {
  const formula = useQuery(performanceQuery).data?.formula;
  const percent = (share: number | undefined): string => (share === undefined ? "…" : `${Math.round(share * 100)} %`);
  return (
    <Card aria-labelledby="formula-title">
      <CardHeader id="formula-title" title="How it is made" />
      <CardBody className="flex flex-col gap-4">
        <p className="rounded-md bg-sunken px-3 py-2 text-xs leading-5">
          {percent(formula?.weights.conversion)} conversion + {percent(formula?.weights.contact)} contact +{" "}
          {percent(formula?.weights.promptness)} promptness
        </p>
        <Point title="What counts">
          Leads assigned in the last {formula?.window_days ?? "…"} days.{" "}
          <b className="font-medium text-text">Contact</b>: of the leads somebody worked on, those that were reached.{" "}
          <b className="font-medium text-text">Conversion</b>: of the reached leads that are closed, those that were
          won. <b className="font-medium text-text">Promptness</b>: of the leads assigned, those touched within{" "}
          {formula?.prompt_hours ?? "…"} hours; a lead that went back untouched counts as missed.
        </Point>
        <Point title="Held against the same leads">
          Each part compares an agent with what the team does with leads of the same source and priority: so many were
          expected. Whoever is given the harder leads is expected less of.
        </Point>
        <Point title="The scale">
          {formula?.team_mean ?? "…"} is the team&apos;s mean. At 66.7 the odds of a good outcome are twice the
          team&apos;s, at 33.3 half of them. 0 and 100 are never reached.
        </Point>
        <Point title="Few leads say little">
          A score is drawn to the team&apos;s mean, the more so the fewer leads it rests on. One lead won of one is
          luck, not a hundred points.
        </Point>
        <Point title="How sure it is">
          The bar holds the true score with a probability of {percent(formula?.interval)}. Two agents whose difference
          may be chance cannot be told apart, and no order is claimed between them.
        </Point>
        <Point title="What it is for">
          Performance-weighted assignment deals more leads to higher scores, with a floor and a share dealt without
          regard to them, so that everybody&apos;s figures keep growing.
        </Point>
      </CardBody>
    </Card>
  );
}

function Point({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="font-medium">{title}</h3>
      <p className="mt-0.5 text-muted">{children}</p>
    </section>
  );
}
