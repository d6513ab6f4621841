import type { z } from "zod";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import type { mergeLead } from "../organise.schemas";
import type { Lead } from "../schemas";
import { priorityWords, sentence } from "./lead-words";

export type Keep = NonNullable<z.input<NonNullable<typeof mergeLead.body>>["keep"]>;
export type MergeField = keyof Keep;

/** One fact in which two leads differ, in words. */
export interface Difference {
  field: MergeField;
  label: string;
  here: string;
  there: string;
  /** Which side is offered first: this lead's, unless it has nothing there. */
  offered: "this" | "other";
}

const FIELDS: readonly { field: MergeField; label: string; valueOf: (lead: Lead) => string | null; none?: string }[] = [
  { field: "name", label: "Name", valueOf: (lead) => lead.name },
  { field: "phone", label: "Phone", valueOf: (lead) => formatPhone(lead.phone) },
  { field: "email", label: "E-mail", valueOf: (lead) => lead.email },
  { field: "source", label: "Source", valueOf: (lead) => sentence(lead.source) },
  { field: "disposition", label: "Disposition", valueOf: (lead) => lead.disposition },
  { field: "priority", label: "Priority", valueOf: (lead) => priorityWords[lead.priority].label },
  {
    field: "assigned_agent",
    label: "Agent",
    valueOf: (lead) => lead.assigned_agent_name ?? lead.assigned_agent,
    none: "Nobody",
  },
  { field: "follow_up_on", label: "Follow-up", valueOf: (lead) => lead.follow_up_on },
  { field: "team", label: "Team", valueOf: (lead) => lead.team, none: "Everybody’s" },
];

/** The facts in which two leads differ; the others need no choice. */
export function differencesOf(one: Lead, other: Lead, dispositionLabel: (code: string) => string): Difference[] {
  return FIELDS.flatMap(({ field, label, valueOf, none = "None" }) => {
    const [here, there] = [valueOf(one), valueOf(other)];
    if (here === there) return [];
    const words = (value: string | null) =>
      value === null ? none : field === "disposition" ? dispositionLabel(value) : value;
    const offered = here === null && field !== "team" ? ("other" as const) : ("this" as const);
    return [{ field, label, here: words(here), there: words(there), offered }];
  });
}
