import { container, route } from "@/modules/container";
import { getObject, putObject } from "@/modules/files/schemas";

export const GET = route(getObject, ({ query, request }) => container().fileBytes.send(query.token, request));

export const PUT = route(putObject, async ({ query, request }) => {
  await container().fileBytes.receive(query.token, request);
  return { success: true };
});
