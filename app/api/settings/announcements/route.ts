import { listAnnouncements } from "@/modules/call-queue/announcements.schemas";
import { container, route } from "@/modules/container";

export const GET = route(listAnnouncements, ({ principal, query }) =>
  container().announcementSettings.list(principal, { queueId: query.queueId, language: query.language }),
);
