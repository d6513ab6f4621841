import { createHmac, randomInt, timingSafeEqual } from "node:crypto";

const DIGITS = 6;
/** Minutes that a code is good for, and times that it may be guessed. */
export const CODE_MINUTES = 10;
export const MOST_TRIES = 5;
/** Seconds between two codes, and codes in a day: an SMS costs money, and may go to a stranger. */
export const PAUSE_SECONDS = 60;
export const MOST_A_DAY = 5;

/** Codes that are sent to a number, so that whoever reads them shows that it is theirs. */
export class PhoneCodes {
  constructor(private readonly secret: string) {}

  fresh(): string {
    return String(randomInt(10 ** DIGITS)).padStart(DIGITS, "0");
  }

  /** What is kept of a code: good for this person and number alone. */
  tag(userId: string, phone: string, code: string): string {
    return createHmac("sha256", this.secret).update(`phone\n${userId}\n${phone}\n${code}`).digest("base64url");
  }

  isRight(tag: string, userId: string, phone: string, code: string): boolean {
    const [kept, given] = [Buffer.from(tag), Buffer.from(this.tag(userId, phone, code))];
    return kept.length === given.length && timingSafeEqual(kept, given);
  }
}

/** The SMS that carries a code. */
export const codeInWords = (code: string): string =>
  `Evenhand: ${code} is the code that confirms this number. It is good for ${CODE_MINUTES} minutes.`;
