/** Status callbacks are tried four times: on failures to connect or to answer, and on 5xx. */
const RETRIES = "#rc=3&rp=ct,rt,5xx";

/** Addresses of the product that stand in messages, or that the carrier is told. */
export class NotificationUrls {
  constructor(readonly base: string) {}

  /** Opened: leads to the page that asks. Posted to: done at once (RFC 8058). */
  unsubscribe(token: string): string {
    return `${this.base}/api/notifications/unsubscribe?token=${token}`;
  }

  /** The page that asks. */
  unsubscribePage(token: string): string {
    return `${this.base}/unsubscribe?token=${token}`;
  }

  smsStatus(deliveryId: string): string {
    return `${this.base}/api/webhooks/twilio/message-status?delivery=${deliveryId}${RETRIES}`;
  }

  /** What an e-mail is known by: the same at each try. */
  messageId(deliveryId: string): string {
    return `<${deliveryId}@${new URL(this.base).hostname}>`;
  }
}
