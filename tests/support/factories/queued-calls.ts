import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";

/** Callers in line, the first one longest; held by the carrier, so that they can be offered. Answers their entries. */
export async function createWaitingCalls(db: Db, queueId: string, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, i) => {
    const orderKey = new Date(Date.now() - (count - i) * 1_000);
    return { id: newId(), callId: newId(), orderKey };
  });
  await db.call.createMany({
    data: rows.map(({ id, callId }) => ({
      id: callId,
      callSid: `CA${id.replaceAll("-", "")}`,
      direction: "inbound",
      fromNumber: "+15550100001",
      toNumber: "+15550100000",
      carrierStatus: "in-progress",
    })),
  });
  await db.queuedCall.createMany({
    data: rows.map((row) => ({ ...row, queueId, enqueuedAt: row.orderKey, carrierQueueSid: "QU1" })),
  });
  return rows.map(({ id }) => id);
}
