"use client";

import { Phone as PhoneIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { useMe } from "@/lib/client/me";
import { useCallOut } from "./use-call-out";

/** Calls a lead. Only for those who have a phone; outside opening hours it asks once more. */
export function CallButton({ leadId, number, name }: { leadId: string; number: string; name: string }) {
  const { agentId } = useMe();
  const { call, busy, closed } = useCallOut();
  if (agentId === undefined) return null;
  return (
    <Button
      busy={busy}
      aria-label={closed ? `It is outside opening hours: call ${name} all the same` : `Call ${name}`}
      onClick={() => void call({ leadId, number })}
      data-testid="call-lead"
    >
      <PhoneIcon aria-hidden />
      {closed ? "Closed now: call anyway" : "Call"}
    </Button>
  );
}
