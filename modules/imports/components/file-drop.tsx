"use client";

import { FileUp } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef, useState, type DragEvent } from "react";
import { cn } from "@/components/cn";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { inWords } from "@/lib/client/problem";
import { useSendFile } from "./import-queries";

/** Where a file is dropped or chosen; then its import is opened. */
export function FileDrop() {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const sending = useSendFile();
  const take = (file: File | undefined) => {
    if (file && !sending.isPending)
      sending.mutate(file, { onSuccess: ({ import_id }) => router.push(`/imports/${import_id}`) });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <section aria-label="Import a file" className="flex flex-col gap-3">
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cn(
          "flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-dashed border-line-strong bg-surface p-5",
          over && "border-accent bg-accent-subtle",
        )}
      >
        <FileUp aria-hidden className="size-6 shrink-0 text-muted" />
        <div className="min-w-0 flex-1 basis-56">
          <p className="text-sm font-medium">
            {sending.isPending ? "The file is on its way…" : "Drop a CSV or XLSX file here"}
          </p>
          <p className="text-xs text-muted">
            Up to 500,000 rows and 200 MB, with a header row. Nothing is imported before you have seen what will happen.
          </p>
        </div>
        <input
          ref={input}
          type="file"
          accept=".csv,.tsv,.txt,.xlsx,.xlsm"
          aria-label="File to import"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <Button variant="primary" busy={sending.isPending} onClick={() => input.current?.click()}>
          Choose a file
        </Button>
      </div>
      {sending.isError && <Banner tone="danger">{inWords(sending.error)}</Banner>}
    </section>
  );
}
