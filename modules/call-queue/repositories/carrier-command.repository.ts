import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import type { CarrierCommand, FinishedCommand, NewCommand } from "../domain/carrier-commands";

/** Seconds after which a command that a dead process was running is taken up by another. */
const LOCK_SECONDS = 20;

/** The outbox of what the carrier is to do. */
export class CarrierCommandRepository {
  constructor(private readonly db: Db) {}

  async add(tx: Tx, commands: readonly NewCommand[]): Promise<void> {
    if (commands.length === 0) return;
    const rows = commands.map(({ kind, payload, entryId, offerId, afterSeconds = 0 }) => ({
      kind,
      payload,
      entry_id: entryId ?? null,
      offer_id: offerId ?? null,
      after: afterSeconds,
    }));
    await tx.$executeRaw`/* named add_commands */
      INSERT INTO carrier_commands (kind, queued_call_id, offer_id, payload, not_before, created_at)
      SELECT r.kind, r.entry_id, r.offer_id, r.payload, clock.now + make_interval(secs => r.after), clock.now
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          AS r(kind text, entry_id uuid, offer_id uuid, payload jsonb, after float8),
        (SELECT evenhand_now() AS now) clock`;
  }

  /** Takes due commands, oldest first: new ones, postponed ones, and those whose runner died. */
  async claim(limit: number): Promise<CarrierCommand[]> {
    return this.db.$queryRaw<CarrierCommand[]>`/* named claim_commands */
      WITH due AS (
        SELECT id, status FROM carrier_commands
        WHERE (status = 'pending' AND not_before <= evenhand_now())
          OR (status = 'running' AND locked_until < evenhand_now())
        ORDER BY not_before, id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED)
      UPDATE carrier_commands c SET status = 'running', attempts = c.attempts + 1,
        locked_until = evenhand_now() + make_interval(secs => ${LOCK_SECONDS})
      FROM due WHERE c.id = due.id
      RETURNING c.id, c.kind, c.payload, c.attempts,
        extract(epoch FROM evenhand_now() - c.created_at)::float8 AS "ageSeconds",
        (due.status = 'running' OR coalesce((c.result ->> 'outcomeUnknown')::boolean, false)) AS "outcomeUnknown"`;
  }

  /** Commands that are over, each of them once. */
  async finish(ended: readonly FinishedCommand[]): Promise<void> {
    const rows = ended.map(({ id, ...how }) => ({ id: String(id), ...how }));
    await this.db.$executeRaw`/* named finish_commands */
      UPDATE carrier_commands c SET status = e.status::"CommandStatus", finished_at = evenhand_now(), locked_until = NULL,
        last_error = coalesce(e.error, c.last_error)
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e(id bigint, status text, error text)
      WHERE c.id = e.id AND c.status = 'running'`;
  }

  /** Tries again later. */
  async postpone(id: bigint, seconds: number, error: string, outcomeUnknown: boolean): Promise<void> {
    await this.db.$executeRaw`
      UPDATE carrier_commands SET status = 'pending', locked_until = NULL, last_error = ${error},
        not_before = evenhand_now() + make_interval(secs => ${seconds}::float8),
        result = jsonb_build_object('outcomeUnknown', ${outcomeUnknown}::boolean)
      WHERE id = ${id} AND status = 'running'`;
  }

  /** Puts back what was not tried: no attempt is counted, and what was known of earlier ones stays known. */
  async putBack(id: bigint, seconds: number, reason: string, outcomeUnknown: boolean): Promise<void> {
    await this.db.$executeRaw`
      UPDATE carrier_commands SET status = 'pending', locked_until = NULL, last_error = ${reason},
        attempts = greatest(0, attempts - 1), not_before = evenhand_now() + make_interval(secs => ${seconds}::float8),
        result = jsonb_build_object('outcomeUnknown', ${outcomeUnknown}::boolean)
      WHERE id = ${id} AND status = 'running'`;
  }

  /** What has not begun need not be done any more. */
  async cancelPending(tx: Tx, key: { offerId: string; kind: string }): Promise<void> {
    await tx.$executeRaw`/* named cancel_command */
      UPDATE carrier_commands SET status = 'cancelled', finished_at = evenhand_now()
      WHERE offer_id = ${key.offerId}::uuid AND kind = ${key.kind} AND status = 'pending'`;
  }

  /** How far a command of an offer has come; undefined when it was never written. */
  async statusOf(tx: Tx, key: { offerId: string; kind: string }): Promise<string | undefined> {
    const rows = await tx.$queryRaw<{ status: string }[]>`/* named command_status */
      SELECT status::text AS status FROM carrier_commands
      WHERE offer_id = ${key.offerId}::uuid AND kind = ${key.kind} ORDER BY id DESC LIMIT 1`;
    return rows[0]?.status;
  }
}
