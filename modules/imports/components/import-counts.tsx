import type { ReactNode } from "react";
import { Stat } from "@/components/ui/stat";
import type { ImportView } from "../schemas";

export interface ImportCountsProps {
  counts: NonNullable<ImportView["forecast"]>;
  /** Further figures. */
  children?: ReactNode;
}

/** Rows by what came of them, or will. */
export function ImportCounts({ counts, children }: ImportCountsProps) {
  const of = (count: number) => count.toLocaleString("en");
  return (
    <dl className="grid grid-cols-2 divide-line sm:flex sm:divide-x [&>*]:sm:flex-1">
      <Stat label="New leads" value={of(counts.created)} />
      <Stat label="Updated" value={of(counts.updated)} />
      <Stat label="Unchanged" value={of(counts.unchanged)} />
      <Stat label="Left as they are" value={of(counts.skipped)} />
      <Stat label="With errors" value={of(counts.failed)} tone={counts.failed > 0 ? "danger" : "neutral"} />
      {children}
    </dl>
  );
}
