import type { Db } from "@/lib/db/client";
import type { QueuedCallState } from "@/lib/db/generated/client";
import { newId } from "@/lib/ids";

let made = 0;

/** A call that an agent holds, in a queue of its own: what readiness and the derived status look at. */
export async function holdCall(db: Db, agentId: string, state: QueuedCallState, slot = 0): Promise<string> {
  made += 1;
  const [queueId, callId, id] = [newId(), newId(), newId()];
  await db.callQueue.create({
    data: { id: queueId, key: `held-${made}-${id.slice(-6)}`, name: "Held" },
  });
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
  await db.queuedCall.create({ data: { id, callId, queueId, state, agentId } });
  await db.agentCallSlot.create({ data: { agentId, slot, queuedCallId: id } });
  return id;
}
