import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { createAgent, type TestAgent } from "./agents";

export interface QueueInput {
  strategy?: string;
  ringTimeoutSeconds?: number;
  wrapUpSeconds?: number;
  announceEverySeconds?: number;
  shortAbandonSeconds?: number;
  missedRingsToAway?: number;
  declineCooldownSeconds?: number;
}

/** A queue for calls; answers its id. */
export async function createQueue(db: Db, input: QueueInput = {}): Promise<string> {
  const id = newId();
  await db.callQueue.create({
    data: { id, key: `queue-${id.slice(-8)}`, name: "Sales", ...input },
  });
  return id;
}

/** An agent of the queue whose softphone is on and who could take a call now. */
export async function createReadyAgent(
  db: Db,
  queueId: string,
  session: { maxConcurrentCalls?: number } = {},
): Promise<TestAgent & { sessionId: string }> {
  const agent = await createAgent(db);
  await db.queueMembership.create({ data: { queueId, agentId: agent.agentId } });
  const sessionId = newId();
  await db.agentSession.create({
    data: {
      id: sessionId,
      agentId: agent.agentId,
      clientId: "test",
      status: "available",
      deviceConnected: true,
      ...session,
    },
  });
  return { ...agent, sessionId };
}
