import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { MyWorkScreen } from "@/modules/leads/components/my-work-screen";
import { currentPrincipal } from "../../current-principal";

export const metadata: Metadata = { title: "My work" };

/** Where agents begin; who is none has the dashboard. */
export default async function MyWorkPage() {
  const principal = await currentPrincipal();
  if (principal && principal.agentId === undefined) redirect("/dashboard");
  return <MyWorkScreen />;
}
