import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { QueueSettingsScreen } from "@/modules/call-queue/components/settings/queue-settings-screen";
import { currentPrincipal } from "../../../../current-principal";

export const metadata: Metadata = { title: "Queue settings" };

/** One queue's settings. */
export default async function QueueSettingsPage({ params }: { params: Promise<{ queueId: string }> }) {
  const principal = await currentPrincipal();
  if (!principal || principal.role === "agent") notFound();
  const { queueId } = await params;
  return <QueueSettingsScreen queueId={queueId} />;
}
