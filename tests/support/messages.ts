import { afterAll, beforeAll, beforeEach } from "vitest";
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
import type { DeliveryView, PreferencesView } from "@/modules/notifications/schemas";
import { MovingClock } from "./clock";
import { createAdmin, createManager, type TestUser } from "./factories/users";
import { client } from "./http";
import { MailServer } from "./mail-server";

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

/**
 * Somebody who is told things, an admin who reads the log, and a mail server; new, but for the admin, for each test. One
 * for a file.
 */
export class MessageWorld {
  readonly server = new MailServer();
  readonly clock: MovingClock;
  person!: TestUser;
  admin!: TestUser;

  constructor(private readonly house: () => { db: Db; env: Env }) {
    this.clock = new MovingClock(() => house().db);
    beforeAll(async () => {
      await this.server.start();
      this.admin = await createAdmin(house().db);
    });
    afterAll(() => this.server.stop());
    beforeEach(async () => {
      const { db } = house();
      await this.clock.reset();
      await db.notificationDelivery.deleteMany();
      await db.notification.deleteMany();
      await db.notificationEvent.deleteMany();
      await db.notificationPreferences.deleteMany();
      this.server.manner = "takes";
      this.server.mails.length = 0;
      this.person = await createManager(db);
    });
  }

  /** The product's notifications with this world's mail server. */
  side = (parts: NotificationParts = {}) => notificationsBy(this.server, this.house().env, this.house().db, parts);
  /** Notes that so many imports of the person, or of another, have ended. */
  note = (count = 1, to: TestUser = this.person) => noteImports(this.house().db, to, count);
  /** Tells what is noted and sends what is due. */
  round = (by = this.side()) => toldAndSent(by);
  log = async (query = "") =>
    (await client(this.admin).get<{ deliveries: DeliveryView[] }>(`/api/notifications/deliveries${query}`)).body
      .deliveries;
  prefer = async (body: object, who = this.person) =>
    client(who).put<PreferencesView & { code?: string }>("/api/notifications/preferences", body);
}
