"use client";

import { ArrowLeftRight, Merge, Pause, PhoneForwarded, X } from "lucide-react";
import { StatusDot } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import type { CurrentCall } from "@/modules/call-queue/schemas";
import type { TalkActions } from "./use-talk-actions";

type Participant = CurrentCall["participants"][number];

/** Who was asked in: whether they are there yet, whom the agent talks with, and what can come of it. */
export function ThirdPerson({ call, third, actions }: { call: CurrentCall; third: Participant; actions: TalkActions }) {
  const name = third.name ?? formatPhone(third.number ?? "");
  const here = third.state === "joined";
  const caller = call.lead?.name ?? "the caller";
  // One of the two hears music, also after all three had met.
  const apart = third.held || call.heldSince !== null;
  return (
    <section aria-label={`With ${name}`} className="flex flex-col gap-2 rounded-md bg-sunken p-2.5" data-testid="third">
      <div className="flex items-start justify-between gap-2">
        <div className="min-w-0">
          <p className="truncate text-sm font-medium">{name}</p>
          <p className="text-xs text-muted" role="status">
            {wordsFor(call, third, caller)}
          </p>
        </div>
        <IconButton
          size="sm"
          label={here ? `Let ${name} go` : "Stop ringing"}
          disabled={actions.busy === "let_go"}
          onClick={() => void actions.letGo(third.participantId)}
          data-testid="let-go"
        >
          <X />
        </IconButton>
      </div>
      {here && (
        <div className="flex flex-wrap gap-1.5">
          <Button
            size="sm"
            variant="primary"
            busy={actions.busy === "hand_over"}
            onClick={() => void actions.handOver()}
          >
            <PhoneForwarded aria-hidden />
            Hand over
          </Button>
          {apart && (
            <Button size="sm" busy={actions.busy === "merge"} onClick={() => void actions.merge()}>
              <Merge aria-hidden />
              All together
            </Button>
          )}
          <Button size="sm" busy={actions.busy === "swap"} onClick={() => void actions.swap()}>
            {apart ? <ArrowLeftRight aria-hidden /> : <Pause aria-hidden />}
            {apart ? "Swap" : "Hold the caller"}
          </Button>
        </div>
      )}
    </section>
  );
}

function wordsFor(call: CurrentCall, third: Participant, caller: string) {
  if (third.state === "ringing") {
    const then =
      third.role === "transfer" ? "The call is theirs when they answer." : `${sentence(caller)} hears music.`;
    return <StatusDot tone="info" pulse>{`Ringing. ${then}`}</StatusDot>;
  }
  if (third.held) return <StatusDot tone="caution">{`On hold. You talk with ${caller}.`}</StatusDot>;
  if (call.heldSince !== null)
    return <StatusDot tone="positive">{`You talk with them. ${sentence(caller)} hears music.`}</StatusDot>;
  return <StatusDot tone="positive">All three of you talk together.</StatusDot>;
}

/** A name as a sentence begins with it. */
const sentence = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
