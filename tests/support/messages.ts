import type { Env } from "@/lib/config/env";
import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import {
  createNotificationSide,
  type NotificationParts,
  type NotificationSide,
} from "@/modules/container-notifications";
import { CursorCodec } from "@/modules/leads/domain/cursor";
import { SmtpMailer } from "@/modules/notifications/adapters/smtp-mailer";
import { noteEvents } from "@/modules/notifications/repositories/notification-event.repository";
import type { MailServer } from "./mail-server";

/** The product's notifications with this mail server, and patience that fits a test. */
export function notificationsBy(server: MailServer, env: Env, db: Db, parts: NotificationParts = {}): NotificationSide {
  const from = "Evenhand <evenhand@house.test>";
  const mailer = new SmtpMailer({ url: server.url, from, stepMs: 400, wholeMs: 1_500 });
  return createNotificationSide(env, db, { cursors: new CursorCodec(env.AUTH_SECRET) }, { mailer, ...parts });
}

/** Notes that so many imports of a person have ended. */
export async function noteImports(db: Db, to: { userId: string }, count = 1): Promise<void> {
  await db.$transaction((tx) =>
    noteEvents(
      tx,
      Array.from({ length: count }, (_, place) => ({
        event: "import_ended" as const,
        source: newId(),
        data: { importId: newId(), userId: to.userId, failed: false, created: place + 1, left: 0 },
      })),
    ),
  );
}

/** Tells what is noted and sends what is due; answers how many messages were taken over. */
export async function toldAndSent({ notificationRounds: rounds }: NotificationSide): Promise<number> {
  await rounds.tell();
  return rounds.send("the tests", 5);
}
