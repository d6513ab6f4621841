import { ExternalLink } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import type { SortField } from "../domain/lead-sort";
import type { Lead } from "../schemas";
import type { LeadColumn } from "./lead-column";
import { derivedColumns } from "./lead-derived-columns";
import { priorityWords, sentence } from "./lead-words";
import { useLeadLink } from "./list-place";

const TAGS_SHOWN = 3;
const MOST_PHONES = 20_000;
const phones = new Map<string, string>();

/** A phone number as people read it. Parsing one takes longer than drawing its row. */
function phoneText(number: string): string {
  const known = phones.get(number);
  if (known !== undefined) return known;
  if (phones.size >= MOST_PHONES) phones.clear();
  const text = formatPhone(number);
  phones.set(number, text);
  return text;
}

const instantColumn = (
  id: string,
  label: string,
  of: (lead: Lead) => string | null | undefined,
  sort?: SortField,
): LeadColumn => ({
  id,
  label,
  width: 168,
  ...(sort && { sort }),
  text: (lead, { instant }) => {
    const at = of(lead);
    return at ? instant(at) : "";
  },
});

/** Every fact of a lead as a column, in the order they are first shown. */
export const factColumns: readonly LeadColumn[] = [
  {
    id: "name",
    label: "Name",
    width: 196,
    sort: "name",
    text: ({ name }) => name,
    render: (lead) => <Name lead={lead} />,
  },
  {
    id: "phone",
    label: "Phone",
    width: 136,
    text: ({ phone }) => phone,
    render: ({ phone }) => plain(phoneText(phone)),
  },
  {
    id: "disposition",
    label: "Disposition",
    width: 124,
    text: (lead, { dispositionLabel }) => dispositionLabel(lead.disposition),
  },
  {
    id: "priority",
    label: "Priority",
    width: 92,
    sort: "priority",
    text: ({ priority }) => priorityWords[priority].label,
    render: ({ priority }) => {
      const { label, tone } = priorityWords[priority];
      return priority === "normal" ? <span className="text-muted">{label}</span> : <Badge tone={tone}>{label}</Badge>;
    },
  },
  {
    id: "tags",
    label: "Tags",
    width: 188,
    text: ({ tags }) => tags.join(", "),
    render: ({ tags }) => <Tags tags={tags} />,
  },
  {
    id: "assigned_agent",
    label: "Agent",
    width: 152,
    text: (lead) => lead.assigned_agent_name ?? lead.assigned_agent ?? "",
    render: (lead) =>
      lead.assigned_agent === null ? (
        <span className="text-muted">Unassigned</span>
      ) : (
        plain(lead.assigned_agent_name ?? lead.assigned_agent)
      ),
  },
  instantColumn("assigned_at", "Assigned", (lead) => lead.assigned_at, "assigned_at"),
  instantColumn("last_activity", "Last activity", (lead) => lead.last_activity, "last_activity"),
  { id: "email", label: "E-mail", width: 212, text: ({ email }) => email ?? "" },
  {
    id: "source",
    label: "Source",
    width: 112,
    text: ({ source }) => source,
    render: ({ source }) => plain(sentence(source)),
  },
  instantColumn("created_at", "Created", (lead) => lead.created_at, "created_at"),
  instantColumn("updated_at", "Changed", (lead) => lead.updated_at),
  instantColumn("return_due_at", "Goes back", (lead) => lead.return_due_at),
  { id: "team", label: "Team", width: 120, text: ({ team }) => team ?? "" },
  { id: "notes_count", label: "Notes", width: 72, numeric: true, text: (lead) => String(lead.notes_count) },
  { id: "agent_email", label: "Agent's e-mail", width: 196, text: (lead) => lead.assigned_agent ?? "" },
  { id: "locked", label: "Locked because", width: 176, text: ({ locked }) => locked?.reason ?? "" },
  { id: "locked_by", label: "Locked by", width: 176, text: ({ locked }) => locked?.by ?? "" },
  instantColumn("locked_at", "Locked", (lead) => lead.locked?.at),
  { id: "version", label: "Version", width: 80, numeric: true, text: ({ version }) => String(version) },
  { id: "lead_id", label: "Id", width: 288, text: (lead) => lead.lead_id },
];

/** All that can be shown: the facts, and what follows from them. */
export const leadColumns: readonly LeadColumn[] = [...factColumns, ...derivedColumns];

export const shownAtFirst: readonly string[] = factColumns.slice(0, 11).map(({ id }) => id);

/** Muted where there is nothing, so that empty cells are no holes. */
export function plain(text: string): ReactNode {
  return <span className="truncate">{text}</span>;
}

function Name({ lead }: { lead: Lead }) {
  return (
    <>
      <span className="truncate font-medium">{lead.name}</span>
      <Link
        href={useLeadLink(lead.lead_id)}
        prefetch={false}
        tabIndex={-1}
        aria-label={`Open ${lead.name}`}
        className="ml-auto flex size-6 shrink-0 items-center justify-center rounded-sm pl-1 text-muted opacity-0 group-hover/row:opacity-100 hover:text-text focus:opacity-100"
      >
        <ExternalLink aria-hidden className="size-3.5" />
      </Link>
    </>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  const more = tags.length - TAGS_SHOWN;
  return (
    <span className="flex min-w-0 gap-1">
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <Badge key={tag} className="min-w-0">
          <span className="truncate">{tag}</span>
        </Badge>
      ))}
      {more > 0 && <span className="shrink-0 text-xs leading-5 text-muted">+{more}</span>}
    </span>
  );
}
