import type { DeliveryLog } from "@/modules/notifications/services/delivery-log.service";
import type { WebhookRequest } from "../domain/webhook-request";
import { EMPTY, type TwimlDocument } from "../twiml/verbs";

/** What the carrier tells of messages that went out. */
export class SmsLine {
  constructor(private readonly log: Pick<DeliveryLog, "heard">) {}

  /** An SMS's state changed. */
  async status({ params, query }: WebhookRequest): Promise<TwimlDocument> {
    const { MessageSid: messageSid, MessageStatus: status, ErrorCode: errorCode } = params;
    const deliveryId = query.get("delivery");
    if (deliveryId !== null && messageSid !== undefined && status !== undefined) {
      await this.log.heard({ deliveryId, messageSid, status, errorCode });
    }
    return EMPTY;
  }
}
