"use client";

import { QueryClient } from "@tanstack/react-query";
import { worthAnotherTry } from "./api";
import { onReturn } from "./connection";
import { ProblemError } from "./problem";

/** Two more, over two seconds: then a list that has nothing says so, and goes on by itself when the connection is back. */
const READ_RETRIES = 2;
const MAX_PAUSE_MS = 8_000;

/**
 * The browser's one copy of the server's facts. A query key begins with the topic of live events that makes it stale:
 * ["lead", ...], ["agent", ...], ["presence", ...], ["queue", ...], ["call", ...], ["disposition"].
 */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        // Live events say what has changed; this only covers what they cannot.
        staleTime: 15_000,
        gcTime: 5 * 60_000,
        // The connection is our own affair: the browser's guess about being online is often wrong.
        networkMode: "always",
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < READ_RETRIES && error instanceof ProblemError && worthAnotherTry(error),
        retryDelay: (failures, error) => {
          const asked = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
          return Math.min(Math.max(asked, 500 * 2 ** failures), MAX_PAUSE_MS);
        },
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
  if (typeof window !== "undefined") {
    // What is being asked for again already goes on, or a route that alone is away would never be said to be.
    onReturn(() => void client.invalidateQueries(undefined, { cancelRefetch: false }));
  }
  return client;
}
