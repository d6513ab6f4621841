import type { PresenceService } from "@/modules/agents/services/presence.service";

/** What this service needs of presence: a whole pool in one query. */
export type PoolPresence = Pick<PresenceService, "judgePool">;

type Judged = Awaited<ReturnType<PoolPresence["judgePool"]>>;
type Presence = Judged extends Map<string, infer P> ? P : never;

export interface DeviceValidation {
  agentId: string;
  readiness: Presence["readiness"];
}

/** Says which devices would ring. */
export class DeviceConnectivityService {
  constructor(private readonly presence: PoolPresence) {}

  /**
   * Validates a whole pool in one query: each agent that exists, in the order asked, with its readiness and the issues
   * that lowered it.
   */
  async validatePool(agentIds: readonly string[]): Promise<DeviceValidation[]> {
    const judged = await this.presence.judgePool(agentIds);
    return agentIds.flatMap((agentId) => {
      const found = judged.get(agentId);
      return found ? [{ agentId, readiness: found.readiness }] : [];
    });
  }
}
