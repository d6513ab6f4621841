import type { Metadata } from "next";
import { CallLog } from "@/modules/call-queue/components/call-log";

export const metadata: Metadata = { title: "Calls" };

export default function CallsPage() {
  return <CallLog />;
}
