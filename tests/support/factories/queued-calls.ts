import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";

/** Callers in line, the first one longest; held by the carrier, so that they can be offered. Answers their entries. */
export async function createWaitingCalls(db: Db, queueId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const [callId, id] = [newId(), newId()];
    const orderKey = new Date(Date.now() - (count - i) * 1_000);
    await db.call.create({
      data: {
        id: callId,
        callSid: `CA${id.replaceAll("-", "")}`,
        direction: "inbound",
        fromNumber: "+15550100001",
        toNumber: "+15550100000",
        carrierStatus: "in-progress",
      },
    });
    await db.queuedCall.create({
      data: { id, callId, queueId, orderKey, enqueuedAt: orderKey, carrierQueueSid: "QU1" },
    });
    ids.push(id);
  }
  return ids;
}
