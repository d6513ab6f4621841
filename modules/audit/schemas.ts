import { z } from "zod";
import { admins, contract } from "@/lib/http/contract";
import { instant } from "@/lib/http/fields";

export const auditRowSchema = z.strictObject({
  auditId: z.string(),
  at: instant,
  actor: z.strictObject({ type: z.string(), id: z.string().nullable(), label: z.string() }),
  action: z.string(),
  entityType: z.string(),
  entityId: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  requestId: z.string().nullable(),
  /** The row's place in the hash chain; null until it is sealed. */
  seal: z.strictObject({ seq: z.string(), hash: z.string() }).nullable(),
});
export type AuditRow = z.infer<typeof auditRowSchema>;

export const listAudit = contract({
  method: "GET",
  path: "/api/audit",
  summary: "The audit log, newest first",
  access: admins,
  query: z.strictObject({
    entityType: z.string().min(1).max(40).optional(),
    entityId: z.string().min(1).max(254).optional(),
    cursor: z
      .string()
      .regex(/^\d{1,18}$/, "is not a cursor of this list")
      .optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.strictObject({ rows: z.array(auditRowSchema), nextCursor: z.string().nullable() }),
});

export const auditContracts = [listAudit];
