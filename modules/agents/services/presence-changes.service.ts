import { inTransaction, type Tx } from "@/lib/db/transaction";
import type { Db } from "@/lib/db/client";
import { systemActor, type Actor } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { MISSED_RINGS_REASON } from "../domain/session-status";
import type { AgentSessionRepository, MissedRing } from "../repositories/agent-session.repository";

/** Sessions closed by one statement; more are left to the next round. */
const SWEEP_LIMIT = 500;

/** Changes of presence that the house makes, not the person: leases that run out, rings that nobody answers. */
export class PresenceChangesService {
  constructor(
    private readonly db: Db,
    private readonly sessions: AgentSessionRepository,
    private readonly leaseSeconds: () => number,
    private readonly heartbeatsCount: () => Promise<boolean> = () => Promise.resolve(true),
  ) {}

  /**
   * Signs out every session whose lease has run out, by the database's clock; safe to run anywhere, at any time, twice
   * at once. Availability, which people set for leads, is not touched. Answers how many were closed: none while
   * heartbeats are switched off as a feature.
   */
  async sweep(actor: Actor = systemActor("lease sweep")): Promise<number> {
    if (!(await this.heartbeatsCount())) return 0;
    for (let total = 0; ;) {
      const closed = await inTransaction(this.db, async (tx) => {
        const swept = await this.sessions.sweep(tx, this.leaseSeconds(), SWEEP_LIMIT);
        await writeAudit(
          tx,
          actor,
          swept.map(({ sessionId, status, silentSeconds }) => ({
            action: "agent_session.lease_expired",
            entityType: "agent_session" as const,
            entityId: sessionId,
            before: { status },
            after: {
              status: "offline",
              silentSeconds: Math.round(silentSeconds),
            },
          })),
        );
        await this.publish(
          tx,
          swept.map((session) => session.agentId),
        );
        return swept.length;
      });
      total += closed;
      if (closed < SWEEP_LIMIT) return total;
    }
  }

  /**
   * Counts a ring that nobody answered, and what the carrier saw of it; after `limit` in a row the agent goes to away and is told why (RONA). Runs in
   * the caller's transaction, beside the end of the offer.
   */
  async missedRing(
    tx: Tx,
    agentId: string,
    limit: number,
    actor: Actor,
    ring: MissedRing,
  ): Promise<{ wentAway: boolean }> {
    const missed = await this.sessions.recordMissedRing(tx, agentId, limit, MISSED_RINGS_REASON, ring);
    if (!missed) return { wentAway: false };
    if (missed.wentAway) {
      await writeAudit(tx, actor, [
        {
          action: "agent_session.away_after_missed_rings",
          entityType: "agent_session",
          entityId: missed.sessionId,
          before: { status: "available" },
          after: {
            status: "away",
            statusReason: MISSED_RINGS_REASON,
            missedRings: missed.missedRings,
          },
        },
      ]);
    }
    await this.publish(tx, [agentId]);
    return { wentAway: missed.wentAway };
  }

  /** A ring that is known to be heard, perhaps only now that it is over. Runs in the caller's transaction. */
  async heardRing(tx: Tx, agentId: string): Promise<void> {
    if (await this.sessions.clearSilentRings(tx, agentId)) await this.publish(tx, [agentId]);
  }

  /** An answered ring: the count begins again. Runs in the caller's transaction. */
  async answeredRing(tx: Tx, agentId: string): Promise<void> {
    await this.sessions.clearMissedRings(tx, agentId);
  }

  private async publish(tx: Tx, agentIds: readonly string[]): Promise<void> {
    await publishLive(
      tx,
      agentIds.map((agentId) => ({
        topic: "presence",
        audience: `agent:${agentId}`,
        data: { agentId },
      })),
    );
  }
}
