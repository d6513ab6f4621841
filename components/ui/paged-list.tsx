"use client";

import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { ServerCrash } from "lucide-react";
import type { ReactNode } from "react";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { Button } from "./button";
import { Card } from "./card";
import { EarlierOnes } from "./earlier-ones";
import { EmptyState } from "./empty-state";
import { SkeletonList } from "./skeleton";

type Told = "data" | "error" | "errorUpdateCount" | "isPending" | "isSuccess" | "hasNextPage" | "isFetchingNextPage";

interface PagedListProps<Item> {
  /** What is listed, as its heading would say: "Exports". */
  label: string;
  query: Pick<UseInfiniteQueryResult, Told> & { refetch: () => unknown; fetchNextPage: () => unknown };
  /** Those that are loaded, the newest first. */
  items: readonly Item[];
  /** Stands there when there are none. */
  empty: ReactNode;
  /** One of them, as a list item with its key. */
  children: (item: Item) => ReactNode;
}

/** A list that is read on page by page: while it comes, when it cannot come, when it is empty, and with its items. */
export function PagedList<Item>({ label, query, items, empty, children }: PagedListProps<Item>) {
  const failure = useFailure(query);
  return (
    <>
      <Card aria-label={label} aria-busy={query.isPending}>
        {query.isPending && failure === undefined && <SkeletonList />}
        {failure !== undefined && (
          <EmptyState
            failing
            icon={<ServerCrash />}
            title={`The ${label.toLowerCase()} could not be loaded`}
            actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
          >
            {inWords(failure)}
          </EmptyState>
        )}
        {query.isSuccess && items.length === 0 && empty}
        {items.length > 0 && <ul className="divide-y divide-line">{items.map(children)}</ul>}
      </Card>
      <EarlierOnes query={query} />
    </>
  );
}
