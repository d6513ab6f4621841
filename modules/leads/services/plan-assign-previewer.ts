import type { Tx } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import {
  batchInput,
  createDealer,
  type DealSetup,
  type Choice,
  type LeadDealing,
  type OpenDeal,
  POLICY_VERSION,
} from "@/modules/agents/services/deal-leads";
import type { AssignPlanRequest, Plan, Verdict } from "../domain/plan";
import type { DealtChunk, PlanAssignRepository, PreviewedChunk } from "../repositories/plan-assign.repository";
import type { Previewer } from "./plan-previewers";

/** Chunks dealt again at a time. */
const AGAIN_CHUNKS = 20;

export type Dealing = Pick<LeadDealing, "open" | "close" | "takeTurns">;

/**
 * Deals a plan's leads out, chunk after chunk with one dealer, so that it never holds more than some chunks of leads.
 * With `lock`, agents are locked from the first choice to the end of the transaction and the turns are taken: for a
 * plan that is applied at once. Leads are read before that, to keep the locks short.
 */
export class AssignPreviewer implements Previewer {
  private deal: Pick<OpenDeal, "dealer" | "setup"> | undefined;
  /** The same when it was opened here, under the locks it is closed under. */
  private opened: OpenDeal | undefined;
  private moving = 0;
  /** The last slice: should its transaction be run again, its leads must not be dealt twice. */
  private last: { from: number; previews: PreviewedChunk[] } | undefined;

  constructor(
    private readonly rows: PlanAssignRepository,
    private readonly dealing: Dealing,
    private readonly plan: Pick<Plan, "id" | "createdBy">,
    private readonly request: AssignPlanRequest,
    private readonly lock: boolean,
  ) {}

  async begin(tx: Tx): Promise<void> {
    await this.rows.beginAgain(tx, this.plan.id);
  }

  /** Deals again what was dealt: from the same setup the same leads go to the same agents, however they stand now. */
  async resume(tx: Tx, prepared: number, state: unknown): Promise<void> {
    const { setup } = state as { setup: DealSetup };
    const dealer = createDealer(setup);
    this.moving = 0;
    this.last = undefined;
    for (let from = 0; from < prepared; from += AGAIN_CHUNKS) {
      const rows = await this.rows.dealt(tx, this.plan.id, from, Math.min(from + AGAIN_CHUNKS, prepared));
      dealer.deal(rows);
      this.moving += rows.filter(({ changes }) => changes).length;
    }
    this.deal = { dealer, setup };
  }

  state(): unknown {
    return this.deal && { setup: this.deal.setup };
  }

  async slice(tx: Tx, from: number, to: number): Promise<void> {
    if (this.last?.from !== from) this.last = { from, previews: await this.previews(tx, from, to) };
    if (this.last.previews.length > 0) await this.rows.store(tx, this.plan.id, this.last.previews);
  }

  private async previews(tx: Tx, from: number, to: number): Promise<PreviewedChunk[]> {
    const chunks = await this.rows.leads(tx, this.plan.id, from, to);
    const { dealer } = (this.deal ??= this.opened = await this.open(tx));
    return chunks.map((chunk) => {
      const rows = chunk.refusals.flatMap((refusal, row) => (refusal === null ? [row] : []));
      const choices = dealer.deal(
        rows.map((row) => ({
          leadId: chunk.leadIds[row] ?? "",
          ownerId: chunk.owners[row] ?? null,
          team: chunk.teams[row] ?? null,
        })),
      );
      return this.preview(chunk, new Map(rows.map((row, index) => [row, choices[index] as Choice])));
    });
  }

  async finish(tx: Tx): Promise<void> {
    const deal = this.deal;
    // Where nothing moves, nobody's turn was taken and there is nothing to explain.
    if (!deal || this.moving === 0) return;
    await this.rows.setNeeded(tx, this.plan.id, deal.dealer.needed());
    await this.rows.addBatch(tx, this.plan.id, {
      id: newId(),
      strategy: this.request.strategy,
      policyVersion: POLICY_VERSION,
      input: batchInput(deal.setup, deal.dealer),
      actorId: this.plan.createdBy,
    });
    if (this.opened && this.lock) await this.dealing.close(tx, this.opened, { takeTurns: true });
  }

  private open(tx: Tx): Promise<OpenDeal> {
    const { strategy, agents, split, team } = this.request;
    const quotas = split && agents ? quotasOf(agents, split) : undefined;
    return this.dealing.open(tx, { strategy, agentIds: agents, team: team?.id, quotas, lock: this.lock });
  }

  private preview(chunk: DealtChunk, choices: ReadonlyMap<number, Choice>): PreviewedChunk {
    const differences: (object | null)[] = [];
    const openBefore: (number | null)[] = [];
    const verdicts = chunk.refusals.map((refusal, row): Verdict => {
      const choice = choices.get(row);
      const difference = choice?.agentId ? this.differenceOf(chunk, row, choice.agentId) : {};
      const changes = Object.keys(difference).length > 0;
      if (changes) this.moving += 1;
      differences.push(changes ? difference : null);
      openBefore.push(choice?.agentId ? choice.openBefore : null);
      if (!choice) return refusal ?? "no_agent_available";
      return choice.agentId === null ? choice.code : changes ? "change" : "equal";
    });
    const { place, versions, owners, teams } = chunk;
    return { place, versions, verdicts, differences, owners, teams, openBefore };
  }

  private differenceOf(chunk: DealtChunk, row: number, agentId: string): Record<string, [unknown, unknown]> {
    const owner = chunk.owners[row] ?? null;
    const before = chunk.priorities[row];
    const { priority } = this.request;
    return {
      ...(owner === agentId ? {} : { assigned_agent: [owner, agentId] as [unknown, unknown] }),
      ...(priority === undefined || before === priority ? {} : { priority: [before, priority] as [unknown, unknown] }),
    };
  }
}

/** An agent who is named twice has both shares. */
function quotasOf(agents: readonly string[], split: readonly number[]): Map<string, number> {
  const quotas = new Map<string, number>();
  for (const [index, agentId] of agents.entries()) {
    quotas.set(agentId, (quotas.get(agentId) ?? 0) + (split[index] ?? 0));
  }
  return quotas;
}
