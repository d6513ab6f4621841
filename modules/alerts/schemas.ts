import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { instant, pathId } from "@/lib/http/fields";

export const alertSchema = z.strictObject({
  alertId: z.string(),
  kind: z.string().describe("stable; titles may be reworded"),
  severity: z.enum(["info", "warning", "critical"]),
  subject: z.string(),
  title: z.string(),
  advice: z.string(),
  href: z.string().nullable().describe("where what it is about can be seen"),
  firstSeen: instant,
  lastSeen: instant,
  count: z.int().describe("how often it was seen in this episode"),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  acknowledgedBy: z.string().nullable(),
  acknowledgedAt: instant.nullable(),
  resolvedAt: instant.nullable(),
});
export type AlertRecord = z.infer<typeof alertSchema>;

export const listAlerts = contract({
  method: "GET",
  path: "/api/alerts",
  summary: "What managers should know, last seen first",
  access: staff,
  query: z.strictObject({
    state: z.enum(["open", "all"]).default("open"),
    cursor: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.strictObject({
    alerts: z.array(alertSchema),
    unseen: z
      .strictObject({ critical: z.int(), warning: z.int(), info: z.int() })
      .describe("open ones that nobody has acknowledged"),
    nextCursor: z.string().nullable(),
  }),
});

export const acknowledgeAlert = contract({
  method: "POST",
  path: "/api/alerts/{alertId}/acknowledge",
  summary: "Notes that somebody has seen an alert; the first one counts",
  access: staff,
  params: z.strictObject({ alertId: pathId }),
  response: z.strictObject({ success: z.literal(true), alert: alertSchema }),
});

export const alertsCron = contract({
  method: "GET",
  path: "/api/cron/alerts",
  summary: "Looks for what needs a manager's eye, and ends what is over, where there is no worker",
  access: { kind: "cron" },
  response: z.strictObject({
    success: z.literal(true),
    flags_switched_off: z.int().describe("features whose rule was broken"),
    searches_counted: z.int().describe("saved searches with an alert"),
    ended: z.int(),
  }),
});

export const alertContracts = [alertsCron, listAlerts, acknowledgeAlert];
