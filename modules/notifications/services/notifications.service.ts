import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import type { Principal } from "@/lib/principal";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { NotificationRow } from "../domain/notification";
import { inWords } from "../domain/words";
import type { NotificationRepository } from "../repositories/notification.repository";
import type { NotificationView } from "../schemas";
import { notificationsMoved } from "./notification-moved";

/** Pages of a list: see CursorCodec of leads. */
export interface Cursors {
  encode(purpose: string, position: { value: string | null; id: string }): string;
  decode(purpose: string, cursor: string): { value: string | null; id: string };
}

const PURPOSE = "notifications";

/** A person's own notifications; nobody else's are ever seen or changed. */
export class NotificationsService {
  constructor(
    private readonly db: Db,
    private readonly notifications: NotificationRepository,
    private readonly cursors: Cursors,
  ) {}

  /** One page, what moved last first, with how many are unread. Throws 400 invalid_cursor. */
  async list(
    { userId }: Principal,
    query: { state: "unread" | "all"; cursor?: string | undefined; limit: number },
  ): Promise<{ notifications: NotificationView[]; unread: number; nextCursor: string | null }> {
    const position = query.cursor === undefined ? undefined : this.cursors.decode(PURPOSE, query.cursor);
    const before = position && { at: new Date(position.value ?? 0), id: position.id };
    const [rows, unread] = await Promise.all([
      this.notifications.page(userId, { unreadOnly: query.state === "unread", before, limit: query.limit + 1 }),
      this.notifications.unread(userId),
    ]);
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      notifications: page.map(view),
      unread,
      nextCursor:
        rows.length > query.limit && last
          ? this.cursors.encode(PURPOSE, { value: last.updatedAt.toISOString(), id: last.id })
          : null,
    };
  }

  async unread({ userId }: Principal): Promise<number> {
    return this.notifications.unread(userId);
  }

  /** Marks one as read or unread; again: the same. Throws 404. */
  async mark({ userId }: Principal, notificationId: string, read: boolean): Promise<NotificationView> {
    if (!isId(notificationId)) throw notFound("This notification");
    return inTransaction(this.db, async (tx) => {
      const marked = await this.notifications.mark(tx, userId, notificationId, read);
      if (marked) await this.tell(tx, userId);
      const row = await this.notifications.find(tx, userId, notificationId);
      if (!row) throw notFound("This notification");
      return view(row);
    });
  }

  /** Marks all as read that had come by `until`; what came or moved later stays unread. Answers how many. */
  async markAll({ userId }: Principal, until: Date): Promise<{ marked: number; unread: number }> {
    const marked = await inTransaction(this.db, async (tx) => {
      const count = await this.notifications.markAll(tx, userId, until);
      if (count > 0) await this.tell(tx, userId);
      return count;
    });
    return { marked, unread: await this.notifications.unread(userId) };
  }

  private tell(tx: Tx, userId: string): Promise<void> {
    return publishLive(tx, [notificationsMoved(userId)]);
  }
}

function view(row: NotificationRow): NotificationView {
  return {
    notificationId: row.id,
    event: row.event,
    ...inWords(row),
    count: row.count,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
  };
}
