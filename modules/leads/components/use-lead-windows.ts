"use client";

import { keepPreviousData, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { RowSpan } from "@/components/grid/scroll-space";
import { usePollInterval } from "@/lib/client/live-state";
import { useHydrated } from "@/lib/client/use-hydrated";
import type { Lead } from "../schemas";
import type { ListSearch } from "./lead-filters";
import { anchorsQuery, type LeadPage, windowQuery } from "./lead-queries";
import { WINDOW_ROWS } from "./lead-window";

const POLL_MS = 15_000;
/** Rows asked for beyond those drawn. */
const AHEAD_ROWS = 60;
/** A leap further than this is asked for once it has come to rest for LEAP_MS: thumbs are dragged past many rows. */
const LEAP_WINDOWS = 3;
const LEAP_MS = 80;
/** Counting a million leads takes a second of the server: not while the first of them are to be shown. A leap asks at once. */
const CALM_MS = 1_500;

export interface LeadWindows {
  total: number;
  isEstimate: boolean;
  rowAt: (index: number) => Lead | undefined;
  onSpan: (span: RowSpan) => void;
  /** Of the beginning of the list: no rows yet, or none could be read. */
  pending: boolean;
  error: Error | null;
  retry: () => void;
}

/** The rows of a search as they come into sight; those that were overtaken are not waited for. */
export function useLeadWindows(search: ListSearch): LeadWindows {
  const queries = useQueryClient();
  const refetchInterval = usePollInterval(POLL_MS);
  const [span, onSpan] = useCalmSpan();
  const first = useQuery({
    ...windowQuery(queries, search, 0),
    placeholderData: keepPreviousData,
    refetchInterval,
    gcTime: 5 * 60_000,
  });
  const ready = first.isSuccess && !first.isPlaceholderData;
  const isLong = ready && first.data.next_cursor !== null;
  const calm = useCalm(isLong);
  const anchors = useQuery({ ...anchorsQuery(search), enabled: calm });
  const hydrated = useHydrated();
  const counted = first.data?.total_is_estimate ? anchors.data?.total : undefined;
  const total = hydrated ? (counted ?? first.data?.total ?? 0) : 0;

  const from = Math.max(1, span.first);
  const to = Math.min(span.last, Math.floor((total - 1) / WINDOW_ROWS));
  const pages = useQueries({
    queries: Array.from({ length: isLong ? Math.max(0, to - from + 1) : 0 }, (_, at) => ({
      ...windowQuery(queries, search, from + at),
      refetchInterval,
    })),
    combine: pagesOf,
  });
  const rowAt = useCallback(
    (index: number) => {
      const window = Math.floor(index / WINDOW_ROWS);
      const page = window === 0 ? first.data : pages[window - from];
      return page?.leads[index % WINDOW_ROWS];
    },
    [first.data, pages, from],
  );
  const { refetch } = first;
  const retry = useCallback(() => void refetch(), [refetch]);
  return useMemo(
    () => ({
      total,
      isEstimate: first.data?.total_is_estimate === true && counted === undefined,
      rowAt,
      onSpan,
      // The first rows may come with the page itself: the server has drawn it without them.
      pending: !hydrated || first.isPending,
      error: first.error,
      retry,
    }),
    [total, first.data, counted, rowAt, onSpan, hydrated, first.isPending, first.error, retry],
  );
}

const pagesOf = (results: readonly { data: LeadPage | undefined }[]): (LeadPage | undefined)[] =>
  results.map(({ data }) => data);

const windowsOf = ({ first, last }: RowSpan): RowSpan => ({
  first: Math.floor(Math.max(0, first - AHEAD_ROWS) / WINDOW_ROWS),
  last: Math.floor((last + AHEAD_ROWS) / WINDOW_ROWS),
});

/** Whether something holds for CALM_MS already. */
function useCalm(holds: boolean): boolean {
  const [calm, setCalm] = useState(false);
  useEffect(() => {
    if (!holds) return;
    const timer = setTimeout(() => setCalm(true), CALM_MS);
    return () => {
      clearTimeout(timer);
      setCalm(false);
    };
  }, [holds]);
  return calm;
}

/** The windows to ask for: those of the rows drawn, but of a leap only where it ended. */
function useCalmSpan(): [windows: RowSpan, onSpan: (span: RowSpan) => void] {
  const [windows, setWindows] = useState<RowSpan>({ first: 0, last: 0 });
  const latest = useRef(windows);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onSpan = useCallback((span: RowSpan) => {
    clearTimeout(timer.current);
    const next = windowsOf(span);
    const { first, last } = latest.current;
    // Most rows that come into sight are of windows that are here: nothing is drawn again for them.
    if (next.first === first && next.last === last) return;
    const ask = () => {
      latest.current = next;
      setWindows(next);
    };
    if (Math.abs(next.first - first) <= LEAP_WINDOWS) ask();
    else timer.current = setTimeout(ask, LEAP_MS);
  }, []);
  return [windows, onSpan];
}
