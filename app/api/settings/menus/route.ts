import { createMenu, listMenus } from "@/modules/call-queue/call-entry.schemas";
import { container, route } from "@/modules/container";

export const GET = route(listMenus, async ({ principal }) => ({
  menus: await container().callEntries.menus(principal),
}));

export const POST = route(createMenu, ({ principal, body, requestId }) =>
  container().callEntries.putMenu(principal, undefined, body, requestId),
);
