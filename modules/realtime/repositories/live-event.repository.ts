import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { LiveEventInput } from "../topics";

/** Adds events in the caller's own transaction: listeners hear of what was committed, and of nothing else. */
export async function publishLive(tx: Tx, events: readonly LiveEventInput[]): Promise<void> {
  if (events.length === 0) return;
  await tx.$executeRaw`/* named publish_live */ ${liveRows(events)}`;
}

/** The same as a statement to be part of another. */
export function liveRows(events: readonly LiveEventInput[]): Prisma.Sql {
  const column = (of: (event: LiveEventInput) => string): string[] => events.map(of);
  return Prisma.sql`
    INSERT INTO live_events (topic, audience, data)
    SELECT e.topic, e.audience, e.data::jsonb
    FROM unnest(${column((event) => event.topic)}::text[], ${column((event) => event.audience)}::text[],
      ${column((event) => JSON.stringify(event.data))}::text[]) WITH ORDINALITY AS e(topic, audience, data, place)
    ORDER BY e.place`;
}
