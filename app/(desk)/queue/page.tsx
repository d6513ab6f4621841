import type { Metadata } from "next";
import { CarrierBanner } from "@/modules/twilio-voice/components/carrier-banner";
import { QueueBoard } from "@/modules/call-queue/components/queue-board";

export const metadata: Metadata = { title: "Queue" };

export default function QueuePage() {
  return (
    <>
      <CarrierBanner />
      <QueueBoard />
    </>
  );
}
