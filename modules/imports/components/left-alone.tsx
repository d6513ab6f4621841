"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { SkeletonList } from "@/components/ui/skeleton";
import { useNumberWords } from "@/lib/client/locale";
import { failureWords, leadCount } from "@/modules/leads/components/lead-words";
import type { ImportView } from "../schemas";
import { leftAloneQuery } from "./import-queries";

/** The leads that an undo left as they are, each with the reason. */
export function LeftAlone({ one, count }: { one: ImportView; count: number }) {
  const query = useInfiniteQuery(leftAloneQuery(one));
  const figure = useNumberWords();
  const leads = query.data?.pages.flatMap((page) => page.leads) ?? [];
  return (
    <Card aria-labelledby="left-alone">
      <CardHeader id="left-alone" title="Left as they are" meta={leadCount(count, figure)} />
      {query.isPending && <SkeletonList />}
      {query.isError && leads.length === 0 && (
        <p className="flex items-center justify-between gap-2 px-4 py-3 text-sm text-danger-text">
          These leads could not be loaded.
          <Button size="sm" variant="ghost" onClick={() => void query.refetch()}>
            Try again
          </Button>
        </p>
      )}
      <ul className="divide-y divide-line text-sm">
        {leads.map(({ lead_id, name, code }) => (
          <li key={lead_id} className="flex justify-between gap-x-4 px-4 py-2 max-sm:flex-col">
            {name === null ? (
              <span className="min-w-0 truncate text-muted">A lead that is gone</span>
            ) : (
              <Link
                href={`/leads/${lead_id}`}
                prefetch={false}
                className="min-w-0 truncate font-medium hover:underline"
              >
                {name}
              </Link>
            )}
            <span className="text-muted sm:text-right">{failureWords(code)}</span>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          variant="ghost"
          size="sm"
          className="w-full rounded-none text-accent-text"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </Card>
  );
}
