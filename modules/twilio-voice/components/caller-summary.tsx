"use client";

import { ArrowUpRight } from "lucide-react";
import Link from "next/link";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { priorityWords } from "@/modules/call-queue/components/call-words";
import { formatPhone, PhoneNumber } from "@/modules/call-queue/components/phone-number";
import { useDispositionLabel } from "@/modules/call-queue/components/use-disposition-label";
import type { CurrentCall } from "@/modules/call-queue/schemas";
import type { Leg } from "../client/phone-state";

/** The name to call the caller by: the lead's, or else the number. */
export function callerName(call: CurrentCall | null, leg: Leg | null): string {
  return call?.lead?.name ?? formatPhone(call?.from ?? leg?.from ?? "");
}

/** Who is at the other end: name, number, what is known of the lead, and the way to it. */
export function CallerSummary({ call, leg }: { call: CurrentCall | null; leg: Leg | null }) {
  const lead = call?.lead ?? null;
  const name = callerName(call, leg);
  const dispositionLabel = useDispositionLabel();
  const number = call?.from ?? leg?.from ?? "";
  const priority = lead === null ? undefined : priorityWords[lead.priority];
  return (
    <div className="flex items-start gap-3">
      <Avatar name={lead?.name ?? "#"} size="lg" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-lg leading-tight font-semibold" data-testid="caller-name">
          {name}
        </p>
        <p className="truncate text-sm text-muted">
          {lead === null ? "Not a lead yet" : <PhoneNumber number={number} />}
        </p>
        {lead !== null && (
          <p className="mt-1 flex flex-wrap items-center gap-1">
            <Badge>{dispositionLabel(lead.disposition)}</Badge>
            {priority && lead.priority !== "normal" && <Badge tone={priority.tone}>{priority.label} priority</Badge>}
          </p>
        )}
      </div>
      {lead !== null && (
        <Link
          href={`/leads/${lead.leadId}`}
          className="inline-flex h-7 shrink-0 items-center gap-0.5 rounded-md px-1.5 text-xs font-medium text-accent-text hover:bg-hover pointer-coarse:h-10 dark:hover:bg-line"
        >
          Open lead
          <ArrowUpRight aria-hidden className="size-3.5" />
        </Link>
      )}
    </div>
  );
}
