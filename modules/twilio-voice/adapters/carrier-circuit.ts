import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  wrap,
} from "cockatiel";
import { CarrierError, type CircuitStanding } from "../domain/carrier";

/** Failures in a row after which the carrier is left alone. */
const FAILURES = 5;
/** Milliseconds until the first probe; doubling up to the most with each probe that fails. */
const FIRST_PROBE_MS = 1_000;
const LAST_PROBE_MS = 15_000;
/** Requests under way at once, and those that wait for them; Twilio answers 429 to too many at a time. */
const AT_ONCE = 40;
const MOST_WAITING = 400;

/** No answer, or an answer that the carrier is broken. That it refuses, throttles or knows no such call is an answer. */
const isOutage = (error: unknown): boolean =>
  error instanceof CarrierError && (error.failure === "unknown_outcome" || error.failure === "unreachable");

const STANDINGS: Readonly<Record<CircuitState, CircuitStanding>> = {
  [CircuitState.Closed]: "closed",
  [CircuitState.Open]: "open",
  [CircuitState.HalfOpen]: "half_open",
  [CircuitState.Isolated]: "open",
};

/**
 * Around every request of this process to the carrier: so many at once and no more, and none but a probe now and then
 * while it does not answer. Open circuits fail in microseconds, so that nothing queues up behind a dead carrier.
 */
export class CarrierCircuit {
  private readonly breaker = circuitBreaker(handleWhen(isOutage), {
    breaker: new ConsecutiveBreaker(FAILURES),
    halfOpenAfter: new ExponentialBackoff({ initialDelay: FIRST_PROBE_MS, maxDelay: LAST_PROBE_MS }),
  });
  private readonly policy = wrap(bulkhead(AT_ONCE, MOST_WAITING), this.breaker);

  get standing(): CircuitStanding {
    return STANDINGS[this.breaker.state];
  }

  /** The failure that was seen last. */
  get lastError(): string | undefined {
    const last = this.breaker.lastFailure;
    if (!last || !("error" in last)) return undefined;
    return last.error instanceof Error ? last.error.message.slice(0, 200) : String(last.error);
  }

  /** Tells of every change from now on. */
  onChange(listener: (standing: CircuitStanding) => void): void {
    this.breaker.onStateChange((state) => listener(STANDINGS[state]));
  }

  /** Makes one request. Throws what it throws, or CarrierError circuit_open or throttled when it was not made. */
  async run<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await this.policy.execute(request);
    } catch (error) {
      if (error instanceof BrokenCircuitError) {
        throw new CarrierError("circuit_open", "The carrier has not been answering.", undefined, { cause: error });
      }
      if (error instanceof BulkheadRejectedError) {
        throw new CarrierError("throttled", "Too many requests to the carrier at once.", undefined, { cause: error });
      }
      throw error;
    }
  }
}
