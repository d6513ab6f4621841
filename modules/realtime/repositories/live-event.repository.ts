import type { Tx } from "@/lib/db/transaction";
import type { LiveEventInput } from "../topics";

/** Adds events in the caller's own transaction: listeners hear of what was committed, and of nothing else. */
export async function publishLive(tx: Tx, events: readonly LiveEventInput[]): Promise<void> {
  if (events.length === 0) return;
  await tx.liveEvent.createMany({
    data: events.map(({ topic, audience, data }) => ({ topic, audience, data })),
  });
}
