import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { instant } from "@/lib/http/fields";

const MOST_MINUTES = 100_000;
const MOST_HOURS = 100;
const MOST_HOLIDAYS = 1_000;

const minutesField = z.int().min(1).max(MOST_MINUTES);
const calendarName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "a name is made of small letters, digits and hyphens, 40 at most");

const dueTimes = z.strictObject({
  normal: instant.nullable(),
  high: instant.nullable(),
  urgent: instant.nullable(),
});

export const returnPolicySchema = z.strictObject({
  enabled: z.boolean(),
  calendar: z.string(),
  minutes: z
    .strictObject({ normal: minutesField, high: minutesField, urgent: minutesField })
    .describe("open business minutes an agent may leave a lead untouched"),
  due_if_assigned_now: dueTimes.describe("null: never"),
  recount: z.enum(["done", "under_way"]).describe("whether running timers follow these rules already"),
  updated_at: instant,
});
export type ReturnPolicyView = z.infer<typeof returnPolicySchema>;

export const readReturnPolicy = contract({
  method: "GET",
  path: "/api/settings/lead-return",
  summary: "When untouched leads go back to the pool",
  access: staff,
  response: returnPolicySchema,
});

export const changeReturnPolicy = contract({
  method: "PUT",
  path: "/api/settings/lead-return",
  summary: "Change when untouched leads go back; running timers are counted again",
  access: staff,
  body: z
    .strictObject({
      enabled: z.boolean().optional(),
      calendar: calendarName.optional(),
      minutes: z
        .strictObject({ normal: minutesField, high: minutesField, urgent: minutesField })
        .partial()
        .refine((minutes) => Object.keys(minutes).length > 0, "name at least one priority")
        .optional(),
    })
    .refine((body) => Object.keys(body).length > 0, "name enabled, calendar or minutes"),
  response: returnPolicySchema,
});

const hours = z.strictObject({
  day: z.int().min(1).max(7).describe("1 is Monday, 7 is Sunday"),
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "write a time as HH:MM"),
  to: z
    .string()
    .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "write a time as HH:MM, or 24:00")
    .describe("before `from`: on the next day"),
});

const calendarFacts = {
  time_zone: z.string().min(1).max(60).describe("IANA name"),
  weekly: z.array(hours).max(MOST_HOURS),
  holidays: z.array(z.iso.date("write a date as YYYY-MM-DD")).max(MOST_HOLIDAYS),
};

export const calendarSchema = z.strictObject({
  name: z.string(),
  ...calendarFacts,
  weekly_open_minutes: z.int().describe("0: nothing is ever returned by this calendar"),
  updated_at: instant,
});
export type CalendarView = z.infer<typeof calendarSchema>;

export const listCalendars = contract({
  method: "GET",
  path: "/api/settings/calendars",
  summary: "Business hours",
  access: staff,
  response: z.strictObject({ calendars: z.array(calendarSchema) }),
});

const calendarParams = z.strictObject({ name: z.string().min(1).max(254) });

export const readCalendar = contract({
  method: "GET",
  path: "/api/settings/calendars/{name}",
  summary: "One calendar of business hours",
  access: staff,
  params: calendarParams,
  response: calendarSchema,
});

export const putCalendar = contract({
  method: "PUT",
  path: "/api/settings/calendars/{name}",
  summary: "Make or change a calendar; timers that run by it are counted again",
  access: staff,
  params: z.strictObject({ name: calendarName }),
  body: z.strictObject({ ...calendarFacts, holidays: calendarFacts.holidays.optional() }),
  response: calendarSchema,
});

export const leadReturnCron = contract({
  method: "GET",
  path: "/api/cron/lead-return",
  summary: "Gives untouched leads back to the pool",
  access: { kind: "cron" },
  response: z.strictObject({
    success: z.literal(true),
    returned: z.int(),
    cleared: z.int(),
    recounted: z.int(),
  }),
});

export const returnContracts = [
  readReturnPolicy,
  changeReturnPolicy,
  listCalendars,
  readCalendar,
  putCalendar,
  leadReturnCron,
];
