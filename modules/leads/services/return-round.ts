import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import type { Actor } from "@/lib/principal";
import type { AgentDirectory, AgentLoad } from "@/modules/agents/services/agent-directory.service";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { ReturnRules } from "../domain/return-policy";
import type { ReturnPolicyRepository } from "../repositories/return-policy.repository";
import type { DueLead, ReturnRoundRepository, ReturnStep } from "../repositories/return-round.repository";
import { agentsChanged, leadChanged, manyLeadsChanged } from "./lead-events";
import type { ReturnRecount } from "./return-recount";

/** What a decision of the timer is called, and the version of its rule. */
export const RETURN_STRATEGY = "return_timer";
export const RETURN_POLICY_VERSION = "return-1";

/** Rows of one transaction, and transactions of one round. */
const CHUNK = 500;
const MOST_CHUNKS = 20;
const RECOUNT_CHUNKS = 100;

export interface ReturnCounts {
  /** Leads that went back to the pool. */
  returned: number;
  /** Ended timers of leads that were closed, removed or worked on by other ways. */
  cleared: number;
  /** Timers that got another end because the policy or its calendar had changed. */
  recounted: number;
}

/** Gives leads back to the pool that their agents left untouched. Any number of rounds may run at once. */
export class ReturnRound {
  constructor(
    private readonly db: Db,
    private readonly policies: ReturnPolicyRepository,
    private readonly rows: ReturnRoundRepository,
    private readonly recount: ReturnRecount,
    private readonly directory: AgentDirectory,
  ) {}

  /** One round over at most 10,000 leads. Answers what was done. */
  async run(actor: Actor): Promise<ReturnCounts> {
    const counts = { returned: 0, cleared: 0, recounted: await this.recount.run(RECOUNT_CHUNKS) };
    for (let chunk = 0; chunk < MOST_CHUNKS; chunk += 1) {
      const returned = await inTransaction(this.db, (tx) => this.returnChunk(tx, actor));
      counts.returned += returned;
      if (returned < CHUNK) break;
    }
    counts.cleared = await inTransaction(this.db, (tx) => this.rows.clearIdle(tx, CHUNK));
    return counts;
  }

  private async returnChunk(tx: Tx, actor: Actor): Promise<number> {
    const rules = await this.policies.rules(tx);
    // The rules have changed: the timers that still stand may not be right.
    if (!rules.enabled || rules.recounting) return 0;
    const due = await this.rows.lockDue(tx, CHUNK);
    if (due.length === 0) return 0;
    const agents = await this.directory.lock(
      tx,
      due.map(({ agentId }) => agentId),
    );
    const by = { strategy: RETURN_STRATEGY, policyVersion: RETURN_POLICY_VERSION, actor };
    await this.rows.giveBack(tx, stepsOf(due, agents, rules), by);
    await writeAudit(
      tx,
      actor,
      due.map((lead) => ({
        action: "lead.returned",
        entityType: "lead" as const,
        entityId: lead.leadId,
        before: { assigned_agent: lead.agentEmail },
        after: { assigned_agent: null, return_due_at: lead.dueAt.toISOString() },
      })),
    );
    await publishLive(tx, [
      ...(due.length === 1 && due[0] ? leadChanged(due[0].leadId, null) : [manyLeadsChanged(due.length)]),
      ...agentsChanged(due.map(({ agentId }) => agentId)),
    ]);
    return due.length;
  }
}

function stepsOf(due: readonly DueLead[], agents: ReadonlyMap<string, AgentLoad>, rules: ReturnRules): ReturnStep[] {
  const open = new Map([...agents.values()].map(({ agentId, openLeads }) => [agentId, openLeads]));
  return due.map((lead) => {
    const before = open.get(lead.agentId) ?? 0;
    open.set(lead.agentId, before - 1);
    const maxCapacity = agents.get(lead.agentId)?.maxCapacity ?? 0;
    const times = {
      assigned_at: lead.assignedAt.toISOString(),
      due_at: lead.dueAt.toISOString(),
      minutes: rules.minutes[lead.priority],
    };
    return {
      leadId: lead.leadId,
      agentId: lead.agentId,
      activity: { previous_agent: lead.agentEmail, previous_agent_name: lead.agentName, ...times },
      explanation: {
        candidates: [],
        excluded: [],
        before: { openLeads: before, maxCapacity },
        after: { openLeads: before - 1, maxCapacity },
        seed: null,
        ...times,
        decided_at: rules.now.toISOString(),
        priority: lead.priority,
        calendar: rules.calendarName,
        time_zone: rules.calendar?.timeZone ?? null,
      },
    };
  });
}
