import { readJob } from "@/modules/background-work/schemas";
import { container, route } from "@/modules/container";

export const GET = route(readJob, ({ principal, params }) =>
  container().background.read(principal, params.kind, params.jobId),
);
