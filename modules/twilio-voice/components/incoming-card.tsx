"use client";

import { Phone as PhoneIcon, PhoneOff } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { clockText } from "@/components/ui/time";
import { useNow } from "@/lib/client/clock";
import type { CurrentCall } from "@/modules/call-queue/schemas";
import { CallerSummary } from "./caller-summary";
import type { Phone } from "./use-phone";

/** A call that rings: who, from where, why here, for how long; accept or decline. */
export function IncomingCard({ phone }: { phone: Phone }) {
  const { call, leg, canAccept, acceptance } = phone;
  const [declining, setDeclining] = useState(false);
  const decline = async (): Promise<void> => {
    setDeclining(true);
    await phone.run({ type: "decline", callId: call?.callId ?? leg?.callId ?? null });
    setDeclining(false);
  };
  return (
    <section aria-label="Incoming call" className="flex flex-col gap-3" data-testid="incoming-call">
      <CallerSummary call={call} leg={leg} />
      {call !== null && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-xs">
          <dt className="text-muted">Queue</dt>
          <dd className="truncate">
            {call.queueName} <span className="text-muted">· waited {clockText(call.waitedSeconds)}</span>
          </dd>
          <dt className="text-muted">Why you</dt>
          <dd data-testid="why" className="first-letter:uppercase">
            {call.why}
          </dd>
        </dl>
      )}
      {call?.offerExpiresAt && <RingCountdown call={call} until={call.offerExpiresAt} />}
      <div className="grid grid-cols-[1fr_auto] gap-2">
        <Button
          variant="primary"
          size="lg"
          disabled={!canAccept}
          onClick={() => void phone.run(acceptance)}
          data-testid="accept"
          autoFocus={false}
        >
          <PhoneIcon aria-hidden />
          {canAccept ? "Accept" : "Ringing…"}
          <Kbd keys={["Alt", "A"]} className="opacity-90 max-sm:hidden" />
        </Button>
        <Button size="lg" busy={declining} onClick={() => void decline()} data-testid="decline">
          <PhoneOff aria-hidden />
          Decline
        </Button>
      </div>
    </section>
  );
}

/** How long it still rings here before the next agent is asked. */
function RingCountdown({ call, until }: { call: CurrentCall; until: string }) {
  const now = useNow();
  const left = Math.max(0, Math.ceil((Date.parse(until) - now) / 1_000));
  const [whole] = useState(() => Math.max(1, (Date.parse(until) - Date.parse(call.serverTime)) / 1_000));
  return (
    <div className="flex items-center gap-2 text-xs text-muted">
      <div aria-hidden className="h-1 flex-1 overflow-hidden rounded-full bg-track">
        <div
          className="h-full rounded-full bg-accent transition-[width] duration-1000 ease-linear"
          style={{ width: `${Math.min(1, left / whole) * 100}%` }}
        />
      </div>
      <span className="shrink-0 text-right tabular-nums">{left > 0 ? `${left} s to answer` : "going on…"}</span>
    </div>
  );
}
