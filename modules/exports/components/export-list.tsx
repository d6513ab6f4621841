"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { FileDown } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { PagedList } from "@/components/ui/paged-list";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
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
  const exports = query.data?.pages.flatMap((page) => page.exports) ?? [];
  return (
    <>
      <PageHeader
        title="Exports"
        meta={<span className="max-sm:hidden">Files are kept for a day, receipts for 90</span>}
        actions={<NewExport />}
      />
      <div className="p-4 pb-24 md:px-6">
        <PagedList
          label="Exports"
          query={query}
          items={exports}
          empty={
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
          }
        >
          {(made) => <ExportItem key={made.export_id} made={made} />}
        </PagedList>
      </div>
    </>
  );
}
