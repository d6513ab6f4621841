"use client";

import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Button } from "./button";

export interface EarlierOnesProps {
  query: Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetchingNextPage"> & { fetchNextPage: () => unknown };
}

/** Reads on in a list that has the newest first; nothing where all of it is there. */
export function EarlierOnes({ query }: EarlierOnesProps) {
  if (!query.hasNextPage) return null;
  return (
    <div className="flex justify-center pt-4">
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Show earlier ones
      </Button>
    </div>
  );
}
