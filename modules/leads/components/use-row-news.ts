"use client";

import { notifyManager, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useMemo, useState } from "react";
import type { Marks } from "@/components/grid/grid-row";
import type { CellMark } from "@/components/grid/grid-types";
import type { Lead } from "../schemas";
import type { CellContext, LeadColumn } from "./lead-column";
import { changedColumns, type RowChange, watchRows } from "./row-news";

/** How long a mark stays: as long as it takes to fade (`--animate-news` in app/globals.css). */
const NEWS_MS = 2_000;
const NEWS: CellMark = { tone: "news", words: "Changed just now" };

/** A column of the grid, and which facts of a lead stand in it. */
export interface ShownColumn {
  id: string;
  facts: readonly LeadColumn[];
}

interface RowNews {
  columns: readonly ShownColumn[];
  context: CellContext;
  /** A lead with what this person has written and not saved yet. */
  shown: (lead: Lead) => Lead;
  /** Whether a row is drawn now. */
  isDrawn: (row: number) => boolean;
}

/** Marks, by lead, on cells in sight whose value others have changed: for a moment each. */
export function useRowNews(world: RowNews): ReadonlyMap<string, Marks> {
  const queries = useQueryClient();
  const [told, setTold] = useState<readonly ReadonlyMap<string, Marks>[]>([]);
  const marksIn = useEffectEvent((changes: readonly RowChange[]): ReadonlyMap<string, Marks> => {
    const { columns, context, shown, isDrawn } = world;
    return new Map(
      changes.flatMap(({ row, before, after, own }): [string, Marks][] => {
        if (!isDrawn(row)) return [];
        // What is being written stands over both.
        const now = shown(after);
        const change = { before: shown(before), after: now, own: own || now !== after };
        const changed = columns.filter(({ facts }) => changedColumns(change, facts, context).length > 0);
        return changed.length === 0 ? [] : [[after.lead_id, new Map(changed.map(({ id }) => [id, NEWS]))]];
      }),
    );
  });
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const stop = watchRows(queries, (changes) => {
      const marks = marksIn(changes);
      if (marks.size === 0) return;
      // Together with the values themselves, which React Query hands on in this turn.
      notifyManager.schedule(() => setTold((all) => [...all, marks]));
      const timer = setTimeout(() => {
        timers.delete(timer);
        setTold((all) => all.filter((each) => each !== marks));
      }, NEWS_MS);
      timers.add(timer);
    });
    return () => {
      stop();
      for (const timer of timers) clearTimeout(timer);
    };
  }, [queries]);
  return useMemo(() => together(told), [told]);
}

/** Marks of several layers by lead; of two on one cell the later layer's. */
export function together(layers: readonly ReadonlyMap<string, Marks>[]): ReadonlyMap<string, Marks> {
  const [first = new Map<string, Marks>(), ...others] = layers;
  if (others.length === 0) return first;
  const all = new Map(first);
  for (const [leadId, marks] of others.flatMap((layer) => [...layer])) {
    const under = all.get(leadId);
    all.set(leadId, under ? new Map([...under, ...marks]) : marks);
  }
  return all;
}
