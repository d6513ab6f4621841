import type { AlertRaiser } from "./alert-book.service";

/** Unsigned requests within a minute that are more than a stray one. */
const MANY = 5;
const WINDOW_MS = 60_000;

/** Counts this process's webhooks that the carrier did not sign; many in a minute are an alert. */
export class SignatureWatch {
  private seen = 0;
  private since = 0;

  constructor(private readonly book: Pick<AlertRaiser, "raise">) {}

  /** Another one; the alert is written at most once for each five. Never throws. */
  async unsigned(): Promise<void> {
    const now = Date.now();
    if (now - this.since > WINDOW_MS) [this.seen, this.since] = [0, now];
    this.seen += 1;
    if (this.seen % MANY === 0) await this.book.raise("webhook_signature", "webhooks", { inThisMinute: this.seen });
  }
}
