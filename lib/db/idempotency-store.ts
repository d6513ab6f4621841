import { AppError } from "../errors";
import type { BegunRequest, IdempotencyPort, KeptAnswer } from "../http/route";
import { newId } from "../ids";
import type { KeyedRequest } from "./request-steps";
import type { Db } from "./client";
import { Prisma } from "./generated/client";
import { inTransaction } from "./transaction";

/** Seconds after which a request that never finished (its process died) no longer blocks its key. */
const RUNNING_SECONDS = 60;

/**
 * Idempotency keys in PostgreSQL: the first request with a key runs, its repeats get the first one's answer. When the
 * first was interrupted, a repeat runs too, and is given what the first has committed (`inTransaction`'s `once`).
 */
export class IdempotencyStore implements IdempotencyPort {
  constructor(private readonly db: Db) {}

  async begin(principal: string, key: string, fingerprint: string): Promise<BegunRequest> {
    const run = newId();
    const [claimed] = await this.db.$queryRaw<{ repeated: boolean }[]>`
      INSERT INTO idempotency_keys (principal, key, fingerprint, run, locked_until)
      VALUES (${principal}, ${key}, ${fingerprint}, ${run}, evenhand_now() + make_interval(secs => ${RUNNING_SECONDS}))
      ON CONFLICT (principal, key) DO UPDATE SET locked_until = excluded.locked_until, run = excluded.run
        WHERE idempotency_keys.status IS NULL AND idempotency_keys.fingerprint = excluded.fingerprint
          AND idempotency_keys.locked_until < evenhand_now()
      RETURNING xmax <> 0 AS "repeated"`;
    if (claimed) {
      const done = claimed.repeated ? await this.stepsOf(principal, key) : new Map<string, Uint8Array>();
      return { kind: "run", request: { principal, key, run, done } };
    }
    const row = await this.db.idempotencyKey.findUnique({ where: { principal_key: { principal, key } } });
    if (row && row.fingerprint !== fingerprint) {
      throw new AppError(
        422,
        "idempotency_key_reused",
        "This Idempotency-Key was used with another request. Take a new key for each new request.",
      );
    }
    if (!row || row.status === null) {
      throw new AppError(
        409,
        "still_running",
        "The first request with this Idempotency-Key is still running. Ask again in a moment.",
        {},
        1,
      );
    }
    const headers = (row.headers ?? {}) as Record<string, string>;
    return { kind: "replay", answer: { status: row.status, headers, body: row.body } };
  }

  async finish({ principal, key }: KeyedRequest, { status, headers, body }: KeptAnswer): Promise<void> {
    await this.db.idempotencyKey.update({
      where: { principal_key: { principal, key } },
      data: { status, headers, body: body === null ? Prisma.JsonNull : (body as Prisma.InputJsonValue) },
    });
  }

  /**
   * Lets the next request with this key run at once, whatever it asks for if this one has committed nothing. Locking the
   * key first waits for a transaction of it whose connection was lost and whose end is still open.
   */
  async abandon({ principal, key, run }: KeyedRequest): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const own = await tx.$executeRaw`
        SELECT 1 FROM idempotency_keys
        WHERE principal = ${principal} AND key = ${key} AND run = ${run} AND status IS NULL FOR UPDATE`;
      if (own === 0) return;
      const steps = await tx.idempotencyStep.count({ where: { principal, key } });
      if (steps === 0) await tx.idempotencyKey.delete({ where: { principal_key: { principal, key } } });
      else {
        await tx.$executeRaw`
          UPDATE idempotency_keys SET locked_until = evenhand_now() - interval '1 microsecond'
          WHERE principal = ${principal} AND key = ${key}`;
      }
    });
  }

  /** Forgets keys older than a day: 10,000 at most, since it is called again and again. Answers how many. */
  async prune(): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM idempotency_keys WHERE (principal, key) IN (
        SELECT principal, key FROM idempotency_keys
        WHERE created_at < evenhand_now() - interval '1 day' ORDER BY created_at LIMIT 10000)`;
  }

  private async stepsOf(principal: string, key: string): Promise<Map<string, Uint8Array>> {
    const steps = await this.db.idempotencyStep.findMany({ where: { principal, key } });
    return new Map(steps.map(({ name, result }) => [name, result]));
  }
}
