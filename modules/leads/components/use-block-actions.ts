"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type Block, cellsOf } from "@/components/grid/cell-range";
import type { GridActions, GridColumn } from "@/components/grid/grid-types";
import { type CellText, spread } from "@/components/grid/spread";
import { formatTsv, parseTsv } from "@/components/grid/tsv";
import { toastDone, toastFailure } from "@/components/ui/toast";
import { useNumberWords } from "@/lib/client/locale";
import { useIsStaff, useMe } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import type { NumberWords } from "@/lib/number-words";
import type { Lead } from "../schemas";
import { type Choices, coerce, type Coerced, emptied, isEditableField, mayEdit } from "./cell-values";
import type { Write } from "./edit-journal";
import type { CellContext } from "./lead-column";
import { leadColumns } from "./lead-columns";
import { writeOf } from "./lead-cell-editor";
import type { ListSearch } from "./lead-filters";
import { leadsBetween } from "./lead-rows";
import type { LeadEdits, RefusedCell } from "./use-lead-edits";

/** Rows that one paste, fill, copy or clearing reaches: what one plan of edits may have. */
export const MOST_ROWS = 10_000;
const MOST_CELLS = 200_000;

export interface BlockWorld {
  search: ListSearch;
  total: number;
  columns: readonly GridColumn<Lead>[];
  rowAt: (index: number) => Lead | undefined;
  context: CellContext;
  choices: Choices;
  edits: LeadEdits;
}

const count = (cells: number, figure: NumberWords): string => `${figure(cells)} ${cells === 1 ? "cell" : "cells"}`;

/** What is done with blocks of cells: copy, paste, fill and clear, over more rows than are loaded if need be. */
export function useBlockActions(world: BlockWorld): GridActions<Lead> & { busy: boolean } {
  const { search, total, columns, rowAt, context, choices, edits } = world;
  const queries = useQueryClient();
  const { email } = useMe();
  const isStaff = useIsStaff();
  const figure = useNumberWords();
  const [busy, setBusy] = useState(false);
  const { write, flush, shown, undo, redo } = edits;

  return useMemo(() => {
    const rows = async (first: number, last: number): Promise<(Lead | undefined)[]> => {
      const known = Array.from({ length: last - first + 1 }, (_, at) => rowAt(first + at));
      if (known.every((lead) => lead !== undefined)) return known;
      setBusy(true);
      try {
        return (await leadsBetween(queries, search, first, last)).map((lead) => shown(lead));
      } finally {
        setBusy(false);
      }
    };
    const texts = (leads: readonly (Lead | undefined)[], { left, right }: Block): string[][] =>
      leads.map((lead) =>
        columns.slice(left, right + 1).map(({ id }) => {
          const column = leadColumns.find((each) => each.id === id);
          return lead && column ? column.text(lead, context) : "";
        }),
      );

    /** Writes cells that stand in rows from `first` on; tells what could not be written, and why. */
    const put = (leads: readonly (Lead | undefined)[], first: number, cells: readonly CellText[], read: Read): void => {
      const writes: Write[] = [];
      const refusals: RefusedCell[] = [];
      let fixed = 0;
      for (const { row, column, text } of cells) {
        const lead = leads[row - first];
        const field = columns[column]?.id ?? "";
        if (!lead || !isEditableField(field) || !mayEdit(field, lead, { isStaff, email })) {
          fixed += 1;
          continue;
        }
        const coerced = read(field, text);
        if ("value" in coerced) writes.push(writeOf(lead, field, coerced.value));
        else {
          const refusal = { tone: "refused", words: coerced.error.replace(/\.$/, ""), wanted: text } as const;
          refusals.push({ leadId: lead.lead_id, field, refusal });
        }
      }
      write(writes, refusals);
      void flush();
      if (refusals.length > 0) {
        toastFailure(
          `${count(refusals.length, figure)} could not be read`,
          `${refusals[0]?.refusal.words}. They are marked.`,
        );
      } else if (fixed > 0)
        toastFailure(
          `${count(fixed, figure)} cannot be changed`,
          "Columns that follow from others, and locked leads, stay.",
        );
    };
    const guarded = (work: () => Promise<void>): void => {
      work().catch((error: unknown) => toastFailure("The rows could not be read", inWords(error)));
    };
    const within = (block: Block): Block => ({ ...block, bottom: Math.min(block.bottom, block.top + MOST_ROWS - 1) });
    const tooMany = ({ top, bottom }: Block): boolean => {
      if (bottom - top < MOST_ROWS) return false;
      toastFailure(
        `At most ${figure(MOST_ROWS)} rows at once`,
        "Select fewer, or change all that match with the bar below.",
      );
      return true;
    };
    const fillFrom = (from: Block, to: Block): void => {
      if (tooMany(to)) return;
      guarded(async () => {
        const source = texts(await rows(from.top, from.bottom), from);
        const cells = spread(source, to, { rows: total, columns: columns.length });
        put(await rows(to.top, to.bottom), to.top, cells, (field, text) => coerce(field, text, choices));
      });
    };

    return {
      busy,
      undo,
      redo,
      copy: (block) => {
        const { top, bottom } = within(block);
        const loaded = Array.from({ length: bottom - top + 1 }, (_, at) => rowAt(top + at));
        const missing = loaded.includes(undefined) || bottom !== block.bottom;
        if (missing && !tooMany(block)) {
          // Too late for this event: what is not loaded yet goes onto the clipboard once it is here.
          guarded(async () => {
            await navigator.clipboard.writeText(formatTsv(texts(await rows(top, bottom), block)));
            toastDone(`${count(cellsOf({ ...block, bottom }), figure)} copied`);
          });
        }
        return formatTsv(texts(loaded, block));
      },
      paste: (text, block) => {
        const { rows: source, cut } = parseTsv(text, { rows: MOST_ROWS, cells: MOST_CELLS });
        if (source.length === 0) return;
        if (tooMany(block)) return;
        if (cut) toastFailure("Only the first rows are pasted", `At most ${figure(MOST_ROWS)} rows at once.`);
        const cells = spread(source, block, { rows: total, columns: columns.length });
        const last = cells.reduce((most, { row }) => Math.max(most, row), block.top);
        guarded(async () => {
          put(await rows(block.top, last), block.top, cells, (field, each) => coerce(field, each, choices));
        });
      },
      clear: (block) => {
        if (tooMany(block)) return;
        guarded(async () => {
          const cells: CellText[] = [];
          for (let row = block.top; row <= block.bottom; row += 1) {
            for (let column = block.left; column <= block.right; column += 1) cells.push({ row, column, text: "" });
          }
          put(await rows(block.top, block.bottom), block.top, cells, (field) => emptied(field));
        });
      },
      fill: fillFrom,
    } satisfies GridActions<Lead> & { busy: boolean };
  }, [
    search,
    total,
    columns,
    rowAt,
    context,
    choices,
    busy,
    queries,
    email,
    isStaff,
    figure,
    write,
    flush,
    shown,
    undo,
    redo,
  ]);
}

type Read = (field: Parameters<typeof coerce>[0], text: string) => Coerced;
