import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AnnouncementsScreen } from "@/modules/call-queue/components/settings/announcements-screen";
import { currentPrincipal } from "../../../../current-principal";

export const metadata: Metadata = { title: "Announcements" };

/** What callers of all queues hear. */
export default async function AnnouncementsPage() {
  const principal = await currentPrincipal();
  if (!principal || principal.role === "agent") notFound();
  return <AnnouncementsScreen />;
}
