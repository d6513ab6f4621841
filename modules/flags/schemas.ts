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
      worseByPoints: z
        .int()
        .nullable()
        .describe("switched off by itself when calls with it are shown to do worse by more percentage points"),
      updatedBy: z.string().describe("the name of whoever set it"),
      updatedAt: instant,
    })
    .nullable()
    .describe("what somebody set; null: nobody has"),
});
export type FlagView = z.infer<typeof flagSchema>;

export const rollbackSchema = z.strictObject({
  active: z.boolean(),
  reason: z.string().nullable(),
  updatedBy: z.string().nullable().describe("the name of whoever moved it last"),
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
      worseByPoints: z.int().min(1).max(50).nullable().optional(),
    })
    .refine(
      ({ enabled, percentage, worseByPoints }) =>
        enabled !== undefined || percentage !== undefined || worseByPoints !== undefined,
      "name enabled, percentage or worseByPoints",
    ),
  response: flagSchema,
});

const share = z
  .strictObject({ value: z.number(), low: z.number(), high: z.number() })
  .nullable()
  .describe("0 to 1, with its 95 % interval; null: no calls");
const beside = z.strictObject({
  on: share,
  off: share,
  difference: share.describe("with the flag less without; the interval is Newcombe's"),
});
const arm = z.strictObject({ calls: z.int(), in_time: z.int(), lost: z.int() });

export const experimentSchema = z.strictObject({
  name: z.enum(FLAG_NAMES),
  since: instant,
  on: arm,
  off: arm,
  service_level: beside.describe(
    "answered within their queue's time, of all calls but those hung up at once or out of hours",
  ),
  abandonment: beside.describe("hung up while waiting, of the same calls"),
  enough: z.boolean().describe("each arm has calls enough for the rule to judge"),
});
export type ExperimentView = z.infer<typeof experimentSchema>;

export const listExperiments = contract({
  method: "GET",
  path: "/api/flags/experiments",
  summary: "Features on for a share of the calls: what became of calls with and without, since each was last set",
  access: staff,
  response: z.strictObject({ experiments: z.array(experimentSchema) }),
});

export const rollBackFlags = contract({
  method: "POST",
  path: "/api/flags/rollback",
  summary: "The emergency switch: every flag off at once, or as they were set again",
  access: admins,
  body: z.strictObject({ active: z.boolean(), reason: text(500) }),
  response: rollbackSchema,
});

export const flagContracts = [listFlags, listExperiments, changeFlag, rollBackFlags];
