import type { Metadata } from "next";
import { CallbacksScreen } from "@/modules/call-queue/components/callbacks-screen";

export const metadata: Metadata = { title: "Callbacks" };

export default function CallbacksPage() {
  return <CallbacksScreen />;
}
