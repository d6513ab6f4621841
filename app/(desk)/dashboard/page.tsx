import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header";
import { isStaff } from "@/lib/principal";
import { AlertNotice } from "@/modules/alerts/components/alert-notice";
import { currentPrincipal } from "../../current-principal";
import { AgentsBoard } from "./agents-board";
import { LiveQueueCard } from "./live-queue-card";
import { SummaryStats } from "./summary-stats";

export const metadata: Metadata = { title: "Dashboard" };

/**
 * Managers see everybody's load and the queue; agents begin with their own work instead. Nothing here waits in a boundary
 * of its own: React would take that part over later than the rest, when the rest has perhaps fetched what both show.
 */
export default async function DashboardPage() {
  const principal = await currentPrincipal();
  if (principal && !isStaff(principal)) redirect("/my-work");
  return (
    <>
      <PageHeader title="Dashboard" />
      <div className="flex flex-col gap-4 p-4 pb-20 md:px-6">
        <AlertNotice />
        <SummaryStats />
        <div className="grid items-start gap-4 2xl:grid-cols-[minmax(0,1fr)_16.5rem]">
          <AgentsBoard />
          <LiveQueueCard />
        </div>
      </div>
    </>
  );
}
