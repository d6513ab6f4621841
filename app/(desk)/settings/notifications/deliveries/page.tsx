import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { DeliveryLogScreen } from "@/modules/notifications/components/delivery-log";
import { currentPrincipal } from "../../../../current-principal";

export const metadata: Metadata = { title: "Messages sent" };

/** For admins. */
export default async function DeliveriesPage() {
  const principal = await currentPrincipal();
  if (principal?.role !== "admin") notFound();
  return <DeliveryLogScreen />;
}
