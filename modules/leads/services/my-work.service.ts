import type { z } from "zod";
import { forbidden } from "@/lib/errors";
import type { Principal } from "@/lib/principal";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import type { CapacityManager } from "@/modules/agents/services/capacity-manager.service";
import { leadView } from "../domain/lead-view";
import type { myWork } from "../my-work.schemas";
import type { MyWorkRepository } from "../repositories/my-work.repository";

type MyWork = z.output<NonNullable<(typeof myWork)["response"]>>;

const MOST = 200;

/** What an agent does next. */
export class MyWorkService {
  constructor(
    private readonly rows: MyWorkRepository,
    private readonly directory: Pick<AgentDirectory, "find">,
    private readonly capacity: Pick<CapacityManager, "describe">,
  ) {}

  /** The asker's own open leads, the most pressing first. Throws 403 for accounts that are no agent's. */
  async read(principal: Principal): Promise<MyWork> {
    if (principal.agentId === undefined) throw forbidden("Your account is not an agent's.");
    const agent = await this.directory.find(principal.agentId);
    const rows = await this.rows.leads(principal.agentId, principal.timeZone, MOST);
    return {
      capacity: this.capacity.describe(agent),
      leads: rows.map((row) => ({ ...leadView(row), urgency: row.urgency })),
      total: agent.openLeads,
    };
  }
}
