import { container, route } from "@/modules/container";
import { sweepFiles } from "@/modules/files/schemas";

export const GET = route(sweepFiles, async ({ requestId }) => {
  const actor = { type: "cron" as const, id: undefined, label: "files", requestId };
  const { fileSweep } = container();
  return { success: true, ...(await fileSweep.run(actor)), drafts: await fileSweep.drafts() };
});
