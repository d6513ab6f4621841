"use client";

import { useQuery } from "@tanstack/react-query";
import { FileDown, FileSpreadsheet, FileText, Table2 } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { cn } from "@/components/cn";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { Meter } from "@/components/ui/meter";
import { toastDone } from "@/components/ui/toast";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { leadCount } from "@/modules/leads/components/lead-words";
import { type ExportColumn, columnFacts, exportColumns } from "@/modules/leads/export.schemas";
import type { ExportView } from "../schemas";
import { exportQuery, isUnderWay, type NewExport, save, useCancelExport, useMakeExport } from "./export-queries";

type Format = NewExport["format"];

const FORMATS: readonly { format: Format; label: string; about: string; Icon: typeof Table2 }[] = [
  { format: "xlsx", label: "Excel", about: "A sheet with real dates", Icon: FileSpreadsheet },
  { format: "csv", label: "CSV", about: "For other programs, and to import again", Icon: Table2 },
  { format: "pdf", label: "PDF", about: "A report with totals and charts", Icon: FileText },
];

export interface ExportDialogProps {
  selection: Pick<NewExport, "lead_ids" | "search" | "saved_search_id">;
  /** Which leads, in words. */
  saying: string;
  onClose: () => void;
  /** What else is chosen, above the format. */
  children?: ReactNode;
}

/** Takes leads out as a file: small ones at once, large ones while this is open or goes on behind it. */
export function ExportDialog({ selection, saying, onClose, children }: ExportDialogProps) {
  const [format, setFormat] = useState<Format>("xlsx");
  const [columns, setColumns] = useState<ReadonlySet<ExportColumn>>(new Set(exportColumns));
  const [exportId, setExportId] = useState<string>();
  const make = useMakeExport();
  const cancel = useCancelExport();
  const figure = useNumberWords();
  const followed = useQuery({ ...exportQuery(exportId ?? ""), enabled: exportId !== undefined });
  const made = exportId === undefined ? undefined : followed.data;
  const underWay = made !== undefined && isUnderWay(made);

  const start = async () => {
    setExportId(undefined);
    const chosen = exportColumns.filter((column) => columns.has(column));
    const begun = await make.mutateAsync({ ...selection, format, columns: chosen });
    setExportId(begun.export_id);
  };
  const done = made?.state === "done" ? made : undefined;
  useEffect(() => {
    if (!done) return;
    save(done);
    toastDone(`Exported ${leadCount(done.receipt?.rows ?? 0, figure)}`, done.receipt?.file_name);
    onClose();
    // Once for each file; the parent may hand down another onClose with every render.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [done?.export_id]);

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Export leads"
      description={saying}
      footer={
        underWay ? (
          <>
            <Button variant="ghost" busy={made.cancel_requested} onClick={() => cancel.mutate(made.export_id)}>
              Stop
            </Button>
            <Button onClick={onClose}>Go on in the background</Button>
          </>
        ) : (
          <>
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              busy={make.isPending}
              disabled={columns.size === 0}
              onClick={() => void start().catch(() => undefined)}
            >
              <FileDown aria-hidden /> {make.isError || made ? "Try again" : "Export"}
            </Button>
          </>
        )
      }
    >
      {underWay ? (
        <Progress made={made} />
      ) : (
        <div className="flex flex-col gap-4">
          {make.isError && <Banner tone="danger">{inWords(make.error)}</Banner>}
          {made?.error && <Banner tone="danger">{made.error.detail}</Banner>}
          {made?.state === "cancelled" && <Banner tone="info">Stopped. Nothing of the file was kept.</Banner>}
          {children}
          <Formats format={format} onChange={setFormat} />
          <Columns columns={columns} onChange={setColumns} />
        </div>
      )}
    </Dialog>
  );
}

function Formats({ format, onChange }: { format: Format; onChange: (format: Format) => void }) {
  return (
    <fieldset>
      <legend className="pb-1.5 text-sm font-medium">Format</legend>
      <div className="grid gap-2 sm:grid-cols-3">
        {FORMATS.map(({ format: value, label, about, Icon }) => (
          <label
            key={value}
            className={cn(
              "flex cursor-pointer items-start gap-2.5 rounded-lg border border-line-strong p-3 hover:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent",
              format === value && "border-accent bg-accent-subtle hover:bg-accent-subtle",
            )}
          >
            <input
              type="radio"
              name="format"
              value={value}
              checked={format === value}
              onChange={() => onChange(value)}
              className="sr-only"
            />
            <Icon
              aria-hidden
              className={cn("size-4.5 shrink-0", format === value ? "text-accent-text" : "text-muted")}
            />
            <span className="min-w-0">
              <span className="block text-sm font-medium">{label}</span>
              <span className={cn("block text-xs", format === value ? "text-accent-text" : "text-muted")}>{about}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface ColumnsProps {
  columns: ReadonlySet<ExportColumn>;
  onChange: (columns: ReadonlySet<ExportColumn>) => void;
}

function Columns({ columns, onChange }: ColumnsProps) {
  const all = columns.size === exportColumns.length;
  const toggle = (column: ExportColumn, on: boolean) => {
    const next = new Set(columns);
    if (on) next.add(column);
    else next.delete(column);
    onChange(next);
  };
  return (
    <fieldset>
      <legend className="flex w-full items-center pb-1.5 text-sm font-medium">
        Columns
        <Button
          variant="ghost"
          size="sm"
          className="ml-auto text-accent-text"
          onClick={() => onChange(new Set(all ? [] : exportColumns))}
        >
          {all ? "None" : "All"}
        </Button>
      </legend>
      <div className="grid grid-cols-2 gap-x-4 gap-y-1 sm:grid-cols-3">
        {exportColumns.map((column) => (
          <Choice
            key={column}
            id={`column-${column}`}
            checked={columns.has(column)}
            onChange={(on) => toggle(column, on)}
          >
            {columnFacts[column].label}
          </Choice>
        ))}
      </div>
    </fieldset>
  );
}

interface ChoiceProps {
  id: string;
  checked: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
}

function Choice({ id, checked, onChange, children }: ChoiceProps) {
  return (
    <div className="flex min-h-7 items-center gap-2">
      <Checkbox id={id} checked={checked} onCheckedChange={(state) => onChange(state === true)} />
      <label htmlFor={id} className="min-w-0 truncate text-sm">
        {children}
      </label>
    </div>
  );
}

function Progress({ made: { progress, state } }: { made: ExportView }) {
  const { processed, total } = progress;
  const figure = useNumberWords();
  const text =
    total === null || state === "queued"
      ? "It waits for its turn."
      : `${figure(processed)} of ${leadCount(total, figure)}`;
  return (
    <div className="py-2">
      <Meter value={processed} max={total ?? 1} label="Progress" valueText={text} />
      <p role="status" className="mt-1.5 text-xs text-muted tabular-nums">
        {text}
      </p>
      <p className="mt-3 text-sm text-muted">
        The file is saved when it is ready. You can close this: it then stands on the page Exports for a day.
      </p>
    </div>
  );
}
