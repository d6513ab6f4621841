import type { ReactNode } from "react";
import { Stat } from "@/components/ui/stat";
import { NumberText } from "@/components/ui/time";
import type { ImportView } from "../schemas";

export interface ImportCountsProps {
  counts: NonNullable<ImportView["forecast"]>;
  /** Further figures. */
  children?: ReactNode;
}

/** What came of the rows of an import that was run. */
export function ResultCounts({ result }: { result: NonNullable<ImportView["result"]> }) {
  return (
    <ImportCounts counts={result}>
      {result.not_reached > 0 && (
        <Stat label="Not reached" value={<NumberText value={result.not_reached} />} tone="caution" />
      )}
    </ImportCounts>
  );
}

/** Rows by what came of them, or will. */
export function ImportCounts({ counts, children }: ImportCountsProps) {
  return (
    <dl className="grid grid-cols-2 divide-line sm:flex sm:divide-x [&>*]:sm:flex-1">
      <Stat label="New leads" value={<NumberText value={counts.created} />} />
      <Stat label="Updated" value={<NumberText value={counts.updated} />} />
      <Stat label="Unchanged" value={<NumberText value={counts.unchanged} />} />
      <Stat label="Left as they are" value={<NumberText value={counts.skipped} />} />
      <Stat
        label="With errors"
        value={<NumberText value={counts.failed} />}
        tone={counts.failed > 0 ? "danger" : "neutral"}
      />
      {children}
    </dl>
  );
}
