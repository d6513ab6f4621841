import { z } from "zod";
import { admins, contract, everyone } from "@/lib/http/contract";
import { givenInstant, instant, pathId, phoneField } from "@/lib/http/fields";
import { toldEvents } from "./domain/told-events";

export const notificationSchema = z.strictObject({
  notificationId: z.string(),
  event: z.enum(toldEvents).describe("stable; titles may be reworded"),
  title: z.string(),
  body: z.string().nullable(),
  href: z.string().describe("the page of what it is about"),
  count: z.int().describe("events that it stands for"),
  createdAt: instant,
  updatedAt: instant.describe("when the last of them came"),
  readAt: instant.nullable(),
});
export type NotificationView = z.infer<typeof notificationSchema>;

export const listNotifications = contract({
  method: "GET",
  path: "/api/notifications",
  summary: "One's own notifications, what moved last first, with how many are unread",
  access: everyone,
  query: z.strictObject({
    state: z.enum(["unread", "all"]).default("all"),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(30),
  }),
  response: z.strictObject({
    notifications: z.array(notificationSchema),
    unread: z.int(),
    nextCursor: z.string().nullable(),
  }),
});

export const countUnread = contract({
  method: "GET",
  path: "/api/notifications/unread",
  summary: "How many of one's own notifications are unread, exactly",
  access: everyone,
  response: z.strictObject({ unread: z.int() }),
});

const one = z.strictObject({ success: z.literal(true), notification: notificationSchema });
const params = z.strictObject({ notificationId: pathId });

export const readNotification = contract({
  method: "POST",
  path: "/api/notifications/{notificationId}/read",
  summary: "Marks a notification as read",
  access: everyone,
  params,
  response: one,
});

export const unreadNotification = contract({
  method: "POST",
  path: "/api/notifications/{notificationId}/unread",
  summary: "Marks a notification as unread again",
  access: everyone,
  params,
  response: one,
});

export const readAllNotifications = contract({
  method: "POST",
  path: "/api/notifications/read",
  summary: "Marks as read what had come by a time; what came or moved later stays unread",
  access: everyone,
  body: z.strictObject({ until: givenInstant.describe("the newest updatedAt that the person has seen") }),
  response: z.strictObject({ success: z.literal(true), marked: z.int(), unread: z.int() }),
});

export const drainNotifications = contract({
  method: "GET",
  path: "/api/cron/notifications",
  summary: "Tells what is noted, and sends what is due, where there is no worker",
  access: { kind: "cron" },
  response: z.strictObject({ success: z.literal(true), told: z.int(), sent: z.int(), forgotten: z.int() }),
});

const onOff = z.strictObject({ in_app: z.boolean(), email: z.boolean(), sms: z.boolean() });
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day, such as 22:00");
const quietHours = z
  .strictObject({ from: clock, until: clock })
  .refine(({ from, until }) => from !== until, { path: ["until"], message: "must differ from from" });

export const preferencesSchema = z.strictObject({
  version: z.int().describe("grows with every change"),
  channels: z.strictObject({
    in_app: z.strictObject({ available: z.boolean() }),
    email: z.strictObject({ available: z.boolean().describe("whether e-mail is set up"), address: z.string() }),
    sms: z.strictObject({
      available: z.boolean(),
      phone: z.string().nullable(),
      proven: z.boolean().describe("whether the number was shown to be one's own; nothing else is sent there before"),
    }),
  }),
  events: z.array(z.strictObject({ event: z.enum(toldEvents), label: z.string(), explanation: z.string(), on: onOff })),
  timeZone: z.string(),
  ownTimeZone: z.string().describe("of the person, where they choose no other"),
  quiet: z.strictObject({ from: z.string(), until: z.string() }).nullable(),
  digestMinutes: z.int(),
});
export type PreferencesView = z.infer<typeof preferencesSchema>;

export const readPreferences = contract({
  method: "GET",
  path: "/api/notifications/preferences",
  summary: "What one is told of on which channel, quiet hours, and how long messages are gathered",
  access: everyone,
  response: preferencesSchema,
});

export const changePreferences = contract({
  method: "PUT",
  path: "/api/notifications/preferences",
  summary: "Changes what is named of one's own preferences and leaves the rest",
  access: everyone,
  body: z.strictObject({
    version: z.int().min(0).optional().describe("refused when it is not the present one"),
    choices: z.partialRecord(z.enum(toldEvents), onOff.partial()).optional(),
    timeZone: z.string().max(64).nullable().optional().describe("null: the person's own"),
    quiet: quietHours
      .nullable()
      .optional()
      .describe("by the wall clock; no e-mail or SMS meanwhile, what came goes out after"),
    digestMinutes: z.int().min(0).max(1_440).optional(),
    phone: phoneField.nullable().optional(),
  }),
  response: preferencesSchema,
});

export const sendPhoneCode = contract({
  method: "POST",
  path: "/api/notifications/phone/code",
  summary: "Sends a code by SMS to one's own number, to prove that it is; nothing when it is proven",
  access: everyone,
  response: z.strictObject({ success: z.literal(true) }),
});

export const provePhone = contract({
  method: "POST",
  path: "/api/notifications/phone/prove",
  summary: "Takes the code that came by SMS: from then on notifications may",
  access: everyone,
  body: z.strictObject({ code: z.string().regex(/^\d{6}$/, "must be the six figures of the SMS") }),
  response: preferencesSchema,
});

const unsubscribeSchema = z.strictObject({
  channel: z.enum(["email", "sms"]),
  events: z.array(z.strictObject({ event: z.enum(toldEvents), label: z.string(), on: z.boolean() })),
});
export type UnsubscribeView = z.infer<typeof unsubscribeSchema>;

const bySigning = { kind: "public", why: "the link is signed for one person, channel and some events" } as const;
const token = z.strictObject({ token: z.string().min(1).max(500) });

export const openUnsubscribe = contract({
  method: "GET",
  path: "/api/notifications/unsubscribe",
  summary: "Leads to the page that asks; changes nothing, so that a mail scanner changes nothing",
  access: bySigning,
  query: token,
  file: ["text/html"],
});

export const unsubscribe = contract({
  method: "POST",
  path: "/api/notifications/unsubscribe",
  summary: "Switches off what the link is of: one click (RFC 8058), without signing in",
  access: bySigning,
  query: token,
  response: z.strictObject({ success: z.literal(true), ...unsubscribeSchema.shape }),
});

const states = ["gathering", "retrying", "sending", "sent", "delivered", "failed", "skipped"] as const;
const outChannel = z.enum(["email", "sms"]);

export const deliverySchema = z.strictObject({
  deliveryId: z.string(),
  channel: outChannel,
  state: z.enum(states),
  person: z.string(),
  address: z.string().nullable(),
  titles: z.array(z.string()).describe("of the first notifications in it"),
  notifications: z.int(),
  createdAt: instant,
  dueAt: instant.describe("when it goes out, or is tried again"),
  quiet: z.boolean().describe("put off to the end of quiet hours"),
  attempts: z.int(),
  firstTriedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  providerId: z.string().nullable().describe("Message-ID, or the carrier's id"),
  providerStatus: z.string().nullable(),
  errorCode: z.string().nullable(),
  error: z.string().nullable(),
});
export type DeliveryView = z.infer<typeof deliverySchema>;

export const listDeliveries = contract({
  method: "GET",
  path: "/api/notifications/deliveries",
  summary: "What went out by e-mail and SMS, what did not and why, newest first",
  access: admins,
  query: z.strictObject({
    channel: outChannel.optional(),
    state: z.enum(states).optional(),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  response: z.strictObject({
    deliveries: z.array(deliverySchema),
    counts: z.partialRecord(z.enum(states), z.int()),
    nextCursor: z.string().nullable(),
  }),
});

export const retryDelivery = contract({
  method: "POST",
  path: "/api/notifications/deliveries/{deliveryId}/retry",
  summary: "Has a message that failed, or waits for its next try, tried now",
  access: admins,
  params: z.strictObject({ deliveryId: pathId }),
  response: z.strictObject({ success: z.literal(true), delivery: deliverySchema }),
});

export const messageStatusWebhook = contract({
  method: "POST",
  path: "/api/webhooks/twilio/message-status",
  summary: "An SMS's state changed",
  access: { kind: "carrier" },
});

export const notificationContracts = [
  listNotifications,
  countUnread,
  readNotification,
  unreadNotification,
  readAllNotifications,
  readPreferences,
  changePreferences,
  sendPhoneCode,
  provePhone,
  openUnsubscribe,
  unsubscribe,
  listDeliveries,
  retryDelivery,
  messageStatusWebhook,
  drainNotifications,
];
