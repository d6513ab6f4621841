import type { LiveEventInput } from "@/modules/realtime/topics";

/** Tells a person's own windows that their notifications have changed. */
export const notificationsMoved = (userId: string): LiveEventInput => ({
  topic: "notification",
  audience: `user:${userId}`,
  data: {},
});
