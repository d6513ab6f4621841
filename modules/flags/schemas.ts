import { z } from "zod";
import { FLAG_NAMES } from "@/lib/types/flags";
import { admins, contract, staff } from "@/lib/http/contract";
import { instant, pathId, text } from "@/lib/http/fields";

export const flagSchema = z.strictObject({
  name: z.enum(FLAG_NAMES),
  share: z.int().min(0).max(100).describe("calls in a hundred it is on for, all things considered"),
  source: z.enum(["environment", "rollback", "database", "default"]).describe("what decides the share"),
  setting: z
    .strictObject({
      enabled: z.boolean(),
      percentage: z.int().min(0).max(100),
      reason: z.string().nullable(),
      updatedBy: z.string(),
      updatedAt: instant,
    })
    .nullable()
    .describe("what somebody set; null: nobody has"),
});
export type FlagView = z.infer<typeof flagSchema>;

export const rollbackSchema = z.strictObject({
  active: z.boolean(),
  reason: z.string().nullable(),
  updatedBy: z.string().nullable(),
  updatedAt: instant.nullable(),
});
export type RollbackView = z.infer<typeof rollbackSchema>;

export const listFlags = contract({
  method: "GET",
  path: "/api/flags",
  summary: "Feature flags, what decides each, and the emergency switch",
  access: staff,
  response: z.strictObject({ flags: z.array(flagSchema), rollback: rollbackSchema }),
});

export const changeFlag = contract({
  method: "PUT",
  path: "/api/flags/{name}",
  summary: "Switch a feature on or off, or for a share of the calls; calls under way keep theirs",
  access: admins,
  params: z.strictObject({ name: pathId }),
  body: z
    .strictObject({
      enabled: z.boolean().optional(),
      percentage: z.int().min(0).max(100).optional(),
      reason: text(500).optional(),
    })
    .refine((body) => body.enabled !== undefined || body.percentage !== undefined, "name enabled or percentage"),
  response: flagSchema,
});

export const rollBackFlags = contract({
  method: "POST",
  path: "/api/flags/rollback",
  summary: "The emergency switch: every flag off at once, or as they were set again",
  access: admins,
  body: z.strictObject({ active: z.boolean(), reason: text(500) }),
  response: rollbackSchema,
});

export const flagContracts = [listFlags, changeFlag, rollBackFlags];
