import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { instant, pathId } from "@/lib/http/fields";
import { fileGroups } from "./domain/file-kinds";
import { fileStates } from "./domain/lead-file";

export const fileSchema = z.strictObject({
  file_id: z.string(),
  lead_id: z.string(),
  state: z.enum(fileStates),
  name: z.string().describe("safe to save under; its extension says what the file is"),
  bytes: z.int(),
  media_type: z.string().nullable().describe("by its content; null until it is there"),
  group: z.enum(fileGroups).nullable(),
  sha256: z.string().nullable(),
  width: z.int().nullable().describe("pixels of an image"),
  height: z.int().nullable(),
  uploaded_by: z.string().describe("their e-mail address"),
  uploaded_by_name: z.string(),
  created_at: instant,
  expires_at: instant.nullable().describe("a pending file is to be brought until then, a removed one can be restored"),
  removable: z.boolean().describe("by this person"),
  content_url: z.string().nullable().describe("what is shown or played where it stands; null for other kinds"),
  download_url: z.string().nullable(),
});
export type FileView = z.infer<typeof fileSchema>;

const uploadSchema = z.strictObject({
  method: z.literal("PUT"),
  url: z.string().describe("relative to this API, or another server's; good for an hour"),
  headers: z.record(z.string(), z.string()).describe("to be sent with it, with Content-Length"),
});
export type Upload = z.infer<typeof uploadSchema>;

const answer = z.strictObject({ success: z.literal(true), file: fileSchema });
const begun = answer.extend({ upload: uploadSchema });
const leadParams = z.strictObject({ leadId: pathId });
const params = z.strictObject({ fileId: pathId });

export const listFiles = contract({
  method: "GET",
  path: "/api/leads/{leadId}/files",
  summary: "Files of a lead, newest first",
  access: everyone,
  params: leadParams,
  query: z.strictObject({
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).optional(),
  }),
  response: z.strictObject({
    files: z.array(fileSchema),
    next_cursor: z.string().nullable(),
    max_bytes: z.int().describe("of one file"),
  }),
});

export const beginUpload = contract({
  method: "POST",
  path: "/api/leads/{leadId}/files",
  summary: "Announce a file of a lead: send its bytes to the upload address, then complete it",
  access: everyone,
  params: leadParams,
  body: z.strictObject({
    name: z.string().min(1).max(1_000).describe("made safe: no path, nothing invisible, not too long"),
    bytes: z.int().min(1, "must be at least 1: an empty file holds nothing").describe("exactly as many"),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits, lower-case")
      .optional()
      .describe("compared with what is there when it is completed"),
  }),
  response: begun,
  statuses: { 201: begun },
});

export const readFile = contract({
  method: "GET",
  path: "/api/files/{fileId}",
  summary: "One file of a lead",
  access: everyone,
  params,
  response: fileSchema,
});

export const completeUpload = contract({
  method: "POST",
  path: "/api/files/{fileId}/complete",
  summary: "Have a file that was brought looked at: its size, hash and kind; from then on it is the lead's",
  access: everyone,
  params,
  response: answer,
});

export const removeFile = contract({
  method: "DELETE",
  path: "/api/files/{fileId}",
  summary: "Take a file off its lead; it can be restored for some weeks",
  access: everyone,
  params,
  response: answer,
});

export const restoreFile = contract({
  method: "POST",
  path: "/api/files/{fileId}/restore",
  summary: "Bring a removed file back",
  access: everyone,
  params,
  response: answer,
});

/** Whatever its kind: bytes to be saved. */
const BYTES = ["application/octet-stream"];

export const showFile = contract({
  method: "GET",
  path: "/api/files/{fileId}/content",
  summary: "Leads (307) to the bytes of an image or a recording, to be shown or played; ranges are answered",
  access: everyone,
  params,
  file: ["image/*", "audio/*"],
});

export const downloadFile = contract({
  method: "GET",
  path: "/api/files/{fileId}/download",
  summary: "Leads (307) to the bytes of a file, to be saved; every download is audited",
  access: everyone,
  params,
  file: BYTES,
});

const signed = {
  path: "/api/files/object",
  access: { kind: "public", why: "the link is signed for one object and one use, and good for some minutes" },
  query: z.strictObject({ token: z.string().min(1).max(4_000) }),
} as const;

export const putObject = contract({
  ...signed,
  method: "PUT",
  summary: "Where bytes are brought to when files lie on disk: the upload address of an announced file",
  response: z.strictObject({ success: z.literal(true) }),
});

export const getObject = contract({
  ...signed,
  method: "GET",
  summary: "Where bytes are fetched from when files lie on disk",
  file: BYTES,
  parts: true,
});

export const sweepFiles = contract({
  method: "GET",
  path: "/api/cron/files",
  summary:
    "Removes uploads that were never completed or never ended, files removed long ago, and bytes that belong to nothing",
  access: { kind: "cron" },
  response: z.strictObject({ success: z.literal(true), erased: z.int(), orphans: z.int(), drafts: z.int() }),
});

export const fileContracts = [
  listFiles,
  beginUpload,
  readFile,
  completeUpload,
  removeFile,
  restoreFile,
  showFile,
  downloadFile,
  putObject,
  getObject,
  sweepFiles,
];
