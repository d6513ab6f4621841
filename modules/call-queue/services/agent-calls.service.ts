import { type Principal, requireStaff } from "@/lib/principal";
import type { AgentCalls } from "../agent-calls.schemas";
import type { AgentCallsRepository } from "../repositories/agent-calls.repository";

const DEFAULT_DAYS = 14;

/** How many calls each agent has taken, day by day. */
export class AgentCallsService {
  constructor(private readonly rows: AgentCallsRepository) {}

  /** The last `days` days by the asker's clock, today last (managers). Throws 403. */
  async read(principal: Principal, days = DEFAULT_DAYS): Promise<AgentCalls> {
    requireStaff(principal);
    const { timeZone } = principal;
    const dates = await this.rows.dates(days, timeZone);
    const [first = ""] = dates;
    const agents = new Map<string, AgentCalls["agents"][number]>();
    for (const { email, day, answered, missed, talkSeconds } of await this.rows.byDay(first, timeZone)) {
      const none = (): number[] => dates.map(() => 0);
      const known = agents.get(email) ?? { agent_id: email, answered: none(), missed: none(), talk_seconds: none() };
      known.answered[day] = answered;
      known.missed[day] = missed;
      known.talk_seconds[day] = talkSeconds;
      agents.set(email, known);
    }
    return { dates, agents: [...agents.values()] };
  }
}
