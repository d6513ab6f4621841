import type { Db } from "@/lib/db/client";
import type { QueuedCallState } from "@/modules/call-queue/domain/queued-call-transitions";
import { eventually } from "../carrier/carrier-house";

/** The queued call of a caller, as the database has it. */
export async function entryOf(db: Db, callSid: string) {
  const entry = await db.queuedCall.findFirst({
    where: { call: { callSid } },
    include: { call: true, offers: { orderBy: { createdAt: "asc" } }, events: { orderBy: { id: "asc" } }, slots: true },
  });
  return entry && { ...entry, slot: entry.slots.find(({ owns }) => owns) ?? null };
}

export type Entry = NonNullable<Awaited<ReturnType<typeof entryOf>>>;

export function untilState(
  db: Db,
  callSid: string,
  state: QueuedCallState | readonly QueuedCallState[],
): Promise<Entry> {
  const states: readonly string[] = typeof state === "string" ? [state] : state;
  return eventually(
    async () => {
      const entry = await entryOf(db, callSid);
      return entry !== null && states.includes(entry.state) && entry;
    },
    `call ${callSid} is ${states.join(" or ")}`,
  );
}

/** The states a call went through, in order. */
export function path(entry: Entry): string[] {
  return entry.events.filter((event) => event.reason !== "announced").map((event) => event.toState);
}
