import { listJobs } from "@/modules/background-work/schemas";
import { container, route } from "@/modules/container";

export const GET = route(listJobs, ({ principal, query }) => container().background.list(principal, query));
