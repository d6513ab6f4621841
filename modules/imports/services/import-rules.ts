import type { ImportRow } from "../domain/import";
import type { Rules } from "../domain/import-decision";
import type { Reading } from "../domain/import-row";

interface Disposition {
  code: string;
  label: string;
  isOpen: boolean;
}

/** How an import's cells are read: dispositions by code or by label. */
export function readingOf(
  { header, mapping, options, kind }: Pick<ImportRow, "header" | "mapping" | "options" | "kind">,
  dispositions: readonly Disposition[],
): Reading {
  return {
    header,
    mapping,
    country: options.country,
    isMarked: kind === "csv",
    dispositions: new Map([
      ...dispositions.map(({ label, code }) => [label.toLowerCase(), code] as const),
      ...dispositions.map(({ code }) => [code.toLowerCase(), code] as const),
    ]),
  };
}

/** How an import's rows meet the leads that are there. */
export function rulesOf({ options }: Pick<ImportRow, "options">, dispositions: readonly Disposition[]): Rules {
  const { dedupe, match, source, tags } = options;
  const open = new Set(dispositions.filter(({ isOpen }) => isOpen).map(({ code }) => code));
  return { mode: dedupe, match, source, tags, open };
}
