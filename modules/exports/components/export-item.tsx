"use client";

import { ChevronDown, Download, RotateCcw } from "lucide-react";
import { useId, useState } from "react";
import { cn } from "@/components/cn";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Meter } from "@/components/ui/meter";
import { NumberText, ShortDateTime, TimeAgo } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import { useIsStaff } from "@/lib/client/me";
import type { ExportView } from "../schemas";
import { isUnderWay, save, sizeText, stateWords, useCancelExport, useRetryExport } from "./export-queries";
import { ExportReceipt } from "./export-receipt";

/** One export: what was asked for, how far it is, and what came of it. */
export function ExportItem({ made }: { made: ExportView }) {
  const { label, tone } = stateWords[made.state];
  const { receipt, progress } = made;
  const figure = useNumberWords();
  const [open, setOpen] = useState(false);
  const receiptId = useId();
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 sm:flex-nowrap" data-testid="export">
      <span className="w-18 shrink-0 pt-px">
        <Badge tone={tone}>{label}</Badge>
      </span>
      <div className="min-w-0 basis-full max-sm:order-last sm:flex-1 sm:basis-0">
        <p className="text-sm font-medium break-words">
          {made.format.toUpperCase()}: {made.selection.words}
        </p>
        {made.error && <p className="pt-0.5 text-sm text-danger-text">{made.error.detail}</p>}
        {made.state === "running" && <Progress {...progress} />}
        <p className="flex flex-wrap gap-x-3 pt-1 text-xs text-muted tabular-nums">
          {receipt && (
            <span>
              <NumberText value={receipt.rows} /> {receipt.rows === 1 ? "lead" : "leads"}
            </span>
          )}
          {receipt && <span>{sizeText(receipt.bytes, figure)}</span>}
          <span>
            <TimeAgo at={made.created_at} />
          </span>
          {!made.mine && <span>by {made.created_by_name}</span>}
          {made.state === "done" && made.expires_at !== null && (
            <span>
              kept until <ShortDateTime at={made.expires_at} />
            </span>
          )}
        </p>
        {receipt && (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={receiptId}
            onClick={() => setOpen(!open)}
            className="-mx-1 mt-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 text-xs text-muted hover:text-text"
          >
            Receipt
            <ChevronDown aria-hidden className={cn("size-3.5", open && "rotate-180")} />
          </button>
        )}
        {receipt && open && <ExportReceipt id={receiptId} made={made} receipt={receipt} />}
      </div>
      <Actions made={made} />
    </li>
  );
}

function Progress({ processed, total }: ExportView["progress"]) {
  const figure = useNumberWords();
  const text = total === null ? "It begins." : `${figure(processed)} of ${figure(total)}`;
  return (
    <div className="flex max-w-md items-center gap-3 pt-2">
      <Meter className="flex-1" value={processed} max={total ?? 1} label="Progress" valueText={text} />
      <span className="text-xs text-muted tabular-nums">{text}</span>
    </div>
  );
}

function Actions({ made }: { made: ExportView }) {
  const cancel = useCancelExport();
  const retry = useRetryExport();
  const isStaff = useIsStaff();
  if (made.state === "done") {
    return (
      <Button
        size="sm"
        className="ml-auto"
        aria-label={`Save ${made.receipt?.file_name ?? ""}`}
        onClick={() => save(made)}
      >
        <Download aria-hidden /> Save
      </Button>
    );
  }
  if (made.state === "failed" && isStaff) {
    return (
      <Button size="sm" className="ml-auto" busy={retry.isPending} onClick={() => retry.mutate(made.export_id)}>
        <RotateCcw aria-hidden /> Try again
      </Button>
    );
  }
  if (!isUnderWay(made)) return null;
  return (
    <Button
      variant="ghost"
      size="sm"
      className="ml-auto"
      busy={cancel.isPending || made.cancel_requested}
      onClick={() => cancel.mutate(made.export_id)}
    >
      Stop
    </Button>
  );
}
