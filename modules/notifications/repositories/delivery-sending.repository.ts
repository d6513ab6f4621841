import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { NotificationData } from "../domain/notification";
import type { OutChannel, ToldEvent } from "../domain/told-events";

const { sql } = Prisma;

/** Seconds that a message is held by whoever sends it: longer than any sending may take. */
export const MESSAGE_LEASE_SECONDS = 28;

/** A message whose time has come, locked. */
export interface DueDelivery {
  id: string;
  userId: string;
  channel: OutChannel;
  attempts: number;
  /** By the database's clock. */
  now: Date;
}

/** A message that this process is to send. */
export interface ClaimedDelivery {
  id: string;
  userId: string;
  channel: OutChannel;
  /** This one included. */
  attempts: number;
  firstTriedAt: Date;
  secondsTried: number;
  /** Only the word of the last claim counts. */
  claim: number;
  /** An earlier try may have been taken over although nobody knows. */
  mayHaveGone: boolean;
}

/** What a message tells. */
export interface DeliveryItem {
  deliveryId: string;
  notificationId: string;
  event: ToldEvent;
  count: number;
  data: NotificationData;
  /** It has been read in the product meanwhile. */
  read: boolean;
}

/** Messages on their way out: who sends which, and what came of it. */
export class DeliverySendingRepository {
  constructor(private readonly db: Db) {}

  /** Messages whose time has come, or whose sender has died, oldest first, locked; those others look at are left out. */
  async lockDue(tx: Tx, of: readonly OutChannel[], limit: number): Promise<DueDelivery[]> {
    return tx.$queryRaw<DueDelivery[]>`
      SELECT d.id::text AS "id", d.user_id::text AS "userId", d.channel, d.attempts, clock.now AS "now"
      FROM (SELECT evenhand_now() AS now) clock, notification_deliveries d
      WHERE d.channel = ANY (${of as OutChannel[]}::text[])
        AND (d.state IN ('gathering', 'retrying') AND d.due_at <= clock.now
          OR d.state = 'sending' AND d.locked_until < clock.now)
      ORDER BY d.due_at LIMIT ${limit}::int FOR UPDATE OF d SKIP LOCKED`;
  }

  /** Puts locked messages off to the end of their people's quiet hours; one whose sender died waits like the others. */
  async putOff(tx: Tx, off: readonly { id: string; until: Date }[]): Promise<void> {
    if (off.length === 0) return;
    await tx.$executeRaw`
      UPDATE notification_deliveries d SET due_at = o.until, quiet = TRUE, locked_by = NULL, locked_until = NULL,
        state = CASE WHEN d.state = 'sending' THEN 'retrying' ELSE d.state END
      FROM unnest(${off.map(({ id }) => id)}::uuid[], ${off.map(({ until }) => until)}::timestamptz[]) AS o(id, until)
      WHERE d.id = o.id`;
  }

  /** Takes locked messages for a sender. From here on they may go out. */
  async claim(tx: Tx, ids: readonly string[], sender: string): Promise<ClaimedDelivery[]> {
    if (ids.length === 0) return [];
    return tx.$queryRaw<ClaimedDelivery[]>`
      WITH before AS MATERIALIZED (
        SELECT id, uncertain FROM notification_deliveries WHERE id = ANY (${ids as string[]}::uuid[]))
      UPDATE notification_deliveries d SET state = 'sending', attempts = d.attempts + 1, claim = d.claim + 1,
        uncertain = TRUE, locked_by = ${sender}, quiet = FALSE,
        locked_until = clock.now + make_interval(secs => ${MESSAGE_LEASE_SECONDS}::float8),
        first_tried_at = coalesce(d.first_tried_at, clock.now)
      FROM before, (SELECT evenhand_now() AS now) clock WHERE d.id = before.id
      RETURNING d.id::text AS "id", d.user_id::text AS "userId", d.channel, d.attempts,
        d.first_tried_at AS "firstTriedAt", extract(epoch FROM clock.now - d.first_tried_at)::float8 AS "secondsTried",
        d.claim, before.uncertain AS "mayHaveGone"`;
  }

  async items(tx: Tx, deliveryIds: readonly string[]): Promise<DeliveryItem[]> {
    return tx.$queryRaw<DeliveryItem[]>`
      SELECT i.delivery_id::text AS "deliveryId", n.id::text AS "notificationId", n.event, n.count, n.data,
        n.in_app AND n.read_at IS NOT NULL AS "read"
      FROM notification_delivery_items i JOIN notifications n ON n.id = i.notification_id
      WHERE i.delivery_id = ANY (${deliveryIds as string[]}::uuid[]) ORDER BY n.created_at, n.id`;
  }

  /** Takes notifications out of messages that have not been tried yet. */
  async dropItems(tx: Tx, items: readonly Pick<DeliveryItem, "deliveryId" | "notificationId">[]): Promise<void> {
    if (items.length === 0) return;
    await tx.$executeRaw`
      DELETE FROM notification_delivery_items i
      USING unnest(${items.map(({ deliveryId }) => deliveryId)}::uuid[],
        ${items.map(({ notificationId }) => notificationId)}::uuid[]) AS o(delivery_id, notification_id)
      WHERE i.delivery_id = o.delivery_id AND i.notification_id = o.notification_id`;
  }

  /** Ends locked messages that are not to go out. */
  async endUnsent(tx: Tx, skipped: readonly { id: string; code: string; why: string }[]): Promise<void> {
    if (skipped.length === 0) return;
    await tx.$executeRaw`
      UPDATE notification_deliveries d SET state = 'skipped', error_code = s.code, error = s.why,
        finished_at = evenhand_now(), locked_by = NULL, locked_until = NULL
      FROM unnest(${skipped.map(({ id }) => id)}::uuid[], ${skipped.map(({ code }) => code)}::text[],
        ${skipped.map(({ why }) => why)}::text[]) AS s(id, code, why)
      WHERE d.id = s.id`;
  }

  /** Whom it is sent to, and as what: for the log. */
  async address(tx: Tx, id: string, address: string, subject: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE notification_deliveries SET address = ${address}, subject = ${subject} WHERE id = ${id}::uuid`;
  }

  /** It was taken over; false when this claim's word does not count any more. */
  async accepted(held: Held, providerId: string, providerStatus: string): Promise<boolean> {
    return this.settle(
      held,
      sql`
      state = 'sent', provider_id = ${providerId}, provider_status = coalesce(provider_status, ${providerStatus}),
      uncertain = FALSE, error_code = NULL, error = NULL, finished_at = evenhand_now()`,
    );
  }

  async refused(held: Held, code: string, why: string): Promise<boolean> {
    return this.settle(
      held,
      sql`
      state = 'failed', error_code = ${code}, error = ${why}, uncertain = FALSE, finished_at = evenhand_now()`,
    );
  }

  async again(
    held: Held,
    { code, why, uncertain, seconds }: { code: string; why: string; uncertain: boolean; seconds: number },
  ): Promise<boolean> {
    return this.settle(
      held,
      sql`
      state = 'retrying', error_code = ${code}, error = ${why}, uncertain = ${uncertain},
      due_at = evenhand_now() + make_interval(secs => ${seconds}::float8)`,
    );
  }

  /** Those of these names that stand for another message of ours. */
  async taken(providerIds: readonly string[], butId: string): Promise<Set<string>> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`
      SELECT provider_id AS "id" FROM notification_deliveries
      WHERE channel = 'sms' AND provider_id = ANY (${providerIds as string[]}::text[]) AND id <> ${butId}::uuid`;
    return new Set(rows.map(({ id }) => id));
  }

  private async settle({ id, claim }: Held, set: Prisma.Sql): Promise<boolean> {
    const settled = await this.db.$executeRaw`
      UPDATE notification_deliveries SET locked_by = NULL, locked_until = NULL, ${set}
      WHERE id = ${id}::uuid AND claim = ${claim}::int AND state = 'sending'`;
    return settled === 1;
  }
}

type Held = Pick<ClaimedDelivery, "id" | "claim">;
