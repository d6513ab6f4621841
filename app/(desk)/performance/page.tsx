import type { Metadata } from "next";
import { PageHeader } from "@/components/ui/page-header";
import { PerformanceFigures } from "@/modules/agents/components/performance-figures";
import { PerformanceFormula } from "@/modules/agents/components/performance-formula";

export const metadata: Metadata = { title: "Performance score" };

/** How the score is made, for everybody; the team's figures for managers, an agent's own for agents. */
export default function PerformancePage() {
  return (
    <>
      <PageHeader title="Performance score" />
      <div className="grid items-start gap-4 p-4 pb-20 md:px-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <PerformanceFigures />
        <PerformanceFormula />
      </div>
    </>
  );
}
