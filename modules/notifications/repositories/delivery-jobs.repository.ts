import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { DeliveryState } from "../domain/outgoing";
import type { OutChannel } from "../domain/told-events";

const { sql } = Prisma;

type Which = "under_way" | "failed" | "all";

/** Days that a message which failed stands among the background work; the log has it for longer. */
const FAILED_DAYS = 7;
/** Seconds after its time at which a message that nobody has tried is late: a round of the cron route, and a little. */
const LATE_SECONDS = 90;

/** A message as background work. */
export interface DeliveryJobRow {
  id: string;
  channel: OutChannel;
  state: DeliveryState;
  person: string;
  notifications: number;
  attempts: number;
  createdAt: Date;
  firstTriedAt: Date | null;
  finishedAt: Date | null;
  runner: string | null;
  heldUntil: Date | null;
  /** Nobody has tried it though its time has come. */
  isLate: boolean;
  /** What the mail server or the carrier said last. */
  error: string | null;
}

const late = sql`(d.state = 'gathering' AND d.due_at < evenhand_now() - make_interval(secs => ${LATE_SECONDS}))`;
const columns = sql`
  d.id::text AS "id", d.channel, d.state, u.name AS "person", d.attempts, d.created_at AS "createdAt",
  d.first_tried_at AS "firstTriedAt", d.finished_at AS "finishedAt", d.locked_by AS "runner",
  d.locked_until AS "heldUntil", d.error, ${late} AS "isLate",
  (SELECT count(*)::int FROM notification_delivery_items i WHERE i.delivery_id = d.id) AS "notifications"`;
const from = sql`FROM notification_deliveries d JOIN users u ON u.id = d.user_id`;

// The index on what is not over serves these: "failed" is among its states.
const underWay = sql`d.state IN ('gathering', 'retrying', 'sending', 'failed') AND (d.state IN ('retrying', 'sending')
  OR ${late})`;
const failed = sql`d.state IN ('gathering', 'retrying', 'sending', 'failed') AND d.state = 'failed'
  AND d.finished_at > evenhand_now() - make_interval(days => ${FAILED_DAYS})`;
const WANTED: Readonly<Record<Which, Prisma.Sql>> = {
  under_way: underWay,
  failed,
  all: sql`(${underWay} OR ${failed})`,
};

/**
 * Messages that somebody should see: those that are being handed over or wait for another try, those that nobody tries
 * though their time has come, and those that failed of late. What gathers or has gone out is as it should be.
 */
export class DeliveryJobsRepository {
  constructor(private readonly db: Db) {}

  async page(
    which: Which,
    after: { createdAt: Date; id: string } | undefined,
    limit: number,
  ): Promise<DeliveryJobRow[]> {
    const beyond = after ? sql`(d.created_at, d.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : sql`TRUE`;
    return this.db.$queryRaw<DeliveryJobRow[]>`
      SELECT ${columns} ${from} WHERE ${WANTED[which]} AND ${beyond}
      ORDER BY d.created_at DESC, d.id DESC LIMIT ${limit}::int`;
  }

  /** A message in any state. */
  async find(id: string): Promise<DeliveryJobRow | undefined> {
    const rows = await this.db.$queryRaw<DeliveryJobRow[]>`SELECT ${columns} ${from} WHERE d.id = ${id}::uuid`;
    return rows[0];
  }
}
