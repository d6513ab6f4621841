import { container, route } from "@/modules/container";
import { readMetrics } from "@/modules/system/schemas";

export const GET = route(readMetrics, async () => {
  const { text, contentType } = await container().metrics.scrape();
  return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
});
