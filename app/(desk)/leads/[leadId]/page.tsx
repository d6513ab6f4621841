import type { Metadata } from "next";
import { LeadScreen } from "@/modules/leads/components/lead-screen";

export const metadata: Metadata = { title: "Lead" };

export default async function LeadPage({ params }: { params: Promise<{ leadId: string }> }) {
  const { leadId } = await params;
  return <LeadScreen leadId={leadId} />;
}
