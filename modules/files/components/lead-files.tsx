"use client";

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Paperclip } from "lucide-react";
import { type ChangeEvent, useRef, useState } from "react";
import { cn } from "@/components/cn";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { useStore } from "@/lib/client/store";
import { useHoldPage } from "@/lib/client/use-hold-page";
import { sizeText } from "@/modules/exports/components/export-queries";
import type { FileView } from "../schemas";
import { filesQuery } from "./file-queries";
import { FileRow } from "./file-row";
import { ImagePreview } from "./image-preview";
import { UploadRow } from "./upload-row";
import { attachFiles, uploads } from "./uploads";
import { useIncomingFiles } from "./use-incoming-files";

/** Files that stand there without being asked for. */
const SHOWN = 4;

/** What is attached to a lead: dropped, pasted or chosen; shown, played, saved, removed. */
export function LeadFiles({ leadId }: { leadId: string }) {
  const queries = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const list = useInfiniteQuery(filesQuery(leadId));
  const figure = useNumberWords();
  const onTheirWay = useStore(uploads).filter((one) => one.leadId === leadId);
  const [showAll, setShowAll] = useState(false);
  const [opened, setOpened] = useState<FileView>();
  const take = (files: readonly File[]) => attachFiles(queries, leadId, files);
  const isOver = useIncomingFiles(take);
  useHoldPage(onTheirWay.some(({ stage }) => stage !== "failed"));
  const files = list.data?.pages.flatMap((page) => page.files) ?? [];
  const shown = showAll ? files : files.slice(0, SHOWN);
  const images = files.filter(({ group, content_url }) => group === "image" && content_url !== null);
  const onChosen = ({ target }: ChangeEvent<HTMLInputElement>) => {
    take([...(target.files ?? [])]);
    // The same file can be chosen again.
    target.value = "";
  };
  return (
    <section
      aria-labelledby="files-title"
      className={cn(
        "rounded-lg border border-line bg-surface px-3 py-2 print:border-0 print:p-0",
        files.length === 0 && "print:hidden",
        isOver && "border-dashed border-accent bg-accent-subtle ring-1 ring-accent",
      )}
    >
      <header className="flex min-h-8 items-center gap-2">
        <h2 id="files-title" className="text-sm font-semibold">
          Files
        </h2>
        <p className="min-w-0 flex-1 truncate text-xs text-muted print:hidden" role="status">
          {isOver ? "Drop to attach" : <Hint maxBytes={list.data?.pages[0]?.max_bytes} />}
        </p>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label="Files to attach"
          onChange={onChosen}
          data-testid="file-chooser"
        />
        <Button size="sm" className="print:hidden" onClick={() => chooser.current?.click()}>
          <Paperclip aria-hidden /> Attach
        </Button>
      </header>
      {list.isPending && (
        <div role="status" aria-label="Loading the files" className="py-2">
          <Skeleton className="w-56" />
        </div>
      )}
      {list.isError && files.length === 0 && (
        <p role="alert" className="flex items-center justify-between gap-2 py-1 text-sm text-danger-text">
          {inWords(list.error)}
          <Button size="sm" variant="ghost" onClick={() => void list.refetch()}>
            Try again
          </Button>
        </p>
      )}
      {(onTheirWay.length > 0 || shown.length > 0) && (
        <ul className="flex flex-col divide-y divide-line">
          {onTheirWay.map((item) => (
            <UploadRow key={item.id} item={item} />
          ))}
          {shown.map((file) => (
            <FileRow key={file.file_id} file={file} onOpen={() => setOpened(file)} />
          ))}
        </ul>
      )}
      {!showAll && files.length > SHOWN && (
        <Button variant="ghost" size="sm" className="-ml-2 print:hidden" onClick={() => setShowAll(true)}>
          Show {list.hasNextPage ? "more" : `all ${figure(files.length)}`}
        </Button>
      )}
      {showAll && list.hasNextPage && (
        <Button
          variant="ghost"
          size="sm"
          className="-ml-2 print:hidden"
          busy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          Show older
        </Button>
      )}
      {opened && <ImagePreview images={images} file={opened} onShow={setOpened} onClose={() => setOpened(undefined)} />}
    </section>
  );
}

function Hint({ maxBytes }: { maxBytes: number | undefined }) {
  const figure = useNumberWords();
  if (maxBytes === undefined) return null;
  return (
    <>
      <span className="max-sm:hidden pointer-coarse:hidden">Drop or paste them here. </span>
      Up to {sizeText(maxBytes, figure)} each
    </>
  );
}
