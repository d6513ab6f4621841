"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { EmptyState } from "@/components/ui/empty-state";
import { Meter } from "@/components/ui/meter";
import { PageHeader } from "@/components/ui/page-header";
import { PagedList } from "@/components/ui/paged-list";
import { TimeAgo } from "@/components/ui/time";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { useNumberWords } from "@/lib/client/locale";
import { sizeText } from "@/modules/exports/components/export-queries";
import { type ImportView, listImports } from "../schemas";
import { FileDrop } from "./file-drop";
import { countsText, progressText, rowCount, waitingText, wordsOf } from "./import-words";

const POLL_MS = 5_000;

/** A file to import, and the imports there were, the newest first. */
export function ImportList() {
  const query = useInfiniteQuery({
    queryKey: ["import", "list"],
    queryFn: ({ signal, pageParam }) => api(listImports, { query: { cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: usePollInterval(POLL_MS),
  });
  const imports = query.data?.pages.flatMap((page) => page.imports) ?? [];
  return (
    <>
      <PageHeader title="Imports" meta="Can be undone for 30 days" />
      <div className="flex flex-col gap-4 p-4 pb-24 md:px-6">
        <FileDrop />
        <div>
          <PagedList
            label="Imports"
            query={query}
            items={imports}
            empty={
              <EmptyState icon={<FileUp />} title="Nothing imported yet">
                Choose a file above: its columns are matched with the fields of leads, and its rows are checked first.
              </EmptyState>
            }
          >
            {(one) => <ImportItem key={one.import_id} one={one} />}
          </PagedList>
        </div>
      </div>
    </>
  );
}

function ImportItem({ one }: { one: ImportView }) {
  const { label, tone } = wordsOf(one);
  const { progress, undo } = one;
  const figure = useNumberWords();
  const counts = one.result ?? one.forecast;
  return (
    <li
      className="relative flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-3 hover:bg-hover sm:flex-nowrap"
      data-testid="import"
    >
      <span className="w-28 shrink-0 pt-px">
        <Badge tone={tone}>{label}</Badge>
      </span>
      <div className="min-w-0 basis-full sm:flex-1 sm:basis-0">
        <Link
          href={`/imports/${one.import_id}`}
          className="text-sm font-medium break-words after:absolute after:inset-0"
        >
          {one.file.name}
        </Link>
        {one.error && one.state !== "expired" && <p className="pt-0.5 text-sm text-danger-text">{one.error.detail}</p>}
        {progress !== null && progress.total !== null && (
          <Meter className="mt-2 max-w-md" value={progress.processed} max={progress.total} label="Progress" />
        )}
        <p className="flex flex-wrap gap-x-3 pt-1 text-xs text-muted tabular-nums">
          {progress && <span>{waitingText(progress, figure) ?? progressText(progress, figure)}</span>}
          {progress === null && one.total_rows !== null && <span>{rowCount(one.total_rows, figure)}</span>}
          {counts && <span>{countsText(counts, figure)}</span>}
          {undo && <span>{figure(undo.removed + undo.set_back)} taken back</span>}
          <span>{sizeText(one.file.bytes, figure)}</span>
          <span>
            <TimeAgo at={one.created_at} />
          </span>
          {!one.mine && <span>by {one.created_by_name}</span>}
        </p>
      </div>
    </li>
  );
}
