import type { PoolAgentView } from "../readiness.schemas";
import type { AgentPoolRepository, PoolAgent } from "../repositories/agent-pool.repository";

/** The agents module's judgement of one agent, by the rules that hold at the moment. */
export type JudgePoolAgent = (agent: PoolAgent) => {
  status: PoolAgentView["status"];
  readiness: Pick<PoolAgentView, "score" | "ready" | "issues">;
};

/** Validates a whole pool of agents, read in one query. */
export class PoolReadinessService {
  constructor(
    private readonly pool: AgentPoolRepository,
    private readonly rules: () => Promise<JudgePoolAgent>,
  ) {}

  /** Those among these agents to whom a call could be offered now. */
  async readyAmong(agentIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (agentIds.length === 0) return new Set();
    const [agents, judge] = await Promise.all([this.pool.findAmong(agentIds), this.rules()]);
    return new Set(agents.filter((agent) => judge(agent).readiness.ready).map(({ agentId }) => agentId));
  }

  async validate(queueKey: string | undefined): Promise<PoolAgentView[]> {
    const [agents, judge] = await Promise.all([this.pool.find(queueKey), this.rules()]);
    return agents.map((agent) => {
      const { status, readiness } = judge(agent);
      const { agentId, email, name, queues } = agent;
      const { ready, score, issues } = readiness;
      return { agentId, email, name, queues, status, ready, score, issues };
    });
  }
}
