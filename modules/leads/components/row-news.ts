import { type Query, type QueryClient, replaceEqualDeep } from "@tanstack/react-query";
import type { Lead } from "../schemas";
import { isEditableField } from "./cell-values";
import type { CellContext, LeadColumn } from "./lead-column";
import type { LeadPage } from "./lead-queries";
import { windowOf, WINDOW_ROWS } from "./lead-window";

/*
 * What changes in rows that somebody is looking at: windows that are read again are compared with what stood there, once
 * for each answer. Scrolling asks for nothing here.
 */

/** A lead as it was last in sight; `own`: what this page wrote on it has not been read back yet. */
interface Known {
  lead: Lead;
  own: boolean;
}
type KnownLeads = ReadonlyMap<string, Known>;
const NOTHING: KnownLeads = new Map();

/** A lead that was read otherwise than it stood in its row. */
export interface RowChange {
  /** Its row's number in the list. */
  row: number;
  before: Lead;
  after: Lead;
  own: boolean;
}

/** What the leads of a window have become, compared by lead: a row that others have pushed down is no news. */
export function readAgain(
  known: KnownLeads,
  leads: readonly Lead[],
  writtenHere: boolean,
): { known: KnownLeads; changes: RowChange[] } {
  const changes: RowChange[] = [];
  const next = leads.map((lead, row): [string, Known] => {
    const was = known.get(lead.lead_id);
    if (!was) return [lead.lead_id, { lead, own: false }];
    // The same; or an answer that was under way while the lead was written, which a newer one follows.
    if (replaceEqualDeep(was.lead, lead) === was.lead || lead.version < was.lead.version) return [lead.lead_id, was];
    if (!writtenHere) changes.push({ row, before: was.lead, after: lead, own: was.own });
    return [lead.lead_id, { lead, own: writtenHere }];
  });
  return { known: new Map(next), changes };
}

/**
 * The columns of a lead that say something else than before. What a page wrote itself moves other columns along (when,
 * which version, since when it is whose): after an own change only columns that somebody can write are looked at.
 */
export function changedColumns(
  { before, after, own }: Pick<RowChange, "before" | "after" | "own">,
  columns: readonly LeadColumn[],
  context: CellContext,
): string[] {
  return columns
    .filter(({ id, text }) => (!own || isEditableField(id)) && text(before, context) !== text(after, context))
    .map(({ id }) => id);
}

/**
 * Tells what changes in the windows on the screen, until the answer is called. A window that comes into sight, or is
 * read because it does, is only learnt.
 */
export function watchRows(queries: QueryClient, tell: (changes: readonly RowChange[]) => void): () => void {
  const cache = queries.getQueryCache();
  const seen = new WeakMap<Query, KnownLeads>();
  const leadsOf = ({ queryKey }: Query) => queries.getQueryData<LeadPage>(queryKey)?.leads ?? [];
  const learn = (query: Query): void => {
    if (seen.has(query) || query.getObserversCount() === 0 || query.state.fetchStatus !== "idle") return;
    seen.set(query, readAgain(NOTHING, leadsOf(query), false).known);
  };
  for (const query of cache.findAll({ predicate: ({ queryKey }) => windowOf(queryKey) !== undefined })) learn(query);
  return cache.subscribe((event) => {
    const { query, type } = event;
    const window = windowOf(query.queryKey);
    if (window === undefined) return;
    // Whoever begins to look has it read when it is stale: after this event, but at once.
    if (type === "observerAdded") queueMicrotask(() => learn(query));
    if (type === "observerRemoved" && query.getObserversCount() === 0) seen.delete(query);
    if (type !== "updated" || event.action.type !== "success" || query.getObserversCount() === 0) return;
    const read = readAgain(seen.get(query) ?? NOTHING, leadsOf(query), event.action.manual === true);
    seen.set(query, read.known);
    if (read.changes.length === 0) return;
    tell(read.changes.map((change) => ({ ...change, row: window * WINDOW_ROWS + change.row })));
  });
}
