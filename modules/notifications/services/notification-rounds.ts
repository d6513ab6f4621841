import type { DeliveryLogRepository } from "../repositories/delivery-log.repository";
import type { NotificationEventRepository } from "../repositories/notification-event.repository";
import type { NotificationRepository } from "../repositories/notification.repository";
import type { Sending } from "./sending.service";
import type { Telling } from "./telling.service";

/** Days that notifications, and the log of what went out, are kept. */
const KEPT_DAYS = 90;
/** Days that told events are kept: what might note one again has long ended by then. */
const EVENT_DAYS = 30;
const MOST_FORGOTTEN = 5_000;

/** What keeps notifications moving, wherever somebody has the time: a worker, or a cron call where there is none. */
export class NotificationRounds {
  constructor(
    private readonly telling: Pick<Telling, "round">,
    private readonly sending: Pick<Sending, "work">,
    private readonly rows: {
      events: Pick<NotificationEventRepository, "prune">;
      notifications: Pick<NotificationRepository, "prune">;
      deliveries: Pick<DeliveryLogRepository, "prune">;
    },
  ) {}

  /** Makes notifications of what is noted; answers how many events were told. */
  tell(): Promise<number> {
    return this.telling.round();
  }

  /** Sends what is due, beginning nothing after `seconds`; answers how many messages were taken over. */
  send(sender: string, seconds: number): Promise<number> {
    return this.sending.work(sender, seconds);
  }

  /** Deletes what is kept no longer; answers how many rows went. */
  async forget(): Promise<number> {
    const { notifications, deliveries, events } = this.rows;
    const messages = await deliveries.prune(KEPT_DAYS, MOST_FORGOTTEN);
    const told = await notifications.prune(KEPT_DAYS, MOST_FORGOTTEN);
    return messages + told + (await events.prune(EVENT_DAYS, MOST_FORGOTTEN));
  }

  /** One round of everything without a worker. */
  async drain(sender: string, seconds: number): Promise<{ told: number; sent: number; forgotten: number }> {
    return { told: await this.tell(), sent: await this.send(sender, seconds), forgotten: await this.forget() };
  }
}
