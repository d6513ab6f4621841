import { Prisma } from "@/lib/db/generated/client";

const { sql } = Prisma;

/** In the carrier's queue, so that an agent's answer can move the caller. */
export const canBeOffered = sql`q.state = 'waiting' AND q.carrier_queue_sid IS NOT NULL`;
/** The agent is signed in. */
export const isOpenSession = sql`s."logoutAt" IS NULL`;
/**
 * `anyDevice`: there may be calls for which the state of the device does not count. Values that the planner could reckon
 * with go through a sub-select here: with them each plan would seem better than the one that is kept, and none would be.
 */
export const looksFree = (anyDevice: boolean): Prisma.Sql => sql`
  s."status" = 'available' AND (s."deviceConnected" OR (SELECT ${anyDevice}::boolean))`;
