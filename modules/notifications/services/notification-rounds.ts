import type { NotificationEventRepository } from "../repositories/notification-event.repository";
import type { NotificationRepository } from "../repositories/notification.repository";
import type { Telling } from "./telling.service";

/** Days that notifications are kept. */
const KEPT_DAYS = 90;
/** Days that told events are kept: what might note one again has long ended by then. */
const EVENT_DAYS = 30;
const MOST_FORGOTTEN = 5_000;

/** What keeps notifications moving, wherever somebody has the time: a worker, or a cron call where there is none. */
export class NotificationRounds {
  constructor(
    private readonly telling: Pick<Telling, "round">,
    private readonly events: Pick<NotificationEventRepository, "prune">,
    private readonly notifications: Pick<NotificationRepository, "prune">,
  ) {}

  /** Makes notifications of what is noted; answers how many events were told. */
  tell(): Promise<number> {
    return this.telling.round();
  }

  /** Deletes what is kept no longer; answers how many rows went. */
  async forget(): Promise<number> {
    const notifications = await this.notifications.prune(KEPT_DAYS, MOST_FORGOTTEN);
    return notifications + (await this.events.prune(EVENT_DAYS, MOST_FORGOTTEN));
  }

  /** One round of everything without a worker. */
  async drain(_runner: string, _seconds: number): Promise<{ told: number; sent: number; forgotten: number }> {
    return { told: await this.tell(), sent: 0, forgotten: await this.forget() };
  }
}
