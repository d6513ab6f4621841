import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Button } from "@/components/ui/button";
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
      <PageHeader
        title="Queues"
        actions={
          <Button asChild size="sm">
            <Link href="/settings/queues/announcements">What callers hear</Link>
          </Button>
        }
      />
      <QueuesScreen />
    </>
  );
}
