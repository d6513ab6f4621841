import { AppError } from "../errors";
import type { IdempotencyPort } from "../http/route";
import type { Db } from "./client";
import { Prisma } from "./generated/client";

/** Seconds after which a request that never finished (its process died) no longer blocks its key. */
const RUNNING_SECONDS = 60;

/** Idempotency keys in PostgreSQL: the first request with a key runs, its repeats get the first one's answer. */
export class IdempotencyStore implements IdempotencyPort {
  constructor(private readonly db: Db) {}

  async begin(
    principal: string,
    key: string,
    fingerprint: string,
  ): Promise<{ kind: "run" } | { kind: "replay"; status: number; body: unknown }> {
    const claimed = await this.db.$executeRaw`
      INSERT INTO idempotency_keys (principal, key, fingerprint, locked_until)
      VALUES (${principal}, ${key}, ${fingerprint}, evenhand_now() + make_interval(secs => ${RUNNING_SECONDS}))
      ON CONFLICT (principal, key) DO UPDATE SET locked_until = excluded.locked_until
        WHERE idempotency_keys.status IS NULL AND idempotency_keys.fingerprint = excluded.fingerprint
          AND idempotency_keys.locked_until < evenhand_now()`;
    if (claimed === 1) return { kind: "run" };
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
    return { kind: "replay", status: row.status, body: row.body };
  }

  async finish(principal: string, key: string, status: number, body: unknown): Promise<void> {
    await this.db.idempotencyKey.update({
      where: { principal_key: { principal, key } },
      data: { status, body: body === null ? Prisma.JsonNull : (body as Prisma.InputJsonValue) },
    });
  }

  async abandon(principal: string, key: string): Promise<void> {
    await this.db.idempotencyKey.deleteMany({ where: { principal, key, status: null } });
  }

  /** Forgets keys older than a day: 10,000 at most, since it is called again and again. Answers how many. */
  async prune(): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM idempotency_keys WHERE (principal, key) IN (
        SELECT principal, key FROM idempotency_keys
        WHERE created_at < evenhand_now() - interval '1 day' ORDER BY created_at LIMIT 10000)`;
  }
}
