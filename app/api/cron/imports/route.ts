import { container, route } from "@/modules/container";
import { drainImports } from "@/modules/imports/schemas";

/** Seconds of work in one call; a dry run is carried through. */
const SECONDS = 40;
/** Seconds that a serverless platform is asked to let it run. */
export const maxDuration = 300;

export const GET = route(drainImports, async ({ requestId }) => ({
  success: true,
  ...(await container().importJobs.drain(`cron:${requestId}`, SECONDS)),
}));
