import type { Lead } from "../schemas";
import type { CellContext, LeadColumn } from "./lead-column";
import { phoneFacts } from "./phone-facts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

type Instant = string | null | undefined;

/** Whole days since an instant. */
const daysSince = (at: Instant, { now }: CellContext): string =>
  at ? String(Math.max(0, Math.floor((now - Date.parse(at)) / DAY_MS))) : "";

const days = (id: string, label: string, of: (lead: Lead) => Instant): LeadColumn => ({
  id,
  label,
  width: 104,
  numeric: true,
  text: (lead, context) => daysSince(of(lead), context),
});

/** Parts of an instant in UTC, as files and reports group by them. */
const part = (id: string, label: string, of: (at: Date) => string): LeadColumn => ({
  id,
  label,
  width: 112,
  text: (lead) => of(new Date(lead.created_at)),
});

const words = (name: string): string[] => name.trim().split(/\s+/);
const yes = (holds: boolean): string => (holds ? "Yes" : "No");

/** What follows from a lead's facts: for sorting out by eye, copying and exporting. */
export const derivedColumns: readonly LeadColumn[] = [
  { id: "first_name", label: "First name", width: 120, text: ({ name }) => words(name)[0] ?? "" },
  { id: "last_name", label: "Last name", width: 132, text: ({ name }) => words(name).slice(1).at(-1) ?? "" },
  { id: "email_domain", label: "E-mail domain", width: 148, text: ({ email }) => email?.split("@")[1] ?? "" },
  { id: "country", label: "Country", width: 80, text: ({ phone }) => phoneFacts(phone).country },
  { id: "calling_code", label: "Calling code", width: 104, text: ({ phone }) => phoneFacts(phone).callingCode },
  { id: "tags_count", label: "Tags in number", width: 112, numeric: true, text: ({ tags }) => String(tags.length) },
  { id: "first_tag", label: "First tag", width: 120, text: ({ tags }) => tags[0] ?? "" },
  days("age_days", "Days old", (lead) => lead.created_at),
  days("idle_days", "Days idle", (lead) => lead.last_activity ?? lead.created_at),
  days("agent_days", "Days with agent", (lead) => lead.assigned_at),
  days("changed_days", "Days unchanged", (lead) => lead.updated_at),
  {
    id: "return_hours",
    label: "Hours to return",
    width: 116,
    numeric: true,
    text: ({ return_due_at: due }, { now }) => (due ? String(Math.round((Date.parse(due) - now) / HOUR_MS)) : ""),
  },
  part("created_day", "Created on", (at) => at.toISOString().slice(0, 10)),
  part("created_month", "Created in", (at) => at.toISOString().slice(0, 7)),
  part("created_hour", "Created at hour", (at) => String(at.getUTCHours())),
  { id: "is_open", label: "Open", width: 72, text: (lead, { isOpen }) => yes(isOpen(lead.disposition)) },
  { id: "is_assigned", label: "Has an agent", width: 104, text: (lead) => yes(lead.assigned_agent !== null) },
  { id: "has_email", label: "Has an e-mail", width: 108, text: ({ email }) => yes(email !== null) },
  { id: "has_notes", label: "Has notes", width: 92, text: (lead) => yes(lead.notes_count > 0) },
];
