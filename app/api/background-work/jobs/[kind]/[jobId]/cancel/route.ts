import { cancelJob } from "@/modules/background-work/schemas";
import { container, route } from "@/modules/container";

export const POST = route(cancelJob, async ({ principal, params, requestId }) => ({
  success: true,
  job: await container().background.cancel(principal, params.kind, params.jobId, requestId),
}));
