"use client";

import { useCallback, useMemo, useRef, type Ref } from "react";
import { type ColumnLayout, rowHeights, withMoved } from "@/components/grid/column-layout";
import { Grid } from "@/components/grid/grid";
import type { GridActions, GridColumn, GridHandle, GridSort } from "@/components/grid/grid-types";
import type { RowSpan } from "@/components/grid/scroll-space";
import { useColumns } from "@/components/grid/use-columns";
import { useIsStaff, useMe } from "@/lib/client/me";
import { useMedia } from "@/lib/client/use-media";
import type { Lead } from "../schemas";
import { isEditableField, mayEdit } from "./cell-values";
import { ColumnTools } from "./column-tools";
import { cardFacts, LeadCard } from "./lead-card";
import type { CellContext } from "./lead-column";
import { leadColumns } from "./lead-columns";
import { LeadCellEditor, type LeadEditing, LeadEditingProvider } from "./lead-cell-editor";
import type { LeadFilters, LeadSort, ListSearch } from "./lead-filters";
import { GUTTER, gutterColumn, SelectAll } from "./lead-gutter";
import { PrintedLeads } from "./printed-leads";
import { useBlockActions } from "./use-block-actions";
import { useCellContext } from "./use-cell-context";
import type { LeadEdits } from "./use-lead-edits";
import type { LeadWindows } from "./use-lead-windows";
import { type ShownColumn, together, useRowNews } from "./use-row-news";
import type { Selection } from "./use-selection";

const HEADER_PX = 32;
const CARD_PX = 64;
const CARD_WIDTH_PX = 200;
const CARD = "card";

export interface LeadsGridProps {
  windows: LeadWindows;
  search: ListSearch;
  /** Absent for people who change nothing in bulk. */
  selection: Selection | undefined;
  filters: LeadFilters;
  onSort: (sort: LeadSort, direction?: "asc" | "desc") => void;
  layout: ColumnLayout;
  onLayout: (layout: ColumnLayout) => void;
  edits: LeadEdits;
  choices: LeadEditing["choices"];
  href: (leadId: string) => string;
  open: (leadId: string) => void;
  ref: Ref<GridHandle>;
}

/** The leads as a spreadsheet; on a phone as a list of cards. */
export function LeadsGrid(props: LeadsGridProps) {
  const { windows, search, selection, filters, onSort, layout, onLayout, edits, choices, href, open, ref } = props;
  const wide = useMedia("(min-width: 48rem)");
  const isStaff = useIsStaff();
  const { email } = useMe();
  const context = useCellContext(href);
  const { shown } = edits;
  const { rowAt: storedAt } = windows;
  const rowAt = useCallback(
    (index: number) => {
      const lead = storedAt(index);
      return lead && shown(lead);
    },
    [storedAt, shown],
  );
  const all = useMemo(() => gridColumns(context), [context]);
  const { columns: laidOut, startResize } = useColumns(all, layout, onLayout);
  const columns = useMemo(
    () => [gutterColumn(selection), ...(wide ? laidOut : [cardColumn(context)])],
    [selection, wide, laidOut, context],
  );
  const drawn = useRef<RowSpan>({ first: 0, last: 0 });
  const { onSpan } = windows;
  const spanChanged = useCallback(
    (span: RowSpan) => {
      drawn.current = span;
      onSpan(span);
    },
    [onSpan],
  );
  const news = useRowNews({
    columns: useMemo(() => columns.map(shownColumn), [columns]),
    context,
    shown,
    isDrawn: (row) => row >= drawn.current.first && row < drawn.current.last,
  });
  const marks = useMemo(() => together([news, edits.marks]), [news, edits.marks]);
  // The same function while nothing is marked otherwise: all rows are drawn again for another one.
  const marksOf = useCallback((lead: Lead) => marks.get(lead.lead_id), [marks]);
  const blocks = useBlockActions({ search, total: windows.total, columns, rowAt, context, choices, edits });
  const actions = useMemo<GridActions<Lead>>(
    () => ({
      open: (lead) => open(lead.lead_id),
      ...(selection && { toggle: (index, range) => selection.toggle(rowAt, index, range) }),
      ...(wide && {
        ...blocks,
        editor: LeadCellEditor,
        canEdit: (lead, { id }) => isEditableField(id) && mayEdit(id, lead, { isStaff, email }),
      }),
    }),
    [open, selection, rowAt, wide, blocks, isStaff, email],
  );
  const { write } = edits;
  const editing = useMemo<LeadEditing>(() => ({ choices, write }), [choices, write]);
  const { sort: field, direction } = filters;
  const sort = useMemo((): GridSort => ({ column: field, direction }), [field, direction]);
  const sortBy = useCallback((column: string) => onSort(column as LeadSort), [onSort]);
  const renderHeader = useCallback(
    ({ id }: GridColumn<Lead>) => (id === GUTTER ? <SelectAll windows={windows} selection={selection} /> : undefined),
    [windows, selection],
  );
  const renderTools = useCallback(
    (column: GridColumn<Lead>) =>
      column.id === GUTTER ? undefined : (
        <ColumnTools
          column={column}
          layout={layout}
          onLayout={onLayout}
          onSort={column.sortable ? (way) => onSort(column.id as LeadSort, way) : undefined}
          onResizeStart={(event) => startResize(column.id, event)}
        />
      ),
    [layout, onLayout, onSort, startResize],
  );
  const moveColumn = useCallback(
    (id: string, target: string) => onLayout(withMoved(layout, id, target)),
    [layout, onLayout],
  );
  return (
    <LeadEditingProvider value={editing}>
      <Grid<Lead>
        ref={ref}
        label="Leads"
        columns={columns}
        rowCount={windows.total}
        rowAt={rowAt}
        rowPx={wide ? rowHeights[layout.density] : CARD_PX}
        headerPx={wide ? HEADER_PX : 0}
        listKey={JSON.stringify(search)}
        sort={sort}
        onSort={sortBy}
        onSpan={spanChanged}
        chosenOf={selection && ((lead) => selection.has(lead.lead_id))}
        marksOf={marksOf}
        renderHeader={renderHeader}
        renderTools={renderTools}
        onMoveColumn={moveColumn}
        actions={actions}
      />
      <PrintedLeads
        columns={laidOut.map(({ id }) => id)}
        rowAt={rowAt}
        total={windows.total}
        isEstimate={windows.isEstimate}
        context={context}
      />
    </LeadEditingProvider>
  );
}

const gridColumns = (context: CellContext): GridColumn<Lead>[] =>
  leadColumns.map(({ id, label, width, numeric = false, strong = false, sort, text, render }) => ({
    id,
    label,
    width,
    numeric,
    strong,
    pinned: false,
    sortable: sort !== undefined,
    render: (lead) => (render ?? text)(lead, context),
  }));

const shownColumn = ({ id }: GridColumn<Lead>): ShownColumn => ({
  id,
  facts: leadColumns.filter((fact) => (id === CARD ? cardFacts.includes(fact.id) : fact.id === id)),
});

function cardColumn({ dispositionLabel, href }: CellContext): GridColumn<Lead> {
  return {
    id: CARD,
    label: "Lead",
    width: CARD_WIDTH_PX,
    pinned: false,
    sortable: false,
    fills: true,
    render: (lead) => <LeadCard lead={lead} href={href(lead.lead_id)} dispositionLabel={dispositionLabel} />,
  };
}
