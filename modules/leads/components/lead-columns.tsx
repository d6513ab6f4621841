import { Badge } from "@/components/ui/badge";
import type { SortField } from "../domain/lead-sort";
import type { Lead } from "../schemas";
import type { LeadColumn } from "./lead-column";
import { derivedColumns } from "./lead-derived-columns";
import { priorityWords, sentence } from "./lead-words";
import { phoneFacts } from "./phone-facts";

const TAGS_SHOWN = 3;
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
    strong: true,
    render: (lead, { href }) => (
      <>
        {lead.name}
        <OpenLink lead={lead} href={href(lead.lead_id)} />
      </>
    ),
  },
  {
    id: "phone",
    label: "Phone",
    width: 136,
    text: ({ phone }) => phone,
    render: ({ phone }) => phoneFacts(phone).text,
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
        (lead.assigned_agent_name ?? lead.assigned_agent)
      ),
  },
  {
    id: "follow_up_on",
    label: "Follow-up",
    width: 124,
    sort: "follow_up_on",
    text: ({ follow_up_on: date }) => date ?? "",
    render: ({ follow_up_on: date }, { date: words }) => date && words(date),
  },
  instantColumn("assigned_at", "Assigned", (lead) => lead.assigned_at, "assigned_at"),
  instantColumn("last_activity", "Last activity", (lead) => lead.last_activity, "last_activity"),
  { id: "email", label: "E-mail", width: 212, text: ({ email }) => email ?? "" },
  {
    id: "source",
    label: "Source",
    width: 112,
    text: ({ source }) => source,
    render: ({ source }) => sentence(source),
  },
  instantColumn("created_at", "Created", (lead) => lead.created_at, "created_at"),
  instantColumn("updated_at", "Changed", (lead) => lead.updated_at),
  instantColumn("return_due_at", "Goes back", (lead) => lead.return_due_at),
  { id: "team", label: "Team", width: 120, text: ({ team }) => team ?? "" },
  { id: "notes_count", label: "Notes", width: 72, numeric: true, text: (lead) => String(lead.notes_count) },
  { id: "agent_email", label: "Agent's e-mail", width: 196, text: (lead) => lead.assigned_agent ?? "" },
  { id: "locked", label: "Locked because", width: 176, text: ({ locked }) => locked?.reason ?? "" },
  { id: "locked_by", label: "Locked by", width: 176, text: ({ locked }) => locked?.by_name ?? "" },
  instantColumn("locked_at", "Locked", (lead) => lead.locked?.at),
  { id: "version", label: "Version", width: 80, numeric: true, text: ({ version }) => String(version) },
  { id: "lead_id", label: "Id", width: 288, text: (lead) => lead.lead_id },
];

/** All that can be shown: the facts, and what follows from them. */
export const leadColumns: readonly LeadColumn[] = [...factColumns, ...derivedColumns];

export const shownAtFirst: readonly string[] = factColumns.slice(0, 12).map(({ id }) => id);

/** Beside a name: a way in for the mouse. One element, since each row has one; its picture is the style sheet's. */
function OpenLink({ lead, href }: { lead: Lead; href: string }) {
  return (
    <a
      data-open
      href={href}
      tabIndex={-1}
      aria-label={`Open ${lead.name}`}
      className="open-mark absolute inset-y-0.5 right-0.5 w-7 rounded-sm text-muted hover:text-text"
    />
  );
}

// As Badge looks, in one element each.
const TAG =
  "mr-1 inline-block h-5 max-w-28 overflow-clip rounded-sm bg-sunken px-1.5 align-middle text-xs leading-5 font-medium text-ellipsis text-muted ring-1 ring-line ring-inset";

function Tags({ tags }: { tags: readonly string[] }) {
  const more = tags.length - TAGS_SHOWN;
  return (
    <>
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <span key={tag} className={TAG}>
          {tag}
        </span>
      ))}
      {more > 0 && <span className="text-xs text-muted">+{more}</span>}
    </>
  );
}
