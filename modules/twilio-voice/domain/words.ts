/** What callers hear, as the queue puts it. */
export type { Words } from "@/modules/call-queue/domain/announcements/wording";
