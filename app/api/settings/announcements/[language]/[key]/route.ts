import { putAnnouncement } from "@/modules/call-queue/announcements.schemas";
import { container, route } from "@/modules/container";

export const PUT = route(putAnnouncement, ({ principal, params, body, requestId }) =>
  container().announcementSettings.put(principal, { ...params, queueId: body.queueId }, body.text, requestId),
);
