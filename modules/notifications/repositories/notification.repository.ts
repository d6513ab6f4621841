import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import { type Draft, GATHER_MINUTES, type NotificationRow } from "../domain/notification";

const { sql } = Prisma;

const columns = sql`
  n.id::text AS "id", n.user_id::text AS "userId", n.event, n.count, n.data, n.created_at AS "createdAt",
  n.updated_at AS "updatedAt", n.read_at AS "readAt"`;

/** A draft with the id of the notification that it became, or became part of. */
export interface PlacedDraft {
  id: string;
  draft: Draft;
  inApp: boolean;
}

/** What people are told. */
export class NotificationRepository {
  constructor(private readonly db: Db) {}

  /**
   * Unread notifications of these people and keys, not older than GATHER_MINUTES and not sent anywhere yet, locked: what
   * comes now may become part of them. The deliveries being gathered must have been locked before.
   */
  async open(
    tx: Tx,
    of: readonly { userId: string; groupKey: string }[],
  ): Promise<(NotificationRow & { groupKey: string })[]> {
    if (of.length === 0) return [];
    return tx.$queryRaw`
      SELECT ${columns}, n.group_key AS "groupKey" FROM notifications n
        JOIN unnest(${of.map(({ userId }) => userId)}::uuid[], ${of.map(({ groupKey }) => groupKey)}::text[])
          AS o(user_id, group_key) ON o.user_id = n.user_id AND o.group_key = n.group_key
      WHERE n.read_at IS NULL AND n.created_at > evenhand_now() - make_interval(mins => ${GATHER_MINUTES}::int)
        AND NOT EXISTS (SELECT FROM notification_delivery_items i JOIN notification_deliveries d ON d.id = i.delivery_id
          WHERE i.notification_id = n.id AND d.state <> 'gathering')
      ORDER BY n.created_at FOR NO KEY UPDATE OF n`;
  }

  async insert(tx: Tx, placed: readonly PlacedDraft[]): Promise<void> {
    if (placed.length === 0) return;
    const column = (of: (one: PlacedDraft) => string | null): (string | null)[] => placed.map(of);
    await tx.$executeRaw`
      INSERT INTO notifications (id, user_id, event, group_key, count, data, in_app, created_at, updated_at)
      SELECT p.id, p.user_id, p.event, p.group_key, p.count, p.data::jsonb, p.in_app, clock.now, clock.now
      FROM (SELECT evenhand_now() AS now) clock,
        unnest(${column(({ id }) => id)}::uuid[], ${column(({ draft }) => draft.userId)}::uuid[],
          ${column(({ draft }) => draft.event)}::text[], ${column(({ draft }) => draft.groupKey)}::text[],
          ${placed.map(({ draft }) => draft.count)}::int[], ${column(({ draft }) => JSON.stringify(draft.data))}::text[],
          ${placed.map(({ inApp }) => inApp)}::boolean[]) AS p(id, user_id, event, group_key, count, data, in_app)`;
  }

  /** Writes what locked notifications stand for now. */
  async grow(tx: Tx, placed: readonly PlacedDraft[]): Promise<void> {
    if (placed.length === 0) return;
    await tx.$executeRaw`
      UPDATE notifications n SET count = p.count, data = p.data::jsonb, updated_at = evenhand_now()
      FROM unnest(${placed.map(({ id }) => id)}::uuid[], ${placed.map(({ draft }) => draft.count)}::int[],
        ${placed.map(({ draft }) => JSON.stringify(draft.data))}::text[]) AS p(id, count, data)
      WHERE n.id = p.id`;
  }

  /** One page of a person's list, what moved last first. */
  async page(
    userId: string,
    filter: { unreadOnly: boolean; before: { at: Date; id: string } | undefined; limit: number },
  ): Promise<NotificationRow[]> {
    const { unreadOnly, before, limit } = filter;
    const beyond = before ? sql`(n.updated_at, n.id) < (${before.at}::timestamptz, ${before.id}::uuid)` : sql`TRUE`;
    return this.db.$queryRaw<NotificationRow[]>`
      SELECT ${columns} FROM notifications n
      WHERE n.user_id = ${userId}::uuid AND n.in_app AND ${unreadOnly ? sql`n.read_at IS NULL` : sql`TRUE`} AND ${beyond}
      ORDER BY n.updated_at DESC, n.id DESC LIMIT ${limit}::int`;
  }

  async unread(userId: string): Promise<number> {
    const rows = await this.db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS "count" FROM notifications
      WHERE user_id = ${userId}::uuid AND in_app AND read_at IS NULL`;
    return rows[0]?.count ?? 0;
  }

  /** Of a person's own; undefined when there is none such. */
  async find(executor: Db | Tx, userId: string, id: string): Promise<NotificationRow | undefined> {
    const rows = await executor.$queryRaw<NotificationRow[]>`
      SELECT ${columns} FROM notifications n WHERE n.id = ${id}::uuid AND n.user_id = ${userId}::uuid AND n.in_app`;
    return rows[0];
  }

  /** Marks one as read or unread; answers whether that changed anything. */
  async mark(tx: Tx, userId: string, id: string, read: boolean): Promise<boolean> {
    const marked = await tx.$executeRaw`
      UPDATE notifications SET read_at = ${read ? sql`evenhand_now()` : sql`NULL`}
      WHERE id = ${id}::uuid AND user_id = ${userId}::uuid AND in_app AND (read_at IS NULL) = ${read}`;
    return marked === 1;
  }

  /** Marks as read what a person has seen: nothing that moved after `until`. Answers how many. */
  async markAll(tx: Tx, userId: string, until: Date): Promise<number> {
    return tx.$executeRaw`
      UPDATE notifications SET read_at = evenhand_now()
      WHERE user_id = ${userId}::uuid AND in_app AND read_at IS NULL AND updated_at <= ${until}::timestamptz`;
  }

  /** Forgets what moved last so many days ago; at most `limit`. */
  async prune(keepDays: number, limit: number): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM notifications WHERE id IN (
        SELECT id FROM notifications WHERE updated_at < evenhand_now() - make_interval(days => ${keepDays}::int)
        ORDER BY updated_at LIMIT ${limit}::int)`;
  }
}
