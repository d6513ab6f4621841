import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { isStaff } from "@/lib/principal";
import { ImportList } from "@/modules/imports/components/import-list";
import { currentPrincipal } from "../../current-principal";

export const metadata: Metadata = { title: "Imports" };

/** Managers bring leads in; agents begin with their own work. */
export default async function ImportsPage() {
  const principal = await currentPrincipal();
  if (principal && !isStaff(principal)) redirect("/my-work");
  return <ImportList />;
}
