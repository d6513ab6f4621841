import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { isStaff } from "@/lib/principal";
import { AlertList } from "@/modules/alerts/components/alert-list";
import { currentPrincipal } from "../../current-principal";

export const metadata: Metadata = { title: "Alerts" };

/** For managers; agents begin with their leads. */
export default async function AlertsPage() {
  const principal = await currentPrincipal();
  if (principal && !isStaff(principal)) redirect("/leads");
  return <AlertList />;
}
