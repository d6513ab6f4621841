import type { CarrierLogger } from "../logger";

/** Lets something run on by itself; a failure is logged under `what` instead of ending the process. */
export function inBackground(log: CarrierLogger, what: string, work: Promise<unknown>): void {
  work.catch((error: unknown) => log.error({ err: error }, `${what} failed`));
}
