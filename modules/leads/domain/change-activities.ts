import type { LeadFacts } from "./lead";

export interface ChangeActivity {
  leadId: string;
  type: "disposition" | "updated";
  data: { from: string; to: string } | { changes: Record<string, { from: Json; to: Json }> };
}

type Json = string | string[] | null;

/** What a change of facts reads like in the timeline: a new disposition by itself, the other fields together. */
export function changeActivities(lead: LeadFacts & { id: string }, after: Partial<LeadFacts>): ChangeActivity[] {
  const { disposition, ...others } = after;
  const entries: ChangeActivity[] = [];
  if (disposition !== undefined) {
    entries.push({ leadId: lead.id, type: "disposition", data: { from: lead.disposition, to: disposition } });
  }
  const changes = Object.fromEntries(
    (Object.keys(others) as (keyof typeof others)[]).map((field) => [
      field,
      { from: lead[field], to: others[field] ?? null },
    ]),
  );
  if (Object.keys(changes).length > 0) entries.push({ leadId: lead.id, type: "updated", data: { changes } });
  return entries;
}
