"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { DateTime, Duration, FixedDuration } from "@/components/ui/time";
import type { CallStory } from "./call-story";
import { endedByWords, priorityWords } from "./call-words";
import { PhoneNumber } from "./phone-number";
import { useDispositionLabel } from "./use-disposition-label";

/** Who, when, how long, and what came of it. */
export function CallFacts({ call }: { call: CallStory }) {
  const { lead } = call;
  const dispositionLabel = useDispositionLabel();
  const priority = lead === null ? undefined : priorityWords[lead.priority];
  return (
    <dl className="divide-y divide-line text-sm">
      <Fact name="Lead">
        {lead === null ? (
          <span className="text-muted">No lead has this number</span>
        ) : (
          <span className="flex flex-wrap items-center gap-1.5">
            <Link href={`/leads/${lead.leadId}`} className="font-medium text-accent-text hover:underline">
              {lead.name}
            </Link>
            {priority && lead.priority !== "normal" && <Badge tone={priority.tone}>{priority.label}</Badge>}
          </span>
        )}
      </Fact>
      <Fact name={call.direction === "inbound" ? "From" : "To"}>
        <PhoneNumber number={call.direction === "inbound" ? call.from : call.to} />
      </Fact>
      <Fact name="Queue">{call.queue?.name ?? "—"}</Fact>
      <Fact name="Agent">{call.agent?.name ?? "—"}</Fact>
      <Fact name="Began">
        <DateTime at={call.startedAt} />
      </Fact>
      <Fact name="Waited">{call.waitSeconds === null ? "—" : <FixedDuration seconds={call.waitSeconds} />}</Fact>
      <Fact name="Talked">
        <Talked call={call} />
      </Fact>
      <Fact name="Ended">
        {call.endedAt === null ? (
          "Not yet"
        ) : (
          <>
            <DateTime at={call.endedAt} show="time" />
            {call.endedBy !== null && ` by ${endedByWords(call.endedBy)}`}
          </>
        )}
      </Fact>
      <Fact name="Disposition">
        {call.disposition === null ? "—" : <Badge tone="accent">{dispositionLabel(call.disposition)}</Badge>}
      </Fact>
      {call.rating !== null && <Fact name="Caller's rating">{call.rating} of 5</Fact>}
      {call.note !== null && (
        <div className="px-4 py-3">
          <dt className="text-xs text-muted">Note</dt>
          <dd className="mt-1 whitespace-pre-wrap">{call.note}</dd>
        </div>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid min-h-9 grid-cols-[7rem_1fr] items-center gap-3 px-4 py-1.5">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function Talked({ call }: { call: CallStory }) {
  if (call.state === "in_conversation" && call.answeredAt !== null) return <Duration since={call.answeredAt} />;
  return call.talkSeconds === null ? <>—</> : <FixedDuration seconds={call.talkSeconds} />;
}
