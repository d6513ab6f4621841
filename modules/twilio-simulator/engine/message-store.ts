import { type Appointment, clock } from "../clock";
import type { WebhookSender } from "../webhooks/webhook-sender";
import { newSid } from "./sids";

export type MessageStatus = "queued" | "sending" | "sent" | "delivered" | "undelivered" | "failed";

/** An SMS that the account sent. */
export interface Message {
  sid: string;
  from: string;
  to: string;
  body: string;
  status: MessageStatus;
  errorCode: number | null;
  statusCallback: string | undefined;
  createdAt: Date;
  updatedAt: Date;
  sentAt: Date | null;
}

/** Messages that are kept, newest first. */
const MOST_KEPT = 1_000;
const STEP_MS = 150;
/** Twilio's number for a handset that cannot be reached. */
const UNREACHABLE = 30_003;

/** SMS on their way: each goes from queued over sent to its end by itself, and tells who asked of each step. */
export class MessageStore {
  private messages: Message[] = [];
  private readonly undeliverable = new Set<string>();
  private readonly timers = new Set<Appointment>();

  constructor(
    private readonly accountSid: string,
    private readonly webhooks: Pick<WebhookSender, "notify">,
  ) {}

  send(wanted: Pick<Message, "from" | "to" | "body" | "statusCallback">): Message {
    const now = clock.date();
    const message: Message = {
      ...wanted,
      sid: newSid("SM"),
      status: "queued",
      errorCode: null,
      createdAt: now,
      updatedAt: now,
      sentAt: null,
    };
    this.messages = [message, ...this.messages].slice(0, MOST_KEPT);
    const isLost = this.undeliverable.has(message.to);
    this.later(STEP_MS, () => this.move(message, "sent"));
    this.later(2 * STEP_MS, () => this.move(message, isLost ? "undelivered" : "delivered"));
    return message;
  }

  find(sid: string): Message | undefined {
    return this.messages.find((message) => message.sid === sid);
  }

  /** Newest first. */
  list(filter: { to?: string | null; from?: string | null } = {}): Message[] {
    return this.messages.filter(({ to, from }) => (filter.to ?? to) === to && (filter.from ?? from) === from);
  }

  /** What goes to these numbers from now on does not arrive. */
  setUndeliverable(numbers: readonly string[]): void {
    this.undeliverable.clear();
    for (const number of numbers) this.undeliverable.add(number);
  }

  /** Forgets everything; what is under way tells nobody any more. */
  clear(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    this.messages = [];
    this.undeliverable.clear();
  }

  private later(ms: number, work: () => void): void {
    const timer = clock.after(ms, () => {
      this.timers.delete(timer);
      work();
    });
    this.timers.add(timer);
  }

  private move(message: Message, status: MessageStatus): void {
    message.status = status;
    message.updatedAt = clock.date();
    message.sentAt ??= message.updatedAt;
    if (status === "undelivered") message.errorCode = UNREACHABLE;
    if (message.statusCallback === undefined) return;
    this.webhooks.notify({
      purpose: "message-status",
      event: status,
      url: message.statusCallback,
      method: "POST",
      params: {
        AccountSid: this.accountSid,
        ApiVersion: "2010-04-01",
        From: message.from,
        To: message.to,
        MessageSid: message.sid,
        MessageStatus: status,
        SmsSid: message.sid,
        SmsStatus: status,
        ...(message.errorCode === null ? {} : { ErrorCode: String(message.errorCode) }),
      },
    });
  }
}
