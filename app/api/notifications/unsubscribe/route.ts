import { container, route } from "@/modules/container";
import { openUnsubscribe, unsubscribe } from "@/modules/notifications/schemas";

/** Relative: whoever opens it is sent on within the address that they opened. */
export const GET = route(openUnsubscribe, async ({ query }) => {
  await container().notificationPreferences.describe(query.token);
  const location = `/unsubscribe?token=${encodeURIComponent(query.token)}`;
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
});

export const POST = route(unsubscribe, async ({ query, requestId }) => ({
  success: true as const,
  ...(await container().notificationPreferences.unsubscribe(query.token, requestId)),
}));
