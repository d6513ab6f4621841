import { isStaff, type Principal } from "@/lib/principal";
import type { TalkTargetRepository, TargetAgentRow, TargetQueueRow } from "../repositories/talk-target.repository";

/** Whom a call can be given to, as the softphone's search shows it. */
export class TalkTargetsService {
  constructor(private readonly targets: Pick<TalkTargetRepository, "agents" | "queues">) {}

  /** Agents and queues whose name holds the text, those who could be rung now first. People without calls see none. */
  async list(principal: Principal, search: string): Promise<{ agents: TargetAgentRow[]; queues: TargetQueueRow[] }> {
    if (!isStaff(principal) && principal.agentId === undefined) return { agents: [], queues: [] };
    const [agents, queues] = await Promise.all([
      this.targets.agents(search, principal.agentId),
      this.targets.queues(search),
    ]);
    return { agents, queues };
  }
}
