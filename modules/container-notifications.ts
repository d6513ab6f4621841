import type { Env } from "@/lib/config/env";
import { features } from "@/lib/config/features";
import type { Db } from "@/lib/db/client";
import { logger } from "@/lib/logger";
import type { CursorCodec } from "@/modules/leads/domain/cursor";
import { SmtpMailer } from "@/modules/notifications/adapters/smtp-mailer";
import type { Mailer, SmsSender } from "@/modules/notifications/domain/outgoing";
import { UnsubscribeTokens } from "@/modules/notifications/domain/unsubscribe-token";
import { DeliveryLogRepository } from "@/modules/notifications/repositories/delivery-log.repository";
import { DeliverySendingRepository } from "@/modules/notifications/repositories/delivery-sending.repository";
import { DeliveryRepository } from "@/modules/notifications/repositories/delivery.repository";
import { NotificationEventRepository } from "@/modules/notifications/repositories/notification-event.repository";
import { NotificationFactsRepository } from "@/modules/notifications/repositories/notification-facts.repository";
import { NotificationRepository } from "@/modules/notifications/repositories/notification.repository";
import { PreferenceRepository } from "@/modules/notifications/repositories/preference.repository";
import { PhoneProof } from "@/modules/notifications/services/phone-proof.service";
import { PhoneProofRepository } from "@/modules/notifications/repositories/phone-proof.repository";
import { PhoneCodes } from "@/modules/notifications/domain/phone-code";
import { DeliveryLog } from "@/modules/notifications/services/delivery-log.service";
import { DraftMaker } from "@/modules/notifications/services/draft-maker";
import { NotificationRounds } from "@/modules/notifications/services/notification-rounds";
import { NotificationUrls } from "@/modules/notifications/services/notification-urls";
import { NotificationsService } from "@/modules/notifications/services/notifications.service";
import { NotificationPreferencesService } from "@/modules/notifications/services/preferences.service";
import { Sending, type SendingHooks } from "@/modules/notifications/services/sending.service";
import { Telling } from "@/modules/notifications/services/telling.service";
import { TwilioMessages } from "@/modules/twilio-voice/adapters/twilio-messages";
import { SmsLine } from "@/modules/twilio-voice/services/sms-line.service";

/** The part of the container that tells people what concerns them. */
export interface NotificationSide {
  notifications: NotificationsService;
  notificationPreferences: NotificationPreferencesService;
  phoneProof: PhoneProof;
  notificationLog: DeliveryLog;
  notificationRounds: NotificationRounds;
  smsLine: SmsLine;
}

/** Makes it once a process; tests bring channels of their own, and hooks that cut the work off. */
export function createNotificationSide(
  environment: Env,
  db: Db,
  needs: { cursors: CursorCodec },
  { mailer = mailerOf(environment), sms = smsOf(environment), hooks = {} }: NotificationParts = {},
): NotificationSide {
  const log = logger("notifications");
  const events = new NotificationEventRepository(db);
  const rows = new NotificationRepository(db);
  const preferences = new PreferenceRepository(db);
  const logRows = new DeliveryLogRepository(db);
  const there = { email: mailer !== undefined, sms: true };
  const tokens = new UnsubscribeTokens(environment.AUTH_SECRET);
  const drafts = new DraftMaker(new NotificationFactsRepository());
  const telling = new Telling(db, events, drafts, rows, new DeliveryRepository(), preferences, there);
  const urls = new NotificationUrls(environment.PUBLIC_BASE_URL);
  const sendingRows = new DeliverySendingRepository(db);
  const sending = new Sending(db, sendingRows, preferences, { mailer, sms }, tokens, urls, log, hooks);
  const notificationLog = new DeliveryLog(db, logRows, needs.cursors);
  return {
    notifications: new NotificationsService(db, rows, needs.cursors),
    notificationPreferences: new NotificationPreferencesService(db, preferences, there, tokens),
    phoneProof: new PhoneProof(
      db,
      preferences,
      new PhoneProofRepository(),
      sms,
      new PhoneCodes(environment.AUTH_SECRET),
    ),
    notificationLog,
    notificationRounds: new NotificationRounds(telling, sending, { events, notifications: rows, deliveries: logRows }),
    smsLine: new SmsLine(notificationLog),
  };
}

export interface NotificationParts {
  mailer?: Mailer | undefined;
  sms?: SmsSender;
  hooks?: SendingHooks;
}

function mailerOf({ SMTP_URL, MAIL_FROM, PUBLIC_BASE_URL }: Env): Mailer | undefined {
  if (SMTP_URL === undefined) return undefined;
  return new SmtpMailer({
    url: SMTP_URL,
    from: MAIL_FROM ?? `Evenhand <evenhand@${new URL(PUBLIC_BASE_URL).hostname}>`,
  });
}

// A circuit of its own: messages that fail leave calls alone.
const smsOf = (environment: Env): SmsSender =>
  new TwilioMessages({
    accountSid: environment.TWILIO_ACCOUNT_SID,
    authToken: environment.TWILIO_AUTH_TOKEN,
    apiBaseUrl: environment.TWILIO_API_BASE_URL,
    callerNumber: environment.TWILIO_PHONE_NUMBER,
    timeoutMs: features().CARRIER_TIMEOUT_MS,
  });
