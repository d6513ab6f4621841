"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api } from "@/lib/client/api";
import { serverNow } from "@/lib/client/clock";
import { myCalls } from "@/modules/call-queue/schemas";
import type { ServerCalls } from "../client/phone-view";
import type { Leg } from "../client/phone-state";

/** Live events tell of changes; this is the net under them, while something is going on and while nothing is. */
const BUSY_POLL_MS = 2_000;
const IDLE_POLL_MS = 15_000;

/** The answer is small: one that takes longer will not come, and the person should hear of it soon. */
const TIMEOUT_MS = 6_000;

const NONE: ServerCalls = { calls: [], fetchedAtMs: 0 };

export const currentCallsKey = ["call", "current"] as const;

/** The calls this agent holds according to the server; asked again whenever the browser's own leg changes. */
export function useCurrentCalls(leg: Leg | null): ServerCalls {
  const query = useQuery({
    queryKey: currentCallsKey,
    queryFn: async ({ signal }): Promise<ServerCalls> => {
      const { calls } = await api(myCalls, { signal, timeoutMs: TIMEOUT_MS });
      return { calls, fetchedAtMs: serverNow() };
    },
    staleTime: 0,
    refetchInterval: ({ state }) => (leg !== null || (state.data?.calls.length ?? 0) > 0 ? BUSY_POLL_MS : IDLE_POLL_MS),
    refetchIntervalInBackground: true,
  });
  const { refetch } = query;
  const legKey = leg === null ? "" : `${leg.callSid} ${leg.phase}`;
  const asked = useRef(legKey);
  useEffect(() => {
    if (asked.current === legKey) return;
    asked.current = legKey;
    void refetch();
  }, [legKey, refetch]);
  return query.data ?? NONE;
}
