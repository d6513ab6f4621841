import { z } from "zod";
import { contract, everyone, staff } from "@/lib/http/contract";
import { givenInstant, instant, pathId, phoneField, text } from "@/lib/http/fields";
import { ON_MACHINE } from "./domain/answering-machines";
import { isTimeZone } from "./domain/callback";
import { callAgentSchema } from "./schemas";

export const CALLBACK_STATUSES = ["scheduled", "in_line", "done", "cancelled", "expired", "failed"] as const;

export const callbackSchema = z.strictObject({
  callbackId: z.string(),
  queue: z.strictObject({ queueId: z.string(), name: z.string() }),
  number: z.string(),
  lead: z.strictObject({ leadId: z.string(), name: z.string() }).nullable(),
  status: z.enum(CALLBACK_STATUSES),
  source: z.enum(["caller", "exit", "person"]),
  requestedBy: z.string().describe("the name of whoever wanted it"),
  note: z.string().nullable(),
  timeZone: z.string(),
  dueAt: instant,
  expiresAt: instant,
  attempts: z.int(),
  lastResult: z.string().nullable(),
  /** Its place among those who wait, while it stands in the line; 1 is next. */
  position: z.int().nullable(),
  /** The agent who is being asked, or spoke with the customer. */
  agent: callAgentSchema.nullable(),
  callId: z.string().nullable(),
  /** Its turns, the last ten, oldest first. */
  tries: z.array(
    z.strictObject({
      beganAt: instant,
      /** When the order to ring the customer was given; null while no agent was there. */
      dialledAt: instant.nullable(),
      result: z.string().nullable(),
    }),
  ),
  createdAt: instant,
});
export type CallbackRecord = z.infer<typeof callbackSchema>;

const timeZone = z.string().max(60).refine(isTimeZone, "is not a time zone, such as Europe/Berlin");
const when = givenInstant.describe("left out: at once");

export const listCallbacks = contract({
  method: "GET",
  path: "/api/callbacks",
  summary: "Callbacks, open ones first by when they are due; agents see those of their queues",
  access: everyone,
  query: z.strictObject({
    open: z.enum(["true", "false"]).optional().describe("only open ones, or only ended ones"),
    leadId: pathId.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(100),
  }),
  response: z.strictObject({ callbacks: z.array(callbackSchema), open: z.int() }),
});

export const createCallback = contract({
  method: "POST",
  path: "/api/callbacks",
  summary: "Schedule a callback; a number has one open callback, which is answered again",
  access: everyone,
  body: z
    .strictObject({
      leadId: pathId.optional(),
      number: phoneField.optional(),
      queueId: pathId.optional().describe("left out: the asker's first queue"),
      at: when.optional(),
      note: text(500).optional(),
      timeZone: timeZone.optional(),
    })
    .refine(({ leadId, number }) => leadId !== undefined || number !== undefined, "needs a lead or a number"),
  response: callbackSchema,
});

const params = z.strictObject({ callbackId: pathId });

export const changeCallback = contract({
  method: "PATCH",
  path: "/api/callbacks/{callbackId}",
  summary: "Move a callback that is not in line yet to another time",
  access: everyone,
  params,
  body: z
    .strictObject({ at: givenInstant.optional(), note: text(500).optional(), timeZone: timeZone.optional() })
    .refine((to) => Object.values(to).some((value) => value !== undefined), "needs a time, a note or a time zone"),
  response: callbackSchema,
});

export const cancelCallback = contract({
  method: "POST",
  path: "/api/callbacks/{callbackId}/cancel",
  summary: "Cancel an open callback whose customer is not being rung",
  access: everyone,
  params,
  response: callbackSchema,
});

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is a time such as 08:00");

export const callbackSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  offerAfterSeconds: z.int().min(0).max(7_200),
  offerAboveSeconds: z.int().min(60).max(7_200),
  offerAgainSeconds: z.int().min(30).max(3_600),
  mostAttempts: z.int().min(1).max(10),
  retryMinutes: z.int().min(1).max(1_440),
  ringSeconds: z.int().min(10).max(120),
  expiresHours: z.int().min(1).max(720),
  callsFrom: clock,
  callsUntil: clock,
  callDays: z
    .array(z.int().min(1).max(7))
    .min(1, "name at least one day")
    .max(7)
    .transform((days) => [...new Set(days)].toSorted((a, b) => a - b))
    .describe("days of the week by the clock of the person to be called, 1 is Monday"),
  timeZone,
  onMachine: z
    .enum(ON_MACHINE)
    .describe("when a machine answers; ignore: the carrier, which charges for it, is not asked who answers"),
  machineCounts: z.boolean().describe("a machine that answered was an attempt"),
});

const queueParams = z.strictObject({ queueId: pathId });

export const readCallbackSettings = contract({
  method: "GET",
  path: "/api/queues/{queueId}/callback-settings",
  summary: "How a queue calls people back",
  access: staff,
  params: queueParams,
  response: callbackSettingsSchema,
});

export const putCallbackSettings = contract({
  method: "PUT",
  path: "/api/queues/{queueId}/callback-settings",
  summary: "Change how a queue calls people back",
  access: staff,
  params: queueParams,
  body: callbackSettingsSchema.refine(({ callsFrom, callsUntil }) => callsFrom < callsUntil, {
    path: ["callsUntil"],
    message: "must be later than callsFrom",
  }),
  response: callbackSettingsSchema,
});

export const callbacksCron = contract({
  method: "GET",
  path: "/api/cron/callbacks",
  summary: "Puts due callbacks into the line, ends expired ones, heals those gone astray",
  access: { kind: "cron" },
  response: z.strictObject({ success: z.literal(true), entered: z.int(), expired: z.int(), healed: z.int() }),
});

export const callbackContracts = [
  listCallbacks,
  createCallback,
  changeCallback,
  cancelCallback,
  readCallbackSettings,
  putCallbackSettings,
  callbacksCron,
];
