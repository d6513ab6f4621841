"use client";

import { FileUp } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { cn } from "@/components/cn";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Meter } from "@/components/ui/meter";
import { NumberText } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { sizeText } from "@/modules/exports/components/export-queries";
import { useIncomingFiles } from "@/modules/files/components/use-incoming-files";
import { FILE_LIMIT, LIMITS } from "../domain/limits";
import { type Outgoing, useSendFile } from "./use-send-file";

/** Where a file is chosen, or dropped anywhere on the page; then its import is opened. */
export function FileDrop() {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [tooMany, setTooMany] = useState(false);
  const { outgoing, problem, send, stop } = useSendFile(({ import_id }) => router.push(`/imports/${import_id}`));
  const take = ([file, ...others]: readonly File[]) => {
    if (!file || outgoing) return;
    setTooMany(others.length > 0);
    if (others.length === 0) send(file);
  };
  const isOver = useIncomingFiles(take) && outgoing === undefined;
  return (
    <section aria-label="Import a file" className="flex flex-col gap-3">
      <div
        className={cn(
          "flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-dashed border-line-strong bg-surface p-5",
          isOver && "border-accent bg-accent-subtle",
        )}
      >
        <FileUp aria-hidden className={cn("size-6 shrink-0 text-muted", isOver && "text-accent-text")} />
        <div className="min-w-0 flex-1 basis-56">
          {outgoing ? <OnItsWay {...outgoing} /> : <Invitation isOver={isOver} />}
        </div>
        <input
          ref={input}
          type="file"
          accept=".csv,.tsv,.txt,.xlsx,.xlsm"
          aria-label="File to import"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            take([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        {outgoing ? (
          <Button onClick={stop}>Stop</Button>
        ) : (
          <Button variant="primary" onClick={() => input.current?.click()}>
            Choose a file
          </Button>
        )}
      </div>
      {tooMany && <Banner tone="caution">One file at a time: drop or choose a single one.</Banner>}
      {problem && !outgoing && !tooMany && <Banner tone="danger">{inWords(problem)}</Banner>}
    </section>
  );
}

function Invitation({ isOver }: { isOver: boolean }) {
  return (
    <>
      <p className={cn("text-sm font-medium", isOver && "text-accent-text")}>
        {isOver ? (
          "Drop it to have a look at it"
        ) : (
          <>
            <span className="pointer-coarse:hidden">Drop a CSV or XLSX file anywhere here</span>
            <span className="hidden pointer-coarse:inline">Leads from a CSV or XLSX file</span>
          </>
        )}
      </p>
      <p className={cn("text-xs text-muted", isOver && "text-accent-text")}>
        Up to <NumberText value={LIMITS.rows} /> rows and {FILE_LIMIT}, with a header row. Nothing is imported before
        you have seen what will happen.
      </p>
    </>
  );
}

function OnItsWay({ name, bytes, sent }: Outgoing) {
  const figure = useNumberWords();
  const text =
    sent < bytes ? `${sizeText(sent, figure)} of ${sizeText(bytes, figure)}` : "It is there and being looked at…";
  return (
    <>
      <p className="truncate text-sm font-medium">{name}</p>
      <Meter className="my-1.5" value={sent} max={bytes} label={`Sent of ${name}`} valueText={text} />
      <p className="text-xs text-muted tabular-nums">{text}</p>
    </>
  );
}
