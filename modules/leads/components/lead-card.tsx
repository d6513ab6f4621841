"use client";

import { Badge } from "@/components/ui/badge";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import type { Lead } from "../schemas";
import { priorityWords } from "./lead-words";

export interface LeadCardProps {
  lead: Lead;
  href: string;
  dispositionLabel: (code: string) => string;
}

/** The facts that stand on it. */
export const cardFacts: readonly string[] = ["name", "phone", "disposition", "priority", "assigned_agent"];

/** A lead as one line of a list on a phone. */
export function LeadCard({ lead, href, dispositionLabel }: LeadCardProps) {
  const { label, tone } = priorityWords[lead.priority];
  return (
    <a data-open href={href} tabIndex={-1} className="flex h-full min-w-0 items-center gap-3 pr-2 leading-5">
      <div className="min-w-0 flex-1">
        <span className="block truncate font-medium">{lead.name}</span>
        <span className="block truncate text-xs text-muted">
          {formatPhone(lead.phone)} · {dispositionLabel(lead.disposition)}
        </span>
      </div>
      <div className="flex max-w-36 min-w-0 flex-col items-end">
        {lead.priority !== "normal" && <Badge tone={tone}>{label}</Badge>}
        <span className="max-w-full truncate text-xs text-muted">{lead.assigned_agent_name ?? "Unassigned"}</span>
      </div>
    </a>
  );
}
