"use client";

import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import type { Lead } from "../schemas";
import { priorityWords } from "./lead-words";
import { useLeadLink } from "./list-place";

/** A lead as one line of a list on a phone. */
export function LeadCard({ lead, dispositionLabel }: { lead: Lead; dispositionLabel: (code: string) => string }) {
  const { label, tone } = priorityWords[lead.priority];
  return (
    <Link
      href={useLeadLink(lead.lead_id)}
      prefetch={false}
      tabIndex={-1}
      className="flex h-full min-w-0 flex-1 items-center gap-3"
    >
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
    </Link>
  );
}
