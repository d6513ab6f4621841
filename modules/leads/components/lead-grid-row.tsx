"use client";

import Link from "next/link";
import type { CSSProperties, MouseEvent } from "react";
import { cn } from "@/components/cn";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { Checkbox } from "@/components/ui/checkbox";
import { Skeleton } from "@/components/ui/skeleton";
import { TimeAgo } from "@/components/ui/time";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import type { Lead } from "../schemas";
import { priorityWords } from "./lead-words";

const TAGS_SHOWN = 2;

/** The columns every row and the header share; on a phone a row is a small card instead. */
export function gridColumns(selectable: boolean): string {
  return cn(
    "grid items-center gap-x-3 px-4",
    selectable ? "md:px-5" : "md:px-6",
    selectable
      ? "max-md:grid-cols-[1.75rem_minmax(0,1fr)_auto] md:grid-cols-[1.75rem_minmax(9rem,1.2fr)_7.5rem_6.75rem_4.5rem_minmax(8rem,1.15fr)_minmax(8rem,1.1fr)_5rem_5.5rem]"
      : "max-md:grid-cols-[minmax(0,1fr)_auto] md:grid-cols-[minmax(9rem,1.2fr)_7.5rem_6.75rem_4.5rem_minmax(8rem,1.15fr)_minmax(8rem,1.1fr)_5rem_5.5rem]",
  );
}

export interface LeadGridRowProps {
  lead: Lead;
  index: number;
  style: CSSProperties;
  dispositionLabel: (code: string) => string;
  active: boolean;
  /** undefined: rows cannot be selected. */
  selected: boolean | undefined;
  onFocus: () => void;
  onToggle: (range: boolean) => void;
  onOpen: () => void;
}

export function LeadGridRow(props: LeadGridRowProps) {
  const { lead, index, style, dispositionLabel, active, selected, onFocus, onToggle, onOpen } = props;
  const onClick = (event: MouseEvent) => {
    if ((event.target as HTMLElement).closest("a, button, [role=checkbox]")) return;
    if (selected !== undefined && (event.shiftKey || event.ctrlKey || event.metaKey)) onToggle(event.shiftKey);
    else onOpen();
  };
  return (
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={active ? 0 : -1}
      onFocus={onFocus}
      onClick={onClick}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      style={style}
      className={cn(
        gridColumns(selected !== undefined),
        "absolute inset-x-0 top-0 border-b border-line hover:bg-hover focus-visible:-outline-offset-2",
        selected && "bg-selected hover:bg-selected",
      )}
    >
      {selected !== undefined && (
        <div role="gridcell" className="flex items-center pl-1">
          <Checkbox
            tabIndex={-1}
            aria-label={`Select ${lead.name}`}
            checked={selected}
            onClick={(event) => {
              event.preventDefault();
              onToggle(event.shiftKey);
            }}
          />
        </div>
      )}
      <div role="gridcell" className="min-w-0">
        <Link href={`/leads/${lead.lead_id}`} tabIndex={-1} className="block truncate font-medium hover:underline">
          {lead.name}
        </Link>
        <span className="block truncate text-xs text-muted md:hidden">
          {formatPhone(lead.phone)} · {dispositionLabel(lead.disposition)}
        </span>
      </div>
      <div role="gridcell" className="truncate text-muted max-md:hidden">
        {formatPhone(lead.phone)}
      </div>
      <div role="gridcell" className="truncate max-md:hidden">
        {dispositionLabel(lead.disposition)}
      </div>
      <div role="gridcell" className="max-md:text-right">
        <PriorityMark priority={lead.priority} />
        <span className="block max-w-36 truncate text-xs text-muted md:hidden">
          {lead.assigned_agent_name ?? "Unassigned"}
        </span>
      </div>
      <div role="gridcell" className="flex min-w-0 gap-1 overflow-hidden max-md:hidden">
        <Tags tags={lead.tags} />
      </div>
      <div role="gridcell" className="min-w-0 max-md:hidden">
        <AgentName lead={lead} />
      </div>
      <div role="gridcell" className="truncate text-muted max-md:hidden">
        {lead.assigned_at ? <TimeAgo at={lead.assigned_at} /> : "—"}
      </div>
      <div role="gridcell" className="truncate text-muted max-md:hidden">
        {lead.last_activity ? <TimeAgo at={lead.last_activity} /> : "—"}
      </div>
    </div>
  );
}

function PriorityMark({ priority }: { priority: Lead["priority"] }) {
  const { label, tone } = priorityWords[priority];
  if (priority === "normal") return <span className="sr-only">{label}</span>;
  return <Badge tone={tone}>{label}</Badge>;
}

function Tags({ tags }: { tags: readonly string[] }) {
  const more = tags.length - TAGS_SHOWN;
  return (
    <>
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <Badge key={tag} className="min-w-0">
          <span className="truncate">{tag}</span>
        </Badge>
      ))}
      {more > 0 && (
        <span className="shrink-0 text-xs leading-5 text-muted" title={tags.slice(TAGS_SHOWN).join(", ")}>
          +{more}
        </span>
      )}
    </>
  );
}

function AgentName({ lead }: { lead: Lead }) {
  if (lead.assigned_agent === null) return <span className="text-muted">Unassigned</span>;
  const name = lead.assigned_agent_name ?? lead.assigned_agent;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Avatar name={name} size="sm" />
      <span className="truncate">{name}</span>
    </span>
  );
}

/** The next page is on its way. */
export function LoadingRow({ style, selectable }: { style: CSSProperties; selectable: boolean }) {
  return (
    <div
      role="row"
      style={style}
      className={cn(gridColumns(selectable), "absolute inset-x-0 top-0 border-b border-line")}
    >
      {selectable && <span role="gridcell" />}
      <span role="gridcell" aria-label="Loading more leads">
        <Skeleton className="w-32" />
      </span>
    </div>
  );
}
