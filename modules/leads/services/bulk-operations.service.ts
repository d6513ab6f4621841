import { randomInt } from "node:crypto";
import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import type { AgentDirectory } from "@/modules/agents/services/agent-directory.service";
import { CHUNK_ROWS, chunksOf, type BulkFailure, type WantedLead } from "../domain/bulk";
import { distinctTags } from "../domain/lead";
import { isOverCapacity } from "./over-capacity";
import type { bulkAssign, bulkUpdate } from "../schemas";
import type { AssignOutcome, AssignPlan, AssignProgress, BulkAssignChunk } from "./bulk-assign-chunk";
import type { BulkSelection } from "./bulk-selection";
import type { BulkUpdateChunk, UpdateOutcome, UpdatePlan } from "./bulk-update-chunk";
import type { LeadAccess } from "./lead-access";

type UpdateRequest = z.output<NonNullable<(typeof bulkUpdate)["body"]>>;
type UpdateAnswer = z.output<NonNullable<(typeof bulkUpdate)["response"]>>;
type AssignRequest = z.output<NonNullable<(typeof bulkAssign)["body"]>>;
type AssignAnswer = z.output<NonNullable<(typeof bulkAssign)["response"]>>;

const SEEDS = 2 ** 32;

interface Log {
  error(fields: object, message: string): void;
}

/**
 * Changes many leads in one request: in chunks, each a transaction of its own that holds a row's change, its audit and
 * its timeline together. A row that cannot be changed is told with its reason and never stops the others.
 */
export class BulkOperationsService {
  constructor(
    private readonly db: Db,
    private readonly access: LeadAccess,
    private readonly selection: BulkSelection,
    private readonly directory: AgentDirectory,
    private readonly updates: BulkUpdateChunk,
    private readonly assignments: BulkAssignChunk,
    private readonly log: Log,
  ) {}

  /**
   * Sets the same values on up to 10,000 leads (managers). Throws 413 and 422 for too many leads, 422
   * unknown_disposition; then nothing is written.
   */
  async update(principal: Principal, request: UpdateRequest, requestId?: string): Promise<UpdateAnswer> {
    requireStaff(principal);
    const wanted = await this.selection.resolve(request);
    const { disposition, tags } = request.updates;
    const plan: UpdatePlan = {
      change: tags ? { ...request.updates, tags: distinctTags(tags) } : request.updates,
      opens: disposition === undefined ? false : await this.access.isOpenDisposition(disposition),
      notes: request.notes,
      actor: { ...actorOf(principal), requestId },
    };
    const outcomes = await this.inChunks<UpdateOutcome>(
      wanted,
      (tx, chunk) => this.updates.run(tx, plan, chunk),
      (lead, code) => ({ wanted: lead, status: "failed", at: new Date(), code }),
    );
    const failed = outcomes.filter(({ status }) => status === "failed").length;
    return {
      success: true,
      updated_count: outcomes.filter(({ status }) => status === "updated").length,
      failed_count: failed,
      results: outcomes.map((outcome) => ({
        lead_id: outcome.wanted.given,
        status: outcome.status,
        timestamp: outcome.at.toISOString(),
        ...(outcome.status === "failed" ? { error: outcome.code } : {}),
      })),
    };
  }

  /**
   * Deals up to 10,000 leads over agents by a strategy, within capacity (managers). Leads that somebody has are
   * reassigned; leads that come to the agent they are with stay unchanged and count as assigned. Without `agents` the
   * pool is everyone. Throws 413 and 422 for too many leads, 404 agent_not_found; then nothing is written.
   */
  async assign(principal: Principal, request: AssignRequest, requestId?: string): Promise<AssignAnswer> {
    requireStaff(principal);
    const wanted = await this.selection.resolve(request);
    const pool = request.agents ? await this.directory.findAll(request.agents) : await this.directory.everyone();
    const plan: AssignPlan = {
      strategy: request.assignment_strategy,
      pool: pool.map(({ agentId }) => agentId),
      score: await this.directory.performance(),
      priority: request.priority,
      actor: { ...actorOf(principal), requestId },
      seed: () => randomInt(SEEDS),
    };
    let progress = firstProgress(request, pool);
    const outcomes = await this.inChunks<AssignOutcome>(
      wanted,
      async (tx, chunk) => {
        const result = await this.assignments.run(tx, plan, progress, chunk);
        return { outcomes: result.outcomes, committed: () => (progress = result.progress) };
      },
      (lead, code) => ({ wanted: lead, status: "failed", code }),
    );
    return answerOf(outcomes);
  }

  /**
   * Runs the chunks one after the other. When the database fails after some of them were written, the answer says so
   * row by row: it would be a lie to say that nothing was changed.
   */
  private async inChunks<T>(
    wanted: readonly WantedLead[],
    run: (tx: Tx, chunk: WantedLead[]) => Promise<T[] | { outcomes: T[]; committed: () => void }>,
    fail: (lead: WantedLead, code: BulkFailure) => T,
  ): Promise<T[]> {
    const outcomes: T[] = [];
    for (const chunk of chunksOf(wanted, CHUNK_ROWS)) {
      try {
        const result = await inTransaction(this.db, (tx) => run(tx, chunk));
        if (Array.isArray(result)) outcomes.push(...result);
        else {
          result.committed();
          outcomes.push(...result.outcomes);
        }
      } catch (error) {
        if (isOverCapacity(error)) {
          outcomes.push(...chunk.map((lead) => fail(lead, "no_capacity")));
          continue;
        }
        if (outcomes.length === 0) throw error;
        this.log.error({ err: error, done: outcomes.length, of: wanted.length }, "bulk work was interrupted");
        return [...outcomes, ...wanted.slice(outcomes.length).map((lead) => fail(lead, "interrupted"))];
      }
    }
    return outcomes;
  }
}

function firstProgress(request: AssignRequest, pool: readonly { agentId: string; email: string }[]): AssignProgress {
  if (request.assignment_strategy !== "manual") return {};
  const { agents = [], split } = request;
  if (!split) return { given: new Map() };
  const quotas = new Map<string, number>();
  for (const { agentId, email } of pool) {
    // An agent who is named twice has both shares.
    const share = agents.reduce((sum, named, index) => sum + (named === email ? (split[index] ?? 0) : 0), 0);
    quotas.set(agentId, share);
  }
  return { quotas };
}

function answerOf(outcomes: readonly AssignOutcome[]): AssignAnswer {
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === "failed" ? [{ lead_id: outcome.wanted.given, code: outcome.code }] : [],
  );
  return {
    success: true,
    assignments: outcomes.flatMap((outcome) =>
      outcome.status === "failed"
        ? []
        : [
            {
              lead_id: outcome.wanted.given,
              assigned_to: outcome.agent,
              assigned_at: outcome.at.toISOString(),
              status: outcome.status,
              ...(outcome.status === "reassigned" && outcome.previous !== null
                ? { previous_agent: outcome.previous }
                : {}),
            },
          ],
    ),
    summary: {
      total_leads: outcomes.length,
      successfully_assigned: outcomes.length - failures.length,
      failed_assignments: failures.length,
    },
    failures,
  };
}
