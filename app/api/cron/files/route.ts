import { container, route } from "@/modules/container";
import { sweepFiles } from "@/modules/files/schemas";

export const GET = route(sweepFiles, async ({ requestId }) => {
  const actor = { type: "cron" as const, id: undefined, label: "files", requestId };
  return { success: true, ...(await container().fileSweep.run(actor)) };
});
