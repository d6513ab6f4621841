"use client";

import { Download } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Meter } from "@/components/ui/meter";
import { TimeAgo } from "@/components/ui/time";
import type { ExportView } from "../schemas";
import { isUnderWay, save, sizeText, stateWords, useCancelExport } from "./export-queries";

/** One export: what was asked for, how far it is, and what came of it. */
export function ExportItem({ made }: { made: ExportView }) {
  const cancel = useCancelExport();
  const { label, tone } = stateWords[made.state];
  const { receipt, progress } = made;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 sm:flex-nowrap" data-testid="export">
      <span className="w-18 shrink-0 pt-px">
        <Badge tone={tone}>{label}</Badge>
      </span>
      <div className="min-w-0 basis-full sm:flex-1 sm:basis-0">
        <p className="text-sm font-medium break-words">
          {made.format.toUpperCase()}: {made.selection.words}
        </p>
        {made.error && <p className="pt-0.5 text-sm text-danger-text">{made.error.detail}</p>}
        {made.state === "running" && (
          <Meter
            className="mt-2 max-w-md"
            value={progress.processed}
            max={progress.total ?? 1}
            label="Progress"
            valueText={`${progress.processed.toLocaleString("en")} of ${(progress.total ?? 0).toLocaleString("en")}`}
          />
        )}
        <p className="flex flex-wrap gap-x-3 pt-1 text-xs text-muted tabular-nums">
          {made.state === "running" && progress.total !== null && (
            <span>
              {progress.processed.toLocaleString("en")} of {progress.total.toLocaleString("en")}
            </span>
          )}
          {receipt && <span>{receipt.rows.toLocaleString("en")} leads</span>}
          {receipt && receipt.missing > 0 && <span>{receipt.missing.toLocaleString("en")} not there any more</span>}
          {receipt && <span>{sizeText(receipt.bytes)}</span>}
          <span>
            <TimeAgo at={made.created_at} />
          </span>
          {!made.mine && <span>by {made.created_by}</span>}
          {receipt && (
            <span title={receipt.sha256} className="font-mono">
              SHA-256 {receipt.sha256.slice(0, 12)}…
            </span>
          )}
        </p>
      </div>
      {made.state === "done" && (
        <Button
          size="sm"
          className="shrink-0"
          aria-label={`Save ${receipt?.file_name ?? ""}`}
          onClick={() => save(made)}
        >
          <Download aria-hidden /> Save
        </Button>
      )}
      {isUnderWay(made) && (
        <Button
          variant="ghost"
          size="sm"
          className="shrink-0"
          busy={made.cancel_requested}
          onClick={() => cancel.mutate(made.export_id)}
        >
          Stop
        </Button>
      )}
    </li>
  );
}
