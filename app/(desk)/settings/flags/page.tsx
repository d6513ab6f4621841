import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageHeader } from "@/components/ui/page-header";
import { FlagsScreen } from "@/modules/flags/components/flags-screen";
import { currentPrincipal } from "../../../current-principal";

export const metadata: Metadata = { title: "Features" };

/** Which features are on and for how many calls; admins change them, managers read. */
export default async function FlagsPage() {
  const principal = await currentPrincipal();
  if (!principal || principal.role === "agent") notFound();
  return (
    <>
      <PageHeader title="Features" />
      <FlagsScreen />
    </>
  );
}
