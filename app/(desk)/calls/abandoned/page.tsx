import type { Metadata } from "next";
import { AbandonedList } from "@/modules/call-queue/components/abandoned-list";

export const metadata: Metadata = { title: "Hung up" };

export default function AbandonedListPage() {
  return <AbandonedList />;
}
