import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js";
import { isId } from "@/lib/ids";
import { distinctTags, type LeadFacts, type Priority } from "@/modules/leads/domain/lead";
import { restored } from "@/modules/leads/domain/lead-export";
import { cellsSchema } from "@/modules/leads/bulk-fields.schemas";
import { createLead, prioritySchema } from "@/modules/leads/schemas";
import type { ImportField, Mapping } from "./import-fields";
import { LIMITS } from "./limits";

/** What a row says of a lead: only what stands in it. An empty cell says nothing. */
export interface RowFacts extends Partial<Omit<LeadFacts, "email" | "follow_up_on">> {
  leadId?: string;
  email?: string;
  follow_up_on?: string;
  notes?: string;
}

export interface CellError {
  /** The column's header; null: the row as a whole. */
  column: string | null;
  code: RowCode;
  message: string;
}

/** Why a row is not imported. */
export type RowCode =
  | "invalid_value"
  | "invalid_character"
  | "cell_too_long"
  | "row_too_long"
  | "too_many_cells"
  | "value_missing"
  | "nothing_to_match"
  | "matches_two_leads"
  | "lead_locked"
  | "too_many_tags"
  | "reopens_assigned"
  | "interrupted";

/** A row of the file as it is kept. */
export interface ReadRow {
  /** Its place in the file: the header is row 1. */
  n: number;
  facts: RowFacts;
  errors: CellError[];
}

/** What the values of a file are read by. */
export interface Reading {
  header: readonly string[];
  mapping: Mapping;
  /** Numbers without a country code belong to this country. */
  country: CountryCode;
  /** Whether texts bear the apostrophes of neutralised(): CSV does. */
  isMarked: boolean;
  dispositions: ReadonlyMap<string, string>;
}

/** What a decoder puts in the place of bytes that are no letter. */
const UNREADABLE = "\uFFFD";
const { name, email, source, follow_up_on: date } = cellsSchema.shape;
const tag = cellsSchema.shape.tags.unwrap().element;
const notes = createLead.body?.shape.notes;

/** Reads one row. All that is wrong with it is told at once, cell by cell; a row with errors changes nothing. */
export function readRow(n: number, cells: readonly string[], reading: Reading): ReadRow {
  const row: ReadRow = { n, facts: {}, errors: [] };
  const { mapping, header, isMarked } = reading;
  if (cells.slice(header.length).some((cell) => cell !== "")) {
    const message = `It has ${cells.length} cells, and the header has ${header.length}. A delimiter inside a cell needs quotation marks.`;
    row.errors.push({ column: null, code: "too_many_cells", message });
    return row;
  }
  const parts: NameParts = {};
  for (const [at, field] of mapping.entries()) {
    if (field === null) continue;
    const cell = cells[at] ?? "";
    const text = (isMarked ? restored(cell) : cell).trim();
    if (text === "") continue;
    const isPart = field === "first_name" || field === "last_name";
    const wrong = textProblem(text) ?? (isPart ? undefined : readField(row.facts, field, text, reading));
    if (isPart && !wrong) parts[field] = text;
    if (wrong) row.errors.push({ column: header[at] ?? null, ...wrong });
  }
  joinName(row, parts, reading);
  return row;
}

type NameParts = Partial<Record<"first_name" | "last_name", string>>;

/** A name in two columns is one, the first name first; a whole name in the row goes before. */
function joinName(
  { facts, errors }: ReadRow,
  { first_name: first, last_name: last }: NameParts,
  reading: Reading,
): void {
  const joined = [first, last].filter(Boolean).join(" ");
  if (joined === "" || facts.name !== undefined) return;
  const wrong = keep(name, joined, (value) => (facts.name = value));
  const column = reading.header[reading.mapping.indexOf(last === undefined ? "first_name" : "last_name")] ?? null;
  if (wrong) errors.push({ column, ...wrong });
}

type Wrong = Omit<CellError, "column">;
type WholeField = Exclude<ImportField, keyof NameParts>;

function textProblem(text: string): Wrong | undefined {
  if (text.length > LIMITS.cellCharacters) {
    const most = LIMITS.cellCharacters.toLocaleString("en");
    return { code: "cell_too_long", message: `has more than ${most} characters` };
  }
  if (text.includes(UNREADABLE) || text.includes("\0") || !text.isWellFormed()) {
    return { code: "invalid_character", message: "has characters that cannot be read in the file's encoding" };
  }
  return undefined;
}

/** Puts the cell's value among the facts; answers what is wrong with it otherwise. */
function readField(facts: RowFacts, field: WholeField, text: string, reading: Reading): Wrong | undefined {
  switch (field) {
    case "lead_id":
      if (!isId(text.toLowerCase())) return invalid("is not the id of a lead");
      facts.leadId = text.toLowerCase();
      return undefined;
    case "phone": {
      const phone = readPhone(text, reading.country);
      if (phone === undefined) return invalid("is not a phone number; write it with its country code");
      facts.phone = phone;
      return undefined;
    }
    case "priority": {
      const priority = readPriority(text);
      if (priority === undefined) return invalid("must be normal, high or urgent");
      facts.priority = priority;
      return undefined;
    }
    case "disposition": {
      const code = reading.dispositions.get(text.toLowerCase());
      if (code === undefined) return invalid("is no disposition of this house");
      facts.disposition = code;
      return undefined;
    }
    case "tags":
      return readTags(facts, text, reading);
    case "follow_up_on":
      return keep(date, dateText(text), (value) => (facts.follow_up_on = value));
    case "name":
      return keep(name, text, (value) => (facts.name = value));
    case "email":
      return keep(email, text, (value) => (facts.email = value)) && invalid("is not an e-mail address");
    case "source":
      return keep(source, text, (value) => (facts.source = value));
    case "notes":
      return keep(notes, text, (value) => (facts.notes = value));
  }
}

/** A telephone number as E.164. Spreadsheets take the plus away: more digits than a country has are read with it. */
export function readPhone(text: string, country: CountryCode): string | undefined {
  const own = parsePhoneNumberFromString(text, country);
  if (own?.isPossible()) return own.number;
  if (!/^\d{10,15}$/.test(text)) return undefined;
  const international = parsePhoneNumberFromString(`+${text}`);
  return international?.isPossible() ? international.number : undefined;
}

/**
 * A date as ISO 8601 writes it, also where a time of 0:00 stands behind it, as spreadsheets give dates; or with dots,
 * the day first. With slashes nobody knows which number is the month: such a text is left as it is, to be refused.
 */
function dateText(text: string): string {
  const iso = /^(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0+)?)?Z?$/.exec(text);
  if (iso) return iso[1] ?? text;
  const [, day, month, year] = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/.exec(text) ?? [];
  return year === undefined ? text : `${year}-${month?.padStart(2, "0")}-${day?.padStart(2, "0")}`;
}

function readPriority(text: string): Priority | undefined {
  const parsed = prioritySchema.safeParse(text.toLowerCase());
  return parsed.success ? parsed.data : undefined;
}

const PARTED_BY_COMMAS = /\s*"((?:[^"]|"")*)"|([^,]+)/g;
const PARTED_BY_BOTH = /\s*"((?:[^"]|"")*)"|([^,;]+)/g;

/**
 * Tags as exports write them: parted by commas, those with a comma in quotation marks. In files that are not ours, which
 * have no ids of leads, semicolons part them too.
 */
function readTags(facts: RowFacts, text: string, { mapping }: Reading): Wrong | undefined {
  const pattern = mapping.includes("lead_id") ? PARTED_BY_COMMAS : PARTED_BY_BOTH;
  const parts = Array.from(text.matchAll(pattern), ([, quoted, plain]) =>
    (quoted?.replaceAll('""', '"') ?? plain ?? "").trim(),
  ).filter((part) => part !== "");
  const wrong = parts.map((part) => tag.safeParse(part)).find(({ success }) => !success);
  if (wrong && !wrong.success) return invalid(`has a tag that ${wrong.error.issues[0]?.message ?? "does not fit"}`);
  facts.tags = distinctTags(parts);
  return undefined;
}

interface Parses<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: readonly { message: string }[] } };
}

function keep<T>(
  schema: Parses<T | null | undefined> | undefined,
  text: string,
  set: (value: T) => void,
): Wrong | undefined {
  const parsed = schema?.safeParse(text);
  if (parsed?.success !== true) return invalid(parsed?.error.issues[0]?.message ?? "does not fit");
  if (parsed.data !== null && parsed.data !== undefined) set(parsed.data);
  return undefined;
}

const invalid = (message: string): Wrong => ({ code: "invalid_value", message });
