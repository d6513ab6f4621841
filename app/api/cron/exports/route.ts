import { container, route } from "@/modules/container";
import { drainExports } from "@/modules/exports/schemas";

/** Seconds after which one call begins no further export. */
const SECONDS = 8;
/** Seconds that a serverless platform is asked to let it run: one export is carried through in one go. */
export const maxDuration = 300;

export const GET = route(drainExports, async ({ requestId }) => ({
  success: true,
  ...(await container().exportJobs.drain(`cron:${requestId}`, SECONDS)),
}));
