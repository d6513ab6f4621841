import type { Metadata } from "next";
import { MessageList } from "@/modules/call-queue/components/message-list";

export const metadata: Metadata = { title: "Messages" };

export default function MessageListPage() {
  return <MessageList />;
}
