import { randomUUID } from "node:crypto";

/** A mail as it was taken in. */
export interface Mail {
  id: string;
  from: string;
  /** Who the envelope names: what a mail says of itself may differ. */
  to: readonly string[];
  subject: string;
  text: string;
  html: string | null;
  /** By which its reader ends what it is of (RFC 2369). */
  unsubscribeUrl: string | null;
  messageId: string;
  receivedAt: Date;
}

/** Mails that are kept, newest first. */
const MOST_KEPT = 500;

/** What was sent by e-mail and has arrived: nothing of it leaves this machine. */
export class MailStore {
  private mails: Mail[] = [];

  add(mail: Omit<Mail, "id" | "receivedAt">): Mail {
    const kept = { ...mail, id: randomUUID(), receivedAt: new Date() };
    this.mails = [kept, ...this.mails].slice(0, MOST_KEPT);
    return kept;
  }

  find(id: string): Mail | undefined {
    return this.mails.find((mail) => mail.id === id);
  }

  list(): readonly Mail[] {
    return this.mails;
  }

  clear(): void {
    this.mails = [];
  }
}
