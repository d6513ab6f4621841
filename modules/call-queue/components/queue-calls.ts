import type { z } from "zod";
import type { listQueue } from "../schemas";

/** One queue with the calls in it now. */
export type QueueNow = z.output<NonNullable<typeof listQueue.response>>["queues"][number];
export type QueueCall = QueueNow["calls"][number];

/** Not yet with anybody. */
export const isWaiting = (call: QueueCall): boolean => call.state === "waiting" || call.state === "offered";
