/** How a grid shows its columns: those in sight in their order, the pinned ones first. Widths in CSS pixels. */
export interface ColumnLayout {
  columns: readonly ShownColumn[];
  density: Density;
}

export interface ShownColumn {
  id: string;
  /** Absent: the column's own. */
  width?: number;
  pinned?: boolean;
}

export type Density = "compact" | "normal" | "roomy";

/** The height of a row. */
export const rowHeights: Readonly<Record<Density, number>> = { compact: 26, normal: 32, roomy: 44 };

export const MIN_WIDTH_PX = 48;
export const MAX_WIDTH_PX = 900;

/** The layout without columns there are no longer, and each only once; with `first` where nothing is left. */
export function knownColumns(layout: ColumnLayout, known: ReadonlySet<string>, first: readonly string[]): ColumnLayout {
  const seen = new Set<string>();
  const columns = layout.columns.filter(({ id }) => known.has(id) && !seen.has(id) && seen.add(id));
  return { ...layout, columns: pinnedFirst(columns.length > 0 ? columns : first.map((id) => ({ id }))) };
}

export function withWidth(layout: ColumnLayout, id: string, width: number): ColumnLayout {
  const bounded = Math.round(Math.min(MAX_WIDTH_PX, Math.max(MIN_WIDTH_PX, width)));
  return changed(layout, id, (column) => ({ ...column, width: bounded }));
}

/** Pinned behind the other pinned ones; loosened to the front of the others. */
export function withPinned(layout: ColumnLayout, id: string, pinned: boolean): ColumnLayout {
  const next = changed(layout, id, ({ pinned: _was, ...column }) => (pinned ? { ...column, pinned } : column));
  return { ...next, columns: pinnedFirst(next.columns) };
}

/** Shows a column at the end, or hides it; the last one stays. */
export function withShown(layout: ColumnLayout, id: string, shown: boolean): ColumnLayout {
  const is = layout.columns.some((column) => column.id === id);
  if (is === shown || (!shown && layout.columns.length === 1)) return layout;
  const columns = shown ? [...layout.columns, { id }] : layout.columns.filter((column) => column.id !== id);
  return { ...layout, columns };
}

/** Moves a column to where another stands; across the border of the pinned ones it becomes like that one. */
export function withMoved(layout: ColumnLayout, id: string, target: string): ColumnLayout {
  const from = layout.columns.findIndex((column) => column.id === id);
  const to = layout.columns.findIndex((column) => column.id === target);
  const [moving, there] = [layout.columns[from], layout.columns[to]];
  if (!moving || !there || from === to) return layout;
  const { pinned: _was, ...rest } = moving;
  const columns = layout.columns.toSpliced(from, 1).toSpliced(to, 0, there.pinned ? { ...rest, pinned: true } : rest);
  return { ...layout, columns: pinnedFirst(columns) };
}

/** Moves a column by one place to the left (-1) or right (1). */
export function withStep(layout: ColumnLayout, id: string, by: -1 | 1): ColumnLayout {
  const at = layout.columns.findIndex((column) => column.id === id);
  const target = layout.columns[at + by];
  return at === -1 || !target ? layout : withMoved(layout, id, target.id);
}

function changed(layout: ColumnLayout, id: string, change: (column: ShownColumn) => ShownColumn): ColumnLayout {
  return { ...layout, columns: layout.columns.map((column) => (column.id === id ? change(column) : column)) };
}

const pinnedFirst = (columns: readonly ShownColumn[]): ShownColumn[] => [
  ...columns.filter(({ pinned }) => pinned),
  ...columns.filter(({ pinned }) => !pinned),
];
