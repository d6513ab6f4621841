import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { NotificationData } from "../domain/notification";
import type { DeliveryState } from "../domain/outgoing";
import type { OutChannel, ToldEvent } from "../domain/told-events";

const { sql } = Prisma;

export interface DeliveryRow {
  id: string;
  channel: OutChannel;
  state: DeliveryState;
  person: string;
  address: string | null;
  createdAt: Date;
  dueAt: Date;
  quiet: boolean;
  attempts: number;
  firstTriedAt: Date | null;
  finishedAt: Date | null;
  providerId: string | null;
  providerStatus: string | null;
  errorCode: string | null;
  error: string | null;
  told: { event: ToldEvent; count: number; data: NotificationData }[];
}

const columns = sql`
  d.id::text AS "id", d.channel, d.state, u.name AS "person",
  coalesce(d.address, CASE d.channel WHEN 'email' THEN u.email END) AS "address", d.created_at AS "createdAt",
  d.due_at AS "dueAt", d.quiet, d.attempts, d.first_tried_at AS "firstTriedAt", d.finished_at AS "finishedAt",
  d.provider_id AS "providerId", d.provider_status AS "providerStatus", d.error_code AS "errorCode", d.error,
  coalesce((SELECT jsonb_agg(jsonb_build_object('event', n.event, 'count', n.count, 'data', n.data)
      ORDER BY n.created_at, n.id)
    FROM notification_delivery_items i JOIN notifications n ON n.id = i.notification_id
    WHERE i.delivery_id = d.id), '[]') AS "told"`;

const from = sql`FROM notification_deliveries d JOIN users u ON u.id = d.user_id`;

/** The log of what went out, or did not. */
export class DeliveryLogRepository {
  constructor(private readonly db: Db) {}

  /** One page, newest first. */
  async page(filter: {
    channel: OutChannel | undefined;
    states: DeliveryState[];
    before: { at: Date; id: string } | undefined;
    limit: number;
  }): Promise<DeliveryRow[]> {
    const { channel, states, before, limit } = filter;
    const beyond = before ? sql`(d.created_at, d.id) < (${before.at}::timestamptz, ${before.id}::uuid)` : sql`TRUE`;
    return this.db.$queryRaw<DeliveryRow[]>`
      SELECT ${columns} ${from}
      WHERE ${channel === undefined ? sql`TRUE` : sql`d.channel = ${channel}`} AND ${beyond}
        AND ${states.length === 0 ? sql`TRUE` : sql`d.state = ANY (${states}::text[])`}
      ORDER BY d.created_at DESC, d.id DESC LIMIT ${limit}::int`;
  }

  async find(executor: Db | Tx, id: string): Promise<DeliveryRow | undefined> {
    const rows = await executor.$queryRaw<DeliveryRow[]>`SELECT ${columns} ${from} WHERE d.id = ${id}::uuid`;
    return rows[0];
  }

  /** How many are in each state. */
  async counts(): Promise<{ state: DeliveryState; count: number }[]> {
    return this.db.$queryRaw`SELECT state, count(*)::int AS "count" FROM notification_deliveries GROUP BY state`;
  }

  /** Has a failed message, or one that waits for another try, tried now; answers whether it was one. */
  async retry(tx: Tx, id: string): Promise<boolean> {
    const retried = await tx.$executeRaw`
      UPDATE notification_deliveries SET state = 'retrying', due_at = evenhand_now(), attempts = 0, first_tried_at = NULL,
        finished_at = NULL, provider_id = NULL, provider_status = NULL, quiet = FALSE
      WHERE id = ${id}::uuid AND state IN ('failed', 'retrying')`;
    return retried === 1;
  }

  /** What the carrier said last of an SMS, locked; undefined for none of ours. */
  async lockSms(
    tx: Tx,
    id: string,
  ): Promise<{ state: DeliveryState; providerId: string | null; providerStatus: string | null } | undefined> {
    const rows = await tx.$queryRaw<
      { state: DeliveryState; providerId: string | null; providerStatus: string | null }[]
    >`SELECT state, provider_id AS "providerId", provider_status AS "providerStatus" FROM notification_deliveries
      WHERE id = ${id}::uuid AND channel = 'sms' FOR UPDATE`;
    return rows[0];
  }

  /** Writes what the carrier says of a locked SMS. */
  async heard(
    tx: Tx,
    id: string,
    word: { providerId: string; status: string; state: DeliveryState; code: string | null; why: string | null },
  ): Promise<void> {
    await tx.$executeRaw`
      UPDATE notification_deliveries SET provider_id = ${word.providerId}, provider_status = ${word.status},
        state = ${word.state}, error_code = ${word.code}, error = ${word.why}, uncertain = FALSE,
        locked_by = NULL, locked_until = NULL, finished_at = coalesce(finished_at, evenhand_now())
      WHERE id = ${id}::uuid`;
  }

  /** Forgets messages that came to their end so many days ago; at most `limit`. */
  async prune(keepDays: number, limit: number): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM notification_deliveries WHERE id IN (
        SELECT id FROM notification_deliveries
        WHERE created_at < evenhand_now() - make_interval(days => ${keepDays}::int) AND finished_at IS NOT NULL
        ORDER BY created_at LIMIT ${limit}::int)`;
  }
}
