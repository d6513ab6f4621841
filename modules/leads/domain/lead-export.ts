import type { LeadFilter } from "./lead-filter";
import type { LeadSort } from "./lead-sort";

/** What can be taken out of a lead, by the names of the wire, in the order of a file that asks for nothing else. */
export const exportColumns = [
  "lead_id",
  "name",
  "phone",
  "email",
  "source",
  "disposition",
  "priority",
  "tags",
  "assigned_agent",
  "assigned_agent_name",
  "assigned_at",
  "team",
  "last_activity",
  "follow_up_on",
  "return_due_at",
  "notes_count",
  "created_at",
  "updated_at",
] as const;
export type ExportColumn = (typeof exportColumns)[number];

export interface ColumnFacts {
  label: string;
  kind: "text" | "instant" | "date" | "number";
  /** Its share of a page, and its width on a sheet, in characters. */
  width: number;
}

export const columnFacts: Readonly<Record<ExportColumn, ColumnFacts>> = {
  lead_id: { label: "Lead", kind: "text", width: 38 },
  name: { label: "Name", kind: "text", width: 24 },
  phone: { label: "Phone", kind: "text", width: 16 },
  email: { label: "E-mail", kind: "text", width: 28 },
  source: { label: "Source", kind: "text", width: 14 },
  disposition: { label: "Disposition", kind: "text", width: 15 },
  priority: { label: "Priority", kind: "text", width: 10 },
  tags: { label: "Tags", kind: "text", width: 22 },
  assigned_agent: { label: "Agent's e-mail", kind: "text", width: 28 },
  assigned_agent_name: { label: "Agent", kind: "text", width: 20 },
  assigned_at: { label: "Assigned at", kind: "instant", width: 18 },
  team: { label: "Team", kind: "text", width: 14 },
  last_activity: { label: "Last activity", kind: "instant", width: 18 },
  follow_up_on: { label: "Follow-up on", kind: "date", width: 12 },
  return_due_at: { label: "Returns at", kind: "instant", width: 18 },
  notes_count: { label: "Notes", kind: "number", width: 8 },
  created_at: { label: "Created at", kind: "instant", width: 18 },
  updated_at: { label: "Updated at", kind: "instant", width: 18 },
};

/** Which leads are taken out: everything a search finds, or those named, in that order. */
export type ExportSelection = (
  { search: { filter: LeadFilter; sort: LeadSort; name?: string } } | { ids: readonly string[] }
) & {
  /** Only what this agent may see. */
  visibleTo?: string | undefined;
};

/** How the leads of a snapshot are spread, for a report. */
export interface LeadSummary {
  open: number;
  converted: number;
  assigned: number;
  dispositions: { label: string; leads: number }[];
  priorities: { label: string; leads: number }[];
  /** Who has most, most first; null stands for nobody. */
  agents: { name: string | null; leads: number }[];
}

/** One value of a row; null where the lead has none. Instants are ISO 8601 in UTC, dates YYYY-MM-DD. */
export type ExportCell = string | null;

/** The selected leads as they were at one moment. */
export interface LeadSnapshot {
  /** How many there are. */
  readonly total: number;
  readonly takenAt: Date;
  summary(): Promise<LeadSummary>;
  /** Lines of CSV (RFC 4180, UTF-8), without a header; cells that a spreadsheet could take for a formula are marked. */
  csv(columns: readonly ExportColumn[], onRows: (rows: number) => void): AsyncIterable<Uint8Array>;
  /** Rows in batches, as they are. */
  rows(columns: readonly ExportColumn[], onRows: (rows: number) => void): AsyncIterable<ExportCell[][]>;
  /** Closes it after all was read; answers how many rows were read. */
  end(): Promise<number>;
  /** Closes it in the middle. */
  abort(): void;
}

/**
 * Cells that a spreadsheet could take for a formula begin with one of these; they are marked with an apostrophe before
 * them. One that begins with apostrophes and then one of these gets one more, so that taking one away gives back exactly
 * what was there.
 */
const RISKY = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** A text as a CSV cell that no spreadsheet computes. */
export const neutralised = (text: string): string => (RISKY.test(text) ? `'${text}` : text);

/** What neutralised() was given. */
export const restored = (cell: string): string => (cell.startsWith("'") && RISKY.test(cell) ? cell.slice(1) : cell);
