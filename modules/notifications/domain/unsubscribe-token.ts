import { createHmac, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/errors";
import { channels, type OutChannel, toldEvents, type ToldEvent } from "./told-events";

/** What somebody who holds a link may switch off. */
export interface Unsubscribing {
  userId: string;
  channel: OutChannel;
  events: readonly ToldEvent[];
}

/**
 * Links that switch something off without signing in: signed, for one person, channel and some events, and for ever,
 * since mails are kept. They switch nothing on and show nothing else.
 */
export class UnsubscribeTokens {
  constructor(private readonly secret: string) {}

  sign({ userId, channel, events }: Unsubscribing): string {
    const payload = Buffer.from(JSON.stringify([userId, channel, ...events]));
    return `${payload.toString("base64url")}.${this.tag(payload).toString("base64url")}`;
  }

  /** Throws 403 link_not_valid for a token that this installation did not make. */
  read(token: string): Unsubscribing {
    const [given = "", tag = ""] = token.split(".");
    const payload = Buffer.from(given, "base64url");
    const [own, theirs] = [this.tag(payload), Buffer.from(tag, "base64url")];
    if (own.length !== theirs.length || !timingSafeEqual(own, theirs)) throw notValid();
    const [userId, channel, ...events] = JSON.parse(payload.toString()) as string[];
    // Of a version that knew other events: what is known of them.
    const known = toldEvents.filter((event) => events.includes(event));
    if (userId === undefined || (channel !== "email" && channel !== "sms") || known.length === 0) throw notValid();
    return { userId, channel, events: known };
  }

  private tag(payload: Buffer): Buffer {
    return createHmac("sha256", this.secret).update("unsubscribe\n").update(payload).digest();
  }
}

const notValid = (): AppError =>
  new AppError(403, "link_not_valid", "This link is not valid. Sign in and open your notification settings instead.");

/** Channels as people call them. */
export const CHANNEL_WORDS: Readonly<Record<(typeof channels)[number], string>> = {
  in_app: "in the app",
  email: "by e-mail",
  sms: "by SMS",
};
