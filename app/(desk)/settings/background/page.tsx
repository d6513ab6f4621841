import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BackgroundScreen } from "@/modules/background-work/components/background-screen";
import { currentPrincipal } from "../../../current-principal";

export const metadata: Metadata = { title: "Background work" };

/** Jobs, workers and scheduled rounds, for managers and admins. */
export default async function BackgroundPage() {
  const principal = await currentPrincipal();
  if (!principal || principal.role === "agent") notFound();
  return <BackgroundScreen />;
}
