"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { setLiveState } from "@/lib/client/live-state";
import { staleRoots, type BrowserEvent } from "../domain/query-keys";
import { EventConnection } from "./event-connection";

/** Changes are gathered this long, so that a bulk assignment of thousands is one refresh. */
const GATHER_MS = 150;

interface LiveUpdatesProps {
  keepWhenHidden?: boolean;
  onEvent?: (event: BrowserEvent) => void;
}

/**
 * Keeps this tab live: one event stream, whose events make the matching queries stale, so that what is on the screen
 * is read again. Mount it once, inside the query client, for people who are signed in. useLiveState() of
 * lib/client/live-state says how it stands. `keepWhenHidden`: the tab that leads the softphone listens in the
 * background too; the others rest after half a minute and catch up when they are looked at. `onEvent` hears each event
 * as it comes.
 */
export function LiveUpdates({ keepWhenHidden = false, onEvent }: LiveUpdatesProps) {
  const queries = useQueryClient();
  const keep = useRef(keepWhenHidden);
  const tell = useRef(onEvent);
  useEffect(() => {
    keep.current = keepWhenHidden;
    tell.current = onEvent;
  }, [keepWhenHidden, onEvent]);

  useEffect(() => {
    const stale = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer = undefined;
      const roots = [...stale];
      stale.clear();
      for (const root of roots) void queries.invalidateQueries({ queryKey: [root] });
    };
    const connection = new EventConnection(
      {
        onEvent: (event) => {
          tell.current?.(event);
          for (const root of staleRoots(event)) stale.add(root);
          if (stale.size > 0) timer ??= setTimeout(refresh, GATHER_MS);
        },
        onReset: () => void queries.invalidateQueries(),
        onState: setLiveState,
      },
      () => keep.current,
    );
    connection.start();
    return () => {
      connection.stop();
      clearTimeout(timer);
      setLiveState("connecting");
    };
  }, [queries]);

  return null;
}
