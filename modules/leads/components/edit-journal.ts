import { type CellValue, type EditableField, sameValue } from "./cell-values";

/*
 * What has been written into cells and is not acknowledged yet. Nothing leaves the journal before the server has said
 * what became of it, so it can be kept through a reload, the end of a session, or the loss of the connection. One batch
 * is under way at a time; what is written meanwhile gathers for the next.
 */

export interface Cell {
  before: CellValue;
  after: CellValue;
}

export type Cells = Partial<Record<EditableField, Cell>>;

/** One lead's cells, over the version in which they were seen. */
export interface Draft {
  version: number;
  name: string;
  cells: Cells;
}

/** A request under way. Sent again after a reload it bears the same key, and so happens once. */
export interface Batch {
  key: string;
  /** Set: the leads are given to this agent. Else cells are written. */
  agent: string | null;
  rows: Record<string, Draft>;
}

/** A cell that was not saved. */
export interface Refusal {
  tone: "refused" | "conflict";
  words: string;
  wanted: CellValue;
}

export interface Journal {
  drafts: Record<string, Draft>;
  sent: Batch | null;
  refused: Record<string, Partial<Record<EditableField, Refusal>>>;
}

export const EMPTY: Journal = { drafts: {}, sent: null, refused: {} };

/** Rows of one request. */
export const BATCH_ROWS = 10_000;

export interface Write {
  leadId: string;
  name: string;
  version: number;
  field: EditableField;
  before: CellValue;
  after: CellValue;
}

/** Adds what was written into cells; a cell that is as it was before is not written at all. */
export function write(journal: Journal, writes: readonly Write[]): Journal {
  const drafts = { ...journal.drafts };
  let { refused } = journal;
  for (const { leadId, name, version, field, before, after } of writes) {
    const draft = drafts[leadId] ?? { version, name, cells: {} };
    const sent = journal.sent?.rows[leadId]?.cells[field];
    const written = draft.cells[field];
    const was = written ? written.before : sent ? sent.after : before;
    const cells = { ...draft.cells };
    if (sameValue(was, after)) delete cells[field];
    else cells[field] = { before: was, after };
    if (Object.keys(cells).length > 0) drafts[leadId] = { ...draft, cells };
    else delete drafts[leadId];
    refused = without(refused, leadId, field);
  }
  return { ...journal, drafts, refused };
}

/** Notes cells that cannot be written at all. */
export function refuse(
  journal: Journal,
  refusals: readonly { leadId: string; field: EditableField; refusal: Refusal }[],
): Journal {
  const refused = { ...journal.refused };
  for (const { leadId, field, refusal } of refusals) refused[leadId] = { ...refused[leadId], [field]: refusal };
  return { ...journal, refused };
}

const cellsOf = (cells: Cells): [EditableField, Cell][] => Object.entries(cells) as [EditableField, Cell][];

/** Giving a lead to somebody is an assignment; taking it away is a cell like any other. */
const isGift = (field: EditableField, { after }: Cell): boolean => field === "assigned_agent" && after !== null;

/** Takes the next batch out, when none is under way: cells first, then assignments agent by agent. */
export function begin(journal: Journal, key: string): Journal {
  if (journal.sent) return journal;
  const rows = Object.entries(journal.drafts);
  const facts = rows.filter(([, { cells }]) => cellsOf(cells).some(([field, cell]) => !isGift(field, cell)));
  if (facts.length > 0) {
    return move(journal, { key, agent: null }, facts.slice(0, BATCH_ROWS), (field, cell) => !isGift(field, cell));
  }
  const agent = rows.map(([, { cells }]) => cells.assigned_agent?.after).find((after) => typeof after === "string");
  if (agent === undefined || Array.isArray(agent)) return journal;
  const given = rows.filter(([, { cells }]) => cells.assigned_agent?.after === agent);
  return move(journal, { key, agent }, given.slice(0, BATCH_ROWS), isGift);
}

function move(
  journal: Journal,
  batch: Pick<Batch, "key" | "agent">,
  taken: readonly (readonly [string, Draft])[],
  goes: (field: EditableField, cell: Cell) => boolean,
): Journal {
  const drafts = { ...journal.drafts };
  const rows: Batch["rows"] = {};
  for (const [leadId, draft] of taken) {
    const fields = cellsOf(draft.cells);
    rows[leadId] = { ...draft, cells: Object.fromEntries(fields.filter((each) => goes(...each))) as Cells };
    const stays = Object.fromEntries(fields.filter((each) => !goes(...each))) as Cells;
    if (Object.keys(stays).length > 0) drafts[leadId] = { ...draft, cells: stays };
    else delete drafts[leadId];
  }
  return { ...journal, drafts, sent: { ...batch, rows } };
}

/** What became of one row of a batch; `failure` in words when nothing was written. */
export interface Outcome {
  written: boolean;
  failure?: { tone: Refusal["tone"]; words: string };
}

/** Ends the batch under way. What was written meanwhile stands on the versions it has made. */
export function settle(journal: Journal, outcomeOf: (leadId: string) => Outcome): Journal {
  if (!journal.sent) return journal;
  const drafts = { ...journal.drafts };
  const refusals: Parameters<typeof refuse>[1][number][] = [];
  for (const [leadId, row] of Object.entries(journal.sent.rows)) {
    const { written, failure } = outcomeOf(leadId);
    const draft = drafts[leadId];
    if (draft && written) drafts[leadId] = { ...draft, version: row.version + 1 };
    if (!failure) continue;
    for (const [field, cell] of Object.entries(row.cells) as [EditableField, Cell][]) {
      refusals.push({ leadId, field, refusal: { ...failure, wanted: cell.after } });
    }
  }
  return refuse({ ...journal, drafts, sent: null }, refusals);
}

/** Joins what another, closed page has left behind. */
export function adopt(journal: Journal, left: Pick<Journal, "drafts" | "sent">): Journal {
  const drafts = { ...left.drafts, ...journal.drafts };
  if (!journal.sent) return { ...journal, drafts, sent: left.sent };
  return { ...journal, drafts: { ...left.sent?.rows, ...drafts } };
}

/** Forgets refusals of a lead's cell, or of all cells. */
export function forget(journal: Journal): Journal {
  return { ...journal, refused: {} };
}

/** The cells of a lead that are written but not acknowledged, the latest of each. */
export function pendingCells(journal: Journal, leadId: string): Cells | undefined {
  const sent = journal.sent?.rows[leadId]?.cells;
  const drafts = journal.drafts[leadId]?.cells;
  return sent || drafts ? { ...sent, ...drafts } : undefined;
}

export const isPending = ({ drafts, sent }: Journal): boolean => sent !== null || Object.keys(drafts).length > 0;

/** Cells written and not acknowledged. */
export function pendingCount(journal: Journal): number {
  const rows = [...Object.values(journal.drafts), ...Object.values(journal.sent?.rows ?? {})];
  return rows.reduce((sum, { cells }) => sum + Object.keys(cells).length, 0);
}

function without(refused: Journal["refused"], leadId: string, field: EditableField): Journal["refused"] {
  const row = refused[leadId];
  if (!row?.[field]) return refused;
  const { [field]: _gone, ...rest } = row;
  const { [leadId]: _row, ...others } = refused;
  return Object.keys(rest).length > 0 ? { ...others, [leadId]: rest } : others;
}
