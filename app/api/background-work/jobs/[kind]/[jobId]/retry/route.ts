import { retryJob } from "@/modules/background-work/schemas";
import { container, route } from "@/modules/container";

export const POST = route(retryJob, async ({ principal, params, requestId }) => ({
  success: true,
  job: await container().background.retry(principal, params.kind, params.jobId, requestId),
}));
