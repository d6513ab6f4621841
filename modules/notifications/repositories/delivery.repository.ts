import type { Tx } from "@/lib/db/transaction";
import type { OutChannel } from "../domain/told-events";

/** A notification that is to go out on a channel, and when. */
export interface Outgoing {
  notificationId: string;
  userId: string;
  channel: OutChannel;
  /** Minutes that it may be gathered; 0: at once, unless one went out just now. */
  gatherMinutes: number;
}

/** Minutes between two messages to one person on one channel, at least: a hundred events are two messages. */
const LEAST_GAP_MINUTES = 2;

/** Envelopes as they are filled. */
export class DeliveryRepository {
  /** Holds the open envelopes of these people until the transaction ends: none of them goes out meanwhile. */
  async lockOpen(tx: Tx, userIds: readonly string[]): Promise<void> {
    await tx.$queryRaw`
      SELECT 1 FROM notification_deliveries WHERE state = 'gathering' AND user_id = ANY (${userIds as string[]}::uuid[])
      ORDER BY id FOR UPDATE`;
  }

  /** Puts notifications into their people's open envelopes, making those that there are none of; again: nothing. */
  async put(tx: Tx, outgoing: readonly Outgoing[], newIds: readonly string[]): Promise<void> {
    if (outgoing.length === 0) return;
    const users = outgoing.map(({ userId }) => userId);
    const channels = outgoing.map(({ channel }) => channel);
    await tx.$executeRaw`
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      wanted AS (
        SELECT DISTINCT ON (o.user_id, o.channel) o.new_id, o.user_id, o.channel,
          clock.now + make_interval(mins => min(o.minutes) OVER (PARTITION BY o.user_id, o.channel)) AS due
        FROM clock, unnest(${newIds as string[]}::uuid[], ${users}::uuid[], ${channels}::text[],
          ${outgoing.map(({ gatherMinutes }) => gatherMinutes)}::int[]) AS o(new_id, user_id, channel, minutes)
        ORDER BY o.user_id, o.channel)
      INSERT INTO notification_deliveries AS d (id, user_id, channel, created_at, due_at)
      SELECT w.new_id, w.user_id, w.channel, clock.now, greatest(w.due, (
        SELECT max(l.first_tried_at) + make_interval(mins => ${LEAST_GAP_MINUTES}::int) FROM notification_deliveries l
        WHERE l.user_id = w.user_id AND l.channel = w.channel))
      FROM wanted w, clock
      ON CONFLICT (user_id, channel) WHERE state = 'gathering' DO UPDATE SET due_at = least(d.due_at, excluded.due_at)`;
    await tx.$executeRaw`
      INSERT INTO notification_delivery_items (delivery_id, notification_id, channel)
      SELECT d.id, o.notification_id, o.channel
      FROM unnest(${outgoing.map(({ notificationId }) => notificationId)}::uuid[], ${users}::uuid[],
        ${channels}::text[]) AS o(notification_id, user_id, channel)
        JOIN notification_deliveries d ON d.user_id = o.user_id AND d.channel = o.channel AND d.state = 'gathering'
      ON CONFLICT DO NOTHING`;
  }
}
