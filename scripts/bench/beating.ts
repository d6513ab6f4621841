import { setTimeout as delay } from "node:timers/promises";
import { createDb, type Db } from "@/lib/db/client";
import type { Principal } from "@/lib/principal";
import { AgentSessionRepository } from "@/modules/agents/repositories/agent-session.repository";
import { AgentHeartbeatService } from "@/modules/agents/services/agent-heartbeat.service";
import { PresenceService } from "@/modules/agents/services/presence.service";
import { REPORT } from "./presence-world";

// A program of its own: beats of everybody who is signed in to DATABASE_URL, BEATS_A_SECOND of them until SIGTERM, each by
// itself through the product's heartbeat service. Says "beating" once they flow, and in the end how many were
// acknowledged a second.

/** The product's own heartbeats over this database. */
function heartbeats(db: Db): AgentHeartbeatService {
  const sessions = new AgentSessionRepository(db);
  const rhythm = () => ({ intervalSeconds: 30, leaseBeats: 3 });
  const nobodyWaits = { onAgentReady: () => undefined };
  return new AgentHeartbeatService(db, sessions, new PresenceService(sessions, rhythm), rhythm, nobodyWaits);
}

async function main(url: string, aSecond: number): Promise<void> {
  const db = createDb(url, 2);
  const stopped = new AbortController();
  process.once("SIGTERM", () => stopped.abort());
  const open = await db.agentSession.findMany({ where: { logoutAt: null }, select: { agentId: true } });
  const principals = open.map(({ agentId }) => principalOf(agentId));
  const service = heartbeats(db);
  const pending = new Set<Promise<unknown>>();
  let [sent, answered] = [0, 0];
  console.log("beating");
  const begin = performance.now();
  while (!stopped.signal.aborted) {
    for (const due = ((performance.now() - begin) * aSecond) / 1_000; sent < due; sent += 1) {
      const principal = principals[sent % principals.length];
      if (!principal) throw new Error("nobody is signed in");
      const beat = service.beat(principal, { ...BEAT, agentId: principal.agentId }).then(() => {
        answered += 1;
        pending.delete(beat);
      });
      pending.add(beat);
    }
    await delay(1);
  }
  console.log(`${answered / ((performance.now() - begin) / 1_000)} a second`);
  await Promise.all(pending);
  await db.$disconnect();
}

/** As the sessions of the presence world stand: nothing is new but the time. */
const BEAT = {
  clientId: "bench",
  choiceId: "available",
  currentStatus: "available",
  deviceConnected: true,
  device: REPORT,
  takeOver: false,
} as const;

const principalOf = (agentId: string): Principal & { agentId: string } => ({
  kind: "user",
  userId: agentId,
  sessionId: agentId,
  email: agentId,
  name: "Bench",
  role: "agent",
  agentId,
  timeZone: "UTC",
});

await main(process.env.DATABASE_URL ?? "", Number(process.env.BEATS_A_SECOND));
