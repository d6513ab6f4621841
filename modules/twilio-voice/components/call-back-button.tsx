"use client";

import { Phone as PhoneIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { useMe } from "@/lib/client/me";
import { useCallOut } from "./use-call-out";

/** Calls somebody back, lead or not. Only for those who have a phone; outside opening hours it asks once more. */
export function CallBackButton({ number, name, leadId }: { number: string; name: string; leadId?: string }) {
  const { agentId } = useMe();
  const { call, busy, closed } = useCallOut();
  if (agentId === undefined) return null;
  return (
    <Button
      size="sm"
      variant="primary"
      busy={busy}
      aria-label={closed ? `It is outside opening hours: call ${name} back all the same` : `Call ${name} back`}
      onClick={() => void call(leadId === undefined ? { number } : { leadId, number })}
    >
      <PhoneIcon aria-hidden />
      {closed ? "Closed now: call anyway" : "Call back"}
    </Button>
  );
}
