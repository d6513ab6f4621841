import type { Metadata } from "next";
import { QueueBoard } from "@/modules/call-queue/components/queue-board";

export const metadata: Metadata = { title: "Queue" };

export default function QueuePage() {
  return <QueueBoard />;
}
