import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { pathId, text } from "@/lib/http/fields";
import { ANNOUNCEMENT_GROUPS, ANNOUNCEMENT_KEYS } from "./domain/announcements/announcement-keys";

const language = z.string().regex(/^[a-z]{2,3}$/, "write a language without its region, like de");

export const announcementSchema = z.strictObject({
  key: z.enum(ANNOUNCEMENT_KEYS),
  group: z.enum(ANNOUNCEMENT_GROUPS),
  placeholders: z
    .array(z.string())
    .describe("written in braces; each stands in every text of this kind, no other does"),
  shipped: z.string().nullable().describe("comes with the product; null: it has none in this language"),
  house: z.string().nullable().describe("the house's own, for all queues"),
  own: z.string().nullable().describe("this queue's own"),
  text: z.string().describe("what callers hear; in English where there is no text in this language"),
});
export type AnnouncementView = z.infer<typeof announcementSchema>;

export const listAnnouncements = contract({
  method: "GET",
  path: "/api/settings/announcements",
  summary: "What callers hear in one language: for all queues, or for one",
  access: staff,
  query: z.strictObject({
    language: language.optional().describe("left out: the queue's, or English"),
    queueId: pathId.optional(),
  }),
  response: z.strictObject({
    language: z.string(),
    languages: z.array(z.string()).describe("those with texts, and those that callers are spoken to in"),
    queue: z.strictObject({ queueId: z.string(), name: z.string(), language: z.string() }).nullable(),
    announcements: z.array(announcementSchema),
  }),
});

export const putAnnouncement = contract({
  method: "PUT",
  path: "/api/settings/announcements/{language}/{key}",
  summary: "Put an announcement in other words, or (null) in those of the default again; heard from the next caller on",
  access: staff,
  params: z.strictObject({ language: pathId.describe("without its region, like de"), key: pathId }),
  body: z.strictObject({ text: text(600).nullable(), queueId: pathId.optional().describe("left out: for all queues") }),
  response: announcementSchema,
});

export const announcementContracts = [listAnnouncements, putAnnouncement];
