import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { givenInstant, instant, pathId } from "@/lib/http/fields";
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

export const notificationContracts = [
  listNotifications,
  countUnread,
  readNotification,
  unreadNotification,
  readAllNotifications,
  drainNotifications,
];
