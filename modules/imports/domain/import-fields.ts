/** What a column of a file can be, by the names of the wire. */
export const importFields = [
  "lead_id",
  "name",
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

/** Headers that mean a field, in the form of headerKey(). What we export comes first, by its names and by its labels. */
const NAMES: Readonly<Record<ImportField, readonly string[]>> = {
  lead_id: ["leadid", "lead", "evenhandid"],
  name: [
    "name",
    "fullname",
    "contactname",
    "contact",
    "leadname",
    "customer",
    "customername",
    "client",
    "nombre",
    "nom",
  ],
  phone: [
    ...["phone", "phonenumber", "telephone", "telephonenumber", "tel", "mobile", "mobilephone", "mobilenumber", "cell"],
    ...["cellphone", "handy", "telefon", "telefonnummer", "telefono", "rufnummer", "number", "portable"],
  ],
  email: ["email", "emailaddress", "mail", "mailaddress", "correo", "courriel"],
  source: ["source", "leadsource", "origin", "channel", "campaign", "quelle", "herkunft"],
  disposition: ["disposition", "status", "leadstatus", "stage", "leadstage"],
  priority: ["priority", "prio", "urgency", "prioritat"],
  tags: ["tags", "tag", "labels", "label", "keywords", "schlagworte"],
  follow_up_on: [
    ...["followupon", "followup", "followupdate", "nextcontact", "nextcontactdate", "nextcall", "nextfollowup"],
    ...["reminder", "reminderdate", "callbackdate", "wiedervorlage", "relance"],
  ],
  notes: ["notes", "note", "comment", "comments", "remark", "remarks", "notizen", "bemerkung"],
};

/** A header as it is compared: its letters and digits in lower case, without accents and what stands in brackets. */
export function headerKey(header: string): string {
  return header
    .normalize("NFKD")
    .replace(/\(.*?\)/g, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** The mapping that the headers suggest: each field once, to the column that names it best; `notes_count` is none. */
export function guessMapping(header: readonly string[]): Mapping {
  const keys = header.map(headerKey);
  const mapping: Mapping = header.map(() => null);
  for (const field of importFields) {
    // An exported file has a column of the number of notes, which it labels "Notes".
    if (field === "notes" && keys.includes("assignedat")) continue;
    for (const name of NAMES[field]) {
      const column = keys.findIndex((key, at) => key === name && mapping[at] === null);
      if (column < 0) continue;
      mapping[column] = field;
      break;
    }
  }
  return mapping;
}

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
