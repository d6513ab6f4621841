import { AppError, notFound } from "@/lib/errors";
import type { Tx } from "@/lib/db/transaction";
import type { AgentLoad } from "../domain/capacity";
import type { AgentRepository, SeenAgentLoad } from "../repositories/agent.repository";
import type { PerformanceService } from "./performance.service";

export type { AgentLoad } from "../domain/capacity";

export const agentNotFound = (idOrEmail: string): AppError =>
  new AppError(404, "agent_not_found", `There is no agent ${idOrEmail}.`, { agent: idOrEmail });

/** Finds agents by what people call them, and knows their performance. */
export class AgentDirectory {
  constructor(
    private readonly agents: AgentRepository,
    private readonly scores: Pick<PerformanceService, "scores">,
  ) {}

  /** The agent with this opaque id or e-mail. Throws 404 agent_not_found. */
  async find(idOrEmail: string, tx?: Tx): Promise<AgentLoad> {
    // A path can carry a null byte, which the database cannot hold: nobody is called that.
    const [agent] = idOrEmail.includes("\0") ? [] : await this.agents.find([idOrEmail], tx);
    if (!agent) throw agentNotFound(idOrEmail);
    return agent;
  }

  /** The agents with these e-mails in the order given, each once. Throws 404 agent_not_found naming the unknown ones. */
  async findAll(emails: readonly string[]): Promise<AgentLoad[]> {
    const wanted = [...new Set(emails.map((email) => email.toLowerCase()))];
    const found = new Map((await this.agents.find(wanted)).map((agent) => [agent.email, agent]));
    const unknown = wanted.filter((email) => !found.has(email));
    if (unknown.length > 0) {
      throw new AppError(404, "agent_not_found", `There is no agent ${unknown.join(", ")}.`, { agents: unknown });
    }
    return wanted.map((email) => found.get(email)).filter((agent) => agent !== undefined);
  }

  /** Everyone whose account is switched on. */
  async everyone(): Promise<SeenAgentLoad[]> {
    return this.agents.list();
  }

  /** Locks agents, in id order, until the transaction ends; the caller has locked its leads before. */
  async lock(tx: Tx, agentIds: readonly string[]): Promise<Map<string, AgentLoad>> {
    const locked = await this.agents.lock(tx, [...new Set(agentIds)]);
    return new Map(locked.map((agent) => [agent.agentId, agent]));
  }

  /** As lock(), for one agent. Throws 404 when the agent is gone. */
  async lockOne(tx: Tx, agentId: string): Promise<AgentLoad> {
    const agent = (await this.lock(tx, [agentId])).get(agentId);
    if (!agent) throw notFound("This agent");
    return agent;
  }

  /**
   * Tells each agent's performance score, 0 to 100, as stored; outside a transaction, scores that have become stale are
   * computed anew before.
   */
  async performance(tx?: Tx): Promise<(agentId: string) => number> {
    return this.scores.scores(tx);
  }
}
