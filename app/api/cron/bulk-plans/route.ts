import { container, route } from "@/modules/container";
import { drainPlans } from "@/modules/leads/plans.schemas";

/** Seconds that one call works: less than a serverless platform allows. */
const SECONDS = 8;

export const GET = route(drainPlans, async ({ requestId }) => ({
  success: true,
  ...(await container().planJobs.drain(`cron:${requestId}`, SECONDS)),
}));
