"use client";

import { type ReactNode } from "react";
import { DateTime, NumberText } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import { columnFacts, exportColumns } from "@/modules/leads/export.schemas";
import type { ExportView } from "../schemas";
import { sizeText } from "./export-queries";

/** What a file is known by: of when its leads are, which columns it has, and its hash. */
export function ExportReceipt({ id, made, receipt }: { id: string; made: ExportView; receipt: Receipt }) {
  const all = made.columns.length === exportColumns.length;
  const figure = useNumberWords();
  return (
    <dl id={id} className="grid gap-x-4 gap-y-1 pt-2 text-sm sm:grid-cols-[max-content_minmax(0,1fr)]">
      <Line label="File">
        {receipt.file_name}, {sizeText(receipt.bytes, figure)}
      </Line>
      <Line label="Leads">
        <NumberText value={receipt.rows} />
        {receipt.missing > 0 && (
          <>
            ; <NumberText value={receipt.missing} /> of those chosen were not there any more
          </>
        )}
      </Line>
      <Line label="As they stood">
        <DateTime at={receipt.snapshot_at} />
      </Line>
      <Line label="Columns">{all ? "All" : made.columns.map((column) => columnFacts[column].label).join(", ")}</Line>
      <Line label="SHA-256">
        <span className="font-mono text-xs break-all">{receipt.sha256}</span>
      </Line>
    </dl>
  );
}

type Receipt = NonNullable<ExportView["receipt"]>;

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted max-sm:pt-1 max-sm:text-xs">{label}</dt>
      <dd className="min-w-0 wrap-anywhere tabular-nums">{children}</dd>
    </div>
  );
}
