import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../errors";

/** Limits requests per principal and minute, in this process. Throws 429 with the seconds to wait. */
export function createRateLimit(perMinute: number): (principalId: string) => Promise<void> {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return async (principalId) => {
    try {
      await limiter.consume(principalId);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
      throw new AppError(
        429,
        "rate_limited",
        `More than ${perMinute} requests a minute; wait ${seconds} s.`,
        {},
        seconds,
      );
    }
  };
}
