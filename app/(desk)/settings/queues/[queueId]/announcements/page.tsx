import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AnnouncementsScreen } from "@/modules/call-queue/components/settings/announcements-screen";
import { currentPrincipal } from "../../../../../current-principal";

export const metadata: Metadata = { title: "Queue announcements" };

/** What callers of one queue hear. */
export default async function QueueAnnouncementsPage({ params }: { params: Promise<{ queueId: string }> }) {
  const principal = await currentPrincipal();
  if (!principal || principal.role === "agent") notFound();
  const { queueId } = await params;
  return <AnnouncementsScreen queueId={queueId} />;
}
