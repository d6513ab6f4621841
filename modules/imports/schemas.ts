import { isSupportedCountry } from "libphonenumber-js";
import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { emailField, instant, pathId, text } from "@/lib/http/fields";
import { strategySchema } from "@/modules/leads/bulk-fields.schemas";
import { tagsSchema } from "@/modules/leads/schemas";
import { delimiters, encodings, fileKinds } from "./domain/dialect";
import { importStates } from "./domain/import";
import { dedupeModes, rowOutcomes } from "./domain/import-decision";
import { importFields, matchKeys } from "./domain/import-fields";
import { KEPT_DAYS, LIMITS, ROWS_PAGE } from "./domain/limits";

const MOST_AGENTS = 1_000;
const COUNTRY_LETTERS = 2;
const nullableField = z.enum(importFields).nullable();

/** How new leads are dealt once they are there. */
export const assignmentSchema = z
  .strictObject({
    strategy: strategySchema,
    agents: z.array(emailField).min(1).max(MOST_AGENTS).nullish().describe("everybody unless given"),
    team: text(80).nullish().describe("its members instead of agents"),
  })
  .refine(({ agents, team }) => !(agents && team), { path: ["team"], message: "give either agents or a team" })
  .refine(({ strategy, agents }) => strategy !== "manual" || agents, {
    path: ["agents"],
    message: "manual needs agents",
  });

const optionFields = {
  dedupe: z
    .enum(dedupeModes)
    .describe("a lead that is there already: left as it is, given what the row says, or only what it lacks (and tags)"),
  match: z.array(z.enum(matchKeys)).min(1).max(matchKeys.length).describe("what leads are recognised by"),
  country: z
    .string()
    .length(COUNTRY_LETTERS)
    .toUpperCase()
    .refine((code) => isSupportedCountry(code), "is not a country of ISO 3166-1")
    .describe("of telephone numbers without a country code"),
  source: text(80).describe("of new leads whose row names none"),
  tags: tagsSchema.describe("what every lead gets that is made or changed"),
  assignment: assignmentSchema.nullable().describe("how new leads are dealt; null: they stay with nobody"),
};

const rowCounts = z.strictObject({
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  skipped: z.int(),
  failed: z.int(),
});

export const importSchema = z.strictObject({
  import_id: z.string(),
  state: z.enum(importStates),
  created_by: z.string().describe("their e-mail"),
  created_by_name: z.string(),
  mine: z.boolean(),
  may_change: z.boolean().describe("whether this person may run, stop and undo it"),
  created_at: instant,
  expires_at: instant.describe("until then its rows are kept, to be mended and undone"),
  file: z.strictObject({
    name: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    kind: z.enum(fileKinds),
    encoding: z.enum(encodings).nullable(),
    delimiter: z.enum(delimiters).nullable(),
    sheet: z.string().nullable(),
    header: z.array(z.string()),
    sample: z.array(z.array(z.string())),
    remarks: z.array(z.string()),
  }),
  mapping: z.array(nullableField).describe("a field, or null, for each column"),
  mapping_from: z.enum(["guessed", "remembered", "chosen"]),
  mapping_problem: z.string().nullable(),
  options: z.strictObject(optionFields),
  total_rows: z.int().nullable().describe("once a dry run has counted them"),
  progress: z
    .strictObject({
      phase: z.enum(["check", "run", "undo"]),
      processed: z.int(),
      total: z.int().nullable(),
      ahead: z.int().nullable().describe("imports before it while it waits for its turn; null while it is worked on"),
    })
    .nullable(),
  cancel_requested: z.boolean(),
  forecast: rowCounts.nullable().describe("what a dry run found: rows by what would come of them"),
  result: rowCounts.extend({ not_reached: z.int() }).nullable().describe("rows by what came of them"),
  assignment: z
    .strictObject({ plan_id: z.string(), error: z.string().nullable() })
    .nullable()
    .describe("the plan that deals the new leads: GET /api/bulk-plans/{planId}"),
  undo: z
    .strictObject({ leads: z.int(), removed: z.int(), set_back: z.int(), left_alone: z.int(), by: z.string() })
    .nullable(),
  run_by: z.string().nullable().describe("their e-mail"),
  run_by_name: z.string().nullable(),
  run_at: instant.nullable(),
  finished_at: instant.nullable(),
  error: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
  errors_url: z
    .string()
    .nullable()
    .describe("the rows that failed or were not reached, as CSV, to be mended and imported"),
});
export type ImportView = z.infer<typeof importSchema>;

const answer = z.strictObject({ success: z.literal(true), import: importSchema });
const params = z.strictObject({ importId: pathId });

export const uploadImport = contract({
  method: "POST",
  path: "/api/imports",
  summary:
    "Sends a file (CSV or XLSX) as the body. Nothing is imported yet: the answer says how the file is read, with columns " +
    "mapped by guess or as the person did before",
  access: staff,
  query: z.strictObject({ file_name: text(200).optional() }),
  upload: {
    types: ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    maxBytes: LIMITS.fileBytes,
  },
  response: answer,
  statuses: { 201: answer },
});

export const listImports = contract({
  method: "GET",
  path: "/api/imports",
  summary: "Imports, newest first",
  access: staff,
  query: z.strictObject({
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(100).optional(),
  }),
  response: z.strictObject({ imports: z.array(importSchema), next_cursor: z.string().nullable() }),
});

export const readImport = contract({
  method: "GET",
  path: "/api/imports/{importId}",
  summary: "One import: how it is read, its progress, and what came of it",
  access: staff,
  params,
  response: importSchema,
});

export const changeImport = contract({
  method: "PATCH",
  path: "/api/imports/{importId}",
  summary:
    "Says how the file is read and what is done with its rows, until it is run. What a dry run found is forgotten",
  access: staff,
  params,
  body: z
    .strictObject({
      mapping: z.array(nullableField).max(LIMITS.columns).optional(),
      encoding: z.enum(encodings).optional(),
      delimiter: z.enum(delimiters).optional(),
      options: z.strictObject(optionFields).partial().optional(),
    })
    .refine((body) => Object.keys(body).length > 0, "name at least one thing to change"),
  response: answer,
});

export const checkImport = contract({
  method: "POST",
  path: "/api/imports/{importId}/check",
  summary: "A dry run: reads every row and says what would come of it. Nothing is written",
  access: staff,
  params,
  response: answer,
  statuses: { 202: answer },
});

export const runImport = contract({
  method: "POST",
  path: "/api/imports/{importId}/run",
  summary: "Imports the rows that were checked. Each is judged anew, by the leads that there are then",
  access: staff,
  params,
  response: answer,
  statuses: { 202: answer },
});

export const cancelImport = contract({
  method: "POST",
  path: "/api/imports/{importId}/cancel",
  summary: "Stops a dry run, or an import: rows that are written stay written, the others are listed as not reached",
  access: staff,
  params,
  response: answer,
});

export const undoImport = contract({
  method: "POST",
  path: "/api/imports/{importId}/undo",
  summary:
    "Takes an import back: new leads go, changed ones get back what they had. Leads written since are left alone",
  access: staff,
  params,
  response: answer,
  statuses: { 202: answer },
});

const cellError = z.strictObject({ column: z.string().nullable(), code: z.string(), message: z.string() });

export const importRows = contract({
  method: "GET",
  path: "/api/imports/{importId}/rows",
  summary:
    "Rows of the file in their order, with what came of them; before they are reached, with what is to come of them",
  access: staff,
  params,
  query: z.strictObject({
    outcome: z.enum(rowOutcomes).optional(),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(ROWS_PAGE).optional(),
  }),
  response: z.strictObject({
    rows: z.array(
      z.strictObject({
        row: z.int().describe("its place in the file; the header is row 1"),
        outcome: z.enum(rowOutcomes),
        lead_id: z.string().nullable(),
        same_as_row: z.int().nullable().describe("an earlier row that means the same lead"),
        values: z.record(z.string(), z.unknown()),
        errors: z.array(cellError),
      }),
    ),
    next_cursor: z.string().nullable(),
  }),
});

export const undoneLeads = contract({
  method: "GET",
  path: "/api/imports/{importId}/left-alone",
  summary: "Leads that an undo left as they are, with why",
  access: staff,
  params,
  query: z.strictObject({
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(ROWS_PAGE).optional(),
  }),
  response: z.strictObject({
    leads: z.array(
      z.strictObject({
        lead_id: z.string(),
        name: z.string().nullable().describe("null when it is there no longer"),
        code: z.string(),
      }),
    ),
    next_cursor: z.string().nullable(),
  }),
});

export const importErrors = contract({
  method: "GET",
  path: "/api/imports/{importId}/errors",
  summary:
    "The rows that failed or were not reached, as they were, with why beside them; mended, they are imported like any file",
  access: staff,
  params,
  file: ["text/csv; charset=utf-8"],
});

export const drainImports = contract({
  method: "GET",
  path: "/api/cron/imports",
  summary: `Carries imports on where there is no worker, and forgets rows after ${KEPT_DAYS} days`,
  access: { kind: "cron" },
  response: z.strictObject({ success: z.literal(true), worked_on: z.int(), left: z.int(), expired: z.int() }),
});

export const importContracts = [
  uploadImport,
  listImports,
  readImport,
  changeImport,
  checkImport,
  runImport,
  cancelImport,
  undoImport,
  importRows,
  undoneLeads,
  importErrors,
  drainImports,
];
