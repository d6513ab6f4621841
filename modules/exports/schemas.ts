import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { instant, pathId } from "@/lib/http/fields";
import { exportColumns, selectionFields } from "@/modules/leads/export.schemas";
import { exportFormats, exportStates, MEDIA_TYPES } from "./domain/export";

/** Room for a million identifiers. */
const BODY_BYTES = 64 * 1_048_576;

const columns = z
  .array(z.enum(exportColumns))
  .min(1)
  .max(exportColumns.length)
  .refine((names) => new Set(names).size === names.length, "must name each column once");

export const exportSchema = z.strictObject({
  export_id: z.string(),
  state: z.enum(exportStates),
  format: z.enum(exportFormats),
  columns: z.array(z.enum(exportColumns)),
  selection: z.strictObject({
    lead_ids: z.int().nullable().describe("how many leads were named; null for a search"),
    filter: z.unknown().describe("the search, if it was one"),
    words: z.string().describe("the same for people"),
  }),
  created_by: z.string().describe("their e-mail"),
  created_by_name: z.string(),
  mine: z.boolean(),
  created_at: instant,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
  expires_at: instant.nullable().describe("until then the file is kept"),
  cancel_requested: z.boolean(),
  progress: z.strictObject({ processed: z.int(), total: z.int().nullable() }),
  receipt: z
    .strictObject({
      file_name: z.string(),
      rows: z.int().describe("all that the selection had at snapshot_at"),
      missing: z.int().describe("named leads that were not there, or not for this person"),
      bytes: z.int(),
      sha256: z.string(),
      snapshot_at: instant,
    })
    .nullable(),
  error: z.strictObject({ code: z.string(), detail: z.string() }).nullable(),
  download_url: z.string().nullable().describe("good for 15 minutes, without signing in"),
});
export type ExportView = z.infer<typeof exportSchema>;

const oneSelection = (body: { lead_ids?: unknown; search?: unknown; saved_search_id?: unknown }): boolean =>
  [body.lead_ids, body.search, body.saved_search_id].filter((given) => given !== undefined).length === 1;

const answer = z.strictObject({ success: z.literal(true), export: exportSchema });

export const bulkExport = contract({
  method: "POST",
  path: "/api/leads/bulk-export",
  summary:
    "Leads as a file: at once when they are few, else by a job (202). Who accepts nothing but JSON gets the export " +
    "with a link to the file instead (201)",
  access: everyone,
  maxBodyBytes: BODY_BYTES,
  body: z
    .strictObject({
      ...selectionFields,
      format: z.enum(exportFormats),
      columns: columns.optional().describe("all of them unless given, in this order"),
      as_job: z.boolean().optional().describe("a job whatever its size"),
    })
    .refine(oneSelection, { path: ["lead_ids"], message: "give one of lead_ids, search and saved_search_id" }),
  file: Object.values(MEDIA_TYPES),
  response: answer,
  statuses: { 201: answer, 202: answer },
  headers: { "export-id": "the export behind the file: its receipt stands there" },
});

export const listExports = contract({
  method: "GET",
  path: "/api/exports",
  summary: "Exports, newest first: managers see everybody's, agents their own",
  access: everyone,
  query: z.strictObject({
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(100).optional(),
  }),
  response: z.strictObject({ exports: z.array(exportSchema), next_cursor: z.string().nullable() }),
});

const params = z.strictObject({ exportId: pathId });

export const readExport = contract({
  method: "GET",
  path: "/api/exports/{exportId}",
  summary: "One export: its state, progress and receipt",
  access: everyone,
  params,
  response: exportSchema,
});

export const cancelExport = contract({
  method: "POST",
  path: "/api/exports/{exportId}/cancel",
  summary: "Stops an export that waits or runs; nothing of it is kept",
  access: everyone,
  params,
  response: answer,
});

export const downloadExport = contract({
  method: "GET",
  path: "/api/exports/{exportId}/download",
  summary: "The file of a finished export, or the part of it that Range asks for; every download is audited",
  access: everyone,
  params,
  file: Object.values(MEDIA_TYPES),
  parts: true,
});

export const fetchExport = contract({
  method: "GET",
  path: "/api/exports/{exportId}/file",
  summary: "The file of a finished export, by a signed link",
  access: { kind: "public", why: "the link is signed for one person and one file, and good for some minutes" },
  params,
  query: z.strictObject({ token: z.string().min(1).max(500) }),
  file: Object.values(MEDIA_TYPES),
  parts: true,
});

export const drainExports = contract({
  method: "GET",
  path: "/api/cron/exports",
  summary: "Carries exports on where there is no worker, and removes files that have expired",
  access: { kind: "cron" },
  response: z.strictObject({
    success: z.literal(true),
    worked_on: z.int(),
    left: z.int(),
    expired: z.int(),
  }),
});

export const exportContracts = [
  bulkExport,
  listExports,
  readExport,
  cancelExport,
  downloadExport,
  fetchExport,
  drainExports,
];
