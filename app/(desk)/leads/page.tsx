import type { Metadata } from "next";
import { Suspense } from "react";
import { LeadsScreen } from "@/modules/leads/components/leads-screen";

export const metadata: Metadata = { title: "Leads" };

export default function LeadsPage() {
  return (
    <Suspense>
      <LeadsScreen />
    </Suspense>
  );
}
