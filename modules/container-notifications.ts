import type { Db } from "@/lib/db/client";
import type { CursorCodec } from "@/modules/leads/domain/cursor";
import { DeliveryRepository } from "@/modules/notifications/repositories/delivery.repository";
import { NotificationEventRepository } from "@/modules/notifications/repositories/notification-event.repository";
import { NotificationFactsRepository } from "@/modules/notifications/repositories/notification-facts.repository";
import { NotificationRepository } from "@/modules/notifications/repositories/notification.repository";
import { PreferenceRepository } from "@/modules/notifications/repositories/preference.repository";
import { DraftMaker } from "@/modules/notifications/services/draft-maker";
import { NotificationRounds } from "@/modules/notifications/services/notification-rounds";
import { NotificationsService } from "@/modules/notifications/services/notifications.service";
import { Telling } from "@/modules/notifications/services/telling.service";

/** The part of the container that tells people what concerns them. */
export interface NotificationSide {
  notifications: NotificationsService;
  notificationRounds: NotificationRounds;
}

export function createNotificationSide(db: Db, needs: { cursors: CursorCodec }): NotificationSide {
  const events = new NotificationEventRepository(db);
  const rows = new NotificationRepository(db);
  const preferences = new PreferenceRepository(db);
  const telling = new Telling(
    db,
    events,
    new DraftMaker(new NotificationFactsRepository()),
    rows,
    new DeliveryRepository(),
    preferences,
    { email: false, sms: false },
  );
  return {
    notifications: new NotificationsService(db, rows, needs.cursors),
    notificationRounds: new NotificationRounds(telling, events, rows),
  };
}
