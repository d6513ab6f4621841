import type { Tone } from "@/components/ui/badge";
import type { NumberWords } from "@/lib/number-words";
import type { ImportView } from "../schemas";
import type { ImportField } from "./import-queries";

const stateWords: Readonly<Record<ImportView["state"], { label: string; tone: Tone }>> = {
  uploaded: { label: "Not run yet", tone: "neutral" },
  checking: { label: "Being checked", tone: "info" },
  checked: { label: "Checked", tone: "info" },
  running: { label: "Under way", tone: "info" },
  done: { label: "Imported", tone: "positive" },
  cancelled: { label: "Stopped", tone: "caution" },
  failed: { label: "Failed", tone: "danger" },
  undoing: { label: "Being undone", tone: "info" },
  undone: { label: "Undone", tone: "neutral" },
  expired: { label: "Expired", tone: "neutral" },
};

export const fieldWords: Readonly<Record<ImportField, string>> = {
  lead_id: "Lead's id",
  name: "Name",
  first_name: "First name",
  last_name: "Last name",
  phone: "Phone",
  email: "E-mail",
  source: "Source",
  disposition: "Disposition",
  priority: "Priority",
  tags: "Tags",
  follow_up_on: "Follow-up on",
  notes: "Note (new leads)",
};

export const encodingWords: Readonly<Record<NonNullable<ImportView["file"]["encoding"]>, string>> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16 LE",
  "utf-16be": "UTF-16 BE",
  "windows-1252": "Western (Windows-1252)",
  "iso-8859-15": "Western (ISO 8859-15)",
  "windows-1250": "Central European (Windows-1250)",
  "windows-1251": "Cyrillic (Windows-1251)",
  "windows-1253": "Greek (Windows-1253)",
  "windows-1254": "Turkish (Windows-1254)",
  shift_jis: "Japanese (Shift JIS)",
  "euc-jp": "Japanese (EUC-JP)",
  "euc-kr": "Korean (EUC-KR)",
  gb18030: "Chinese (GB 18030)",
  big5: "Chinese (Big5)",
};

export const delimiterWords: Readonly<Record<NonNullable<ImportView["file"]["delimiter"]>, string>> = {
  ",": "Comma",
  ";": "Semicolon",
  "\t": "Tab",
  "|": "Bar",
};

export const dedupeWords: Readonly<Record<ImportView["options"]["dedupe"], { label: string; hint: string }>> = {
  skip: { label: "Leave them as they are", hint: "Only new leads are imported." },
  update: { label: "Update them", hint: "What the row says replaces what the lead has. Empty cells change nothing." },
  merge: { label: "Fill what they lack", hint: "A missing e-mail and tags are added; nothing is replaced." },
};

export const keyWords: Readonly<Record<ImportView["options"]["match"][number], string>> = {
  lead_id: "Lead's id",
  phone: "Phone number",
  email: "E-mail address",
};

type Progress = NonNullable<ImportView["progress"]>;

/** How far an import under way is. */
export function progressText({ phase, processed, total }: Progress, figure: NumberWords): string {
  if (total === null) return `${rowCount(processed, figure)} so far`;
  const unit = phase === "undo" ? "leads" : "rows";
  return `${figure(processed)} of ${figure(total)} ${unit}`;
}

/** The state that an import is in; one in line is not under way yet. */
export const wordsOf = ({ state, progress }: Pick<ImportView, "state" | "progress">): { label: string; tone: Tone } =>
  progress === null || progress.ahead === null ? stateWords[state] : { label: "Waiting", tone: "neutral" };

/** Rows by what came of them, those that there are. */
export function countsText(
  { created, updated, failed }: NonNullable<ImportView["forecast"]>,
  figure: NumberWords,
): string {
  const parts = [
    [created, "new"],
    [updated, "updated"],
    [failed, "with errors"],
  ] as const;
  return parts.flatMap(([count, word]) => (count > 0 ? [`${figure(count)} ${word}`] : [])).join(", ");
}

/** Whom it waits for; undefined while it is worked on. */
export function waitingText({ ahead }: Progress, figure: NumberWords): string | undefined {
  if (ahead === null) return undefined;
  if (ahead === 0) return "Waits for a worker";
  return `Waits for its turn: ${figure(ahead)} ${ahead === 1 ? "import is" : "imports are"} before it`;
}

/** 1 row, 2 rows. */
export const rowCount = (count: number, figure: NumberWords): string =>
  `${figure(count)} ${count === 1 ? "row" : "rows"}`;
