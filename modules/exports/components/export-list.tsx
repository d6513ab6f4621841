"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { FileDown, ServerCrash } from "lucide-react";
import Link from "next/link";
import { Button, buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonList } from "@/components/ui/skeleton";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { listExports } from "../schemas";
import { ExportItem } from "./export-item";
import { NewExport } from "./new-export";

const POLL_MS = 5_000;

/** Exports, the newest first: their progress, their files and their receipts. */
export function ExportList() {
  const query = useInfiniteQuery({
    queryKey: ["export", "list"],
    queryFn: ({ signal, pageParam }) => api(listExports, { query: { cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: usePollInterval(POLL_MS),
  });
  const failure = useFailure(query);
  const exports = query.data?.pages.flatMap((page) => page.exports) ?? [];
  return (
    <>
      <PageHeader title="Exports" meta="Files are kept for a day, receipts for 90" actions={<NewExport />} />
      <div className="p-4 pb-24 md:px-6">
        <Card aria-label="Exports" aria-busy={query.isPending}>
          {query.isPending && failure === undefined && <SkeletonList />}
          {failure !== undefined && (
            <EmptyState
              failing
              icon={<ServerCrash />}
              title="The exports could not be loaded"
              actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
            >
              {inWords(failure)}
            </EmptyState>
          )}
          {query.isSuccess && exports.length === 0 && (
            <EmptyState
              icon={<FileDown />}
              title="Nothing exported yet"
              actions={
                <Link href="/leads" className={buttonClass()}>
                  To the leads
                </Link>
              }
            >
              Filter or select leads and choose “Export”, or begin here: the files stand on this page.
            </EmptyState>
          )}
          {exports.length > 0 && (
            <ul className="divide-y divide-line">
              {exports.map((one) => (
                <ExportItem key={one.export_id} made={one} />
              ))}
            </ul>
          )}
        </Card>
        {query.hasNextPage && (
          <div className="flex justify-center pt-4">
            <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Show earlier ones
            </Button>
          </div>
        )}
      </div>
    </>
  );
}
