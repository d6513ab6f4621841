import { Turns } from "@/lib/turns";
import type { WebhookRequest } from "../domain/webhook-request";

/** Milliseconds for which a webhook waits for those of its call before it: less than the carrier's patience by far. */
const PATIENCE_MS = 2_000;
/** Legs whose offers are remembered. */
const MOST_LEGS = 20_000;

/**
 * Webhooks of one call one after another. The end of a call alone is told by six at once: all would hold a connection
 * and wait for the same row, and all but the first would find that there is nothing left to do. In turn, they find it by
 * one read. Which call a webhook is of is read from its address and from those that came before; where that says too
 * little, it takes its turn among those of its own leg, and the database's locks do the rest as ever.
 */
export class CallTurns {
  private readonly turns = new Turns(PATIENCE_MS);
  /** The offer by which each leg, agent's or caller's, was last named. */
  private readonly offerOfLeg = new Map<string, string>();

  take<T>(request: Pick<WebhookRequest, "params" | "query">, work: () => Promise<T>): Promise<T> {
    const call = this.callOf(request);
    return call === undefined ? work() : this.turns.take(call, work);
  }

  private callOf({ params, query }: Pick<WebhookRequest, "params" | "query">): string | undefined {
    const { CallSid: leg } = params;
    const offer = query.get("offer");
    if (leg === undefined) return offer ?? undefined;
    if (offer === null) return this.offerOfLeg.get(leg) ?? leg;
    this.remember(leg, offer);
    return offer;
  }

  private remember(leg: string, offer: string): void {
    if (this.offerOfLeg.get(leg) === offer) return;
    const [oldest] = this.offerOfLeg.keys();
    if (this.offerOfLeg.size >= MOST_LEGS && oldest !== undefined) this.offerOfLeg.delete(oldest);
    this.offerOfLeg.set(leg, offer);
  }
}
