import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { isStaff } from "@/lib/principal";
import { ImportScreen } from "@/modules/imports/components/import-screen";
import { currentPrincipal } from "../../../current-principal";

export const metadata: Metadata = { title: "Import" };

export default async function ImportPage({ params }: { params: Promise<{ importId: string }> }) {
  const principal = await currentPrincipal();
  if (principal && !isStaff(principal)) redirect("/my-work");
  const { importId } = await params;
  return <ImportScreen importId={importId} />;
}
