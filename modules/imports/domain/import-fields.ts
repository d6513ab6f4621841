import { headerKey } from "./header-key";

/** What a column of a file can be, by the names of the wire. */
export const importFields = [
  "lead_id",
  "name",
  "first_name",
  "last_name",
  "phone",
  "email",
  "source",
  "disposition",
  "priority",
  "tags",
  "follow_up_on",
  "notes",
] as const;
export type ImportField = (typeof importFields)[number];

/** A field for each column of the file, in its order; null: the column is not imported. */
export type Mapping = (ImportField | null)[];

/** What a lead can be recognised by. */
export const matchKeys = ["lead_id", "phone", "email"] as const;
export type MatchKey = (typeof matchKeys)[number];

/** The column that a file of errors has beside the original ones; recognised and left out when it comes back. */
export const ERROR_COLUMN = "import_error";

/** What is wrong with a mapping for a file of so many columns, in words; undefined when nothing is. */
export function mappingProblem(mapping: readonly (ImportField | null)[], columns: number): string | undefined {
  if (mapping.length !== columns) return `The mapping must name a field or null for each of the ${columns} columns.`;
  const fields = mapping.filter((field) => field !== null);
  const twice = fields.find((field, at) => fields.indexOf(field) !== at);
  if (twice !== undefined) return `Two columns are mapped to ${twice}. Map one of them to nothing.`;
  if (!matchKeys.some((key) => fields.includes(key))) {
    return "Map a column to the phone number, the e-mail address or the lead's id: a lead must be recognised by something.";
  }
  return undefined;
}

/** By what a file of the same kind is recognised: its headers in their order, the column of errors left out. */
export function headerSignature(header: readonly string[]): string {
  return header
    .filter((name) => name !== ERROR_COLUMN)
    .map(headerKey)
    .join("\n");
}

/** The remembered mapping of a header for one that has the same columns, with or without the column of errors. */
export function fitMapping(remembered: Mapping, header: readonly string[]): Mapping {
  const left = [...remembered];
  return header.map((name) => (name === ERROR_COLUMN ? null : (left.shift() ?? null)));
}
