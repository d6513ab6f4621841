/** What came of handing a message over. Whoever sends answers one of these, and throws for nothing but its own faults. */
export type SendOutcome =
  /** Taken over by the mail server or the carrier. */
  | { kind: "accepted"; providerId: string; providerStatus: string }
  /** Refused for good: another try would be refused too. */
  | { kind: "refused"; code: string; why: string }
  | {
      kind: "later";
      code: string;
      why: string;
      /** Nobody can be reached at all: others need not be tried for a while. */
      unreachable: boolean;
      /** It may have been taken over all the same. */
      uncertain: boolean;
    };

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The same at each attempt, so that a mail sent twice is known as one. */
  messageId: string;
  /** One click ends what this mail is of (RFC 8058). */
  unsubscribeUrl: string;
}

export interface Sms {
  /** E.164. */
  to: string;
  body: string;
  /** Told of what becomes of it; nobody is, where there is none. */
  statusUrl?: string;
}

export interface Mailer {
  send(mail: Mail): Promise<SendOutcome>;
}

export interface SmsSender {
  send(sms: Sms): Promise<SendOutcome>;
  /** Messages with this text to this number that the carrier has taken since, newest first; throws when it cannot say. */
  find(sms: Sms, since: Date): Promise<{ providerId: string; providerStatus: string }[]>;
}

export type DeliveryState = "gathering" | "retrying" | "sending" | "sent" | "delivered" | "failed" | "skipped";

/** Tries of a message that somebody refuses for now. */
export const MOST_ATTEMPTS = 12;
/** Hours after the first try at which a message is given up, however few tries it had. */
export const MOST_HOURS = 24;
const FIRST_PAUSE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 4 * 3_600;
/** When nobody can be reached it is tried more often: the message is all right. */
const LONGEST_OUTAGE_PAUSE_SECONDS = 300;

/** Seconds until the next try after so many: doubling, and a quarter more or less, so that many do not come as one. */
export function pauseSeconds(attempts: number, unreachable: boolean, random: () => number = Math.random): number {
  const longest = unreachable ? LONGEST_OUTAGE_PAUSE_SECONDS : LONGEST_PAUSE_SECONDS;
  const base = Math.min(longest, FIRST_PAUSE_SECONDS * 2 ** Math.max(0, attempts - 1));
  return base * (0.75 + random() / 2);
}

/** Whether a message that could not be sent now is given up. */
export function isGivenUp(attempts: number, secondsTried: number, unreachable: boolean): boolean {
  return (!unreachable && attempts >= MOST_ATTEMPTS) || secondsTried >= MOST_HOURS * 3_600;
}

/** The carrier's states of an SMS, in the order in which they come: what is told late changes nothing. */
const SMS_RANKS: Readonly<Record<string, number>> = {
  accepted: 0,
  scheduled: 0,
  queued: 1,
  sending: 2,
  sent: 3,
  delivered: 4,
  undelivered: 4,
  failed: 4,
  canceled: 4,
  read: 5,
};

/** Whether the carrier's word `next` says more than `last` did. */
export function saysMore(last: string | null, next: string): boolean {
  const rank = SMS_RANKS[next];
  return rank !== undefined && rank > (last === null ? -1 : (SMS_RANKS[last] ?? -1));
}

/** What a state of the carrier's means for the delivery. */
export function stateOfSms(status: string): Extract<DeliveryState, "sent" | "delivered" | "failed"> {
  if (status === "delivered" || status === "read") return "delivered";
  return status === "undelivered" || status === "failed" || status === "canceled" ? "failed" : "sent";
}
