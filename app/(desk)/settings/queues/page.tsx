import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header";
import { QueuesScreen } from "@/modules/call-queue/components/settings/queues-screen";
import { currentPrincipal } from "../../../current-principal";

export const metadata: Metadata = { title: "Queues" };

/** Queues, the ways into them, and who comes first. */
export default async function QueuesPage() {
  const principal = await currentPrincipal();
  if (!principal || principal.role === "agent") notFound();
  return (
    <>
      <PageHeader title="Queues" />
      <QueuesScreen />
    </>
  );
}
