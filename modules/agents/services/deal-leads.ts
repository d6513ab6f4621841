import { randomInt } from "node:crypto";
import type { Tx } from "@/lib/db/transaction";
import { unavailableBecause, type AgentLoad } from "../domain/capacity";
import type { BatchInput } from "../domain/deal-record";
import { createDealer, type Candidate, type Dealer, type DealPool, type DealSetup } from "../domain/dealer";
import {
  afterClose,
  afterDeal,
  agentsPool,
  EVERYONE,
  levelOf,
  startingTurns,
  teamPool,
  type StoredTurns,
  type Taken,
} from "../domain/rotation";
import { POLICY_VERSION, type Strategy } from "../domain/strategies";
import type { AgentRepository } from "../repositories/agent.repository";
import type { RotationRepository } from "../repositories/rotation.repository";
import type { AgentDirectory } from "./agent-directory.service";

export {
  batchInput,
  explainer,
  isBatchInput,
  setupOf,
  type BatchInput,
  type DealtExplanation,
} from "../domain/deal-record";
export {
  createDealer,
  type Choice,
  type Dealer,
  type DealSetup,
  type DealtLead,
  type SeatView,
} from "../domain/dealer";
export { deal as dealLeads1, POLICY_LEADS_1, type DealInput as DealInput1 } from "../domain/policy-leads-1";
export type { Taken } from "../domain/rotation";
export { POLICY_VERSION, type Strategy } from "../domain/strategies";

const SEEDS = 2 ** 32;

export interface DealRequest {
  strategy: Strategy;
  /** Opaque ids in the manager's order; undefined: everyone whose account is switched on. */
  agentIds: readonly string[] | undefined;
  /** Only members of this team take part. */
  team?: string | undefined;
  /** manual with a split: the leads each agent is to get. */
  quotas?: ReadonlyMap<string, number> | undefined;
  /** manual without a split: the leads each agent has had from the same request before. */
  even?: ReadonlyMap<string, number> | undefined;
  /** Locks agents (by id) and rotations (by name) until the transaction ends; leads were locked before. */
  lock: boolean;
}

export interface OpenDeal {
  dealer: Dealer;
  /** Plain JSON: createDealer(setup) deals the same again. */
  setup: DealSetup;
  /** Who gets nothing for a reason that lies with them: away, busy, offline, disabled, full, not_in_team. */
  excluded: { agentId: string; reason: string }[];
  /** Everyone asked for, excluded ones too, as they stand. */
  agents: Map<string, AgentLoad>;
}

/** Who is in a pool, whether they can be given leads or not. */
interface PoolMembers {
  pool: string;
  team: string | null;
  members: string[];
}

/** Deals leads over agents: reads what a deal needs, and stores whose turn it is afterwards. */
export class LeadDealing {
  constructor(
    private readonly agents: Pick<AgentRepository, "everyone" | "lockIds" | "byIds">,
    private readonly rotations: RotationRepository,
    private readonly directory: Pick<AgentDirectory, "performance">,
    /** 32 bits. */
    private readonly seed: () => number = () => randomInt(SEEDS),
  ) {}

  /** Begins a deal over the agents as they stand in this transaction. Nobody being there is no error: see Choice. */
  async open(tx: Tx, request: DealRequest): Promise<OpenDeal> {
    const { strategy, team } = request;
    const asked = [...new Set(request.agentIds ?? (await this.agents.everyone(tx)))];
    const score = await this.directory.performance(tx);
    if (request.lock) await this.agents.lockIds(tx, asked);
    // Read after the lock: only then are load and promised places those of now.
    const agents = new Map((await this.agents.byIds(tx, asked)).map((agent) => [agent.agentId, agent]));
    const inTeam = team === undefined ? undefined : new Set(await this.rotations.members(tx, team));
    const excluded: OpenDeal["excluded"] = [];
    const candidates: Candidate[] = [];
    for (const agentId of asked) {
      const agent = agents.get(agentId);
      if (!agent) continue;
      const reason = inTeam && !inTeam.has(agentId) ? "not_in_team" : unavailableBecause(agent);
      if (reason === undefined) candidates.push(candidateOf(agent, score(agentId), request));
      if (reason !== undefined) excluded.push({ agentId, reason });
      // A full agent stays a candidate: a lead that is theirs already may stay with them.
      else if (isFull(agent)) excluded.push({ agentId, reason: "full" });
    }
    const present = asked.filter((agentId) => agents.has(agentId));
    const pools = await this.pools(tx, request, present, inTeam);
    const setup: DealSetup = {
      policy: POLICY_VERSION,
      strategy,
      seed: this.seed(),
      candidates,
      excluded,
      pools: await this.standing(tx, request, candidates, pools),
    };
    return { dealer: createDealer(setup), setup, excluded, agents };
  }

  /**
   * Ends a deal whose leads are written in the same transaction: stores who had a lead last and, when asked, the turns
   * of the rotations, which open() has locked.
   */
  async close(tx: Tx, opened: OpenDeal, { takeTurns }: { takeTurns: boolean }): Promise<void> {
    const { dealer, setup } = opened;
    await this.rotations.storeCursors(tx, dealer.dealtOrder());
    if (!takeTurns || setup.strategy !== "round_robin") return;
    const standings = new Map(dealer.standings().map(({ pool, members }) => [pool, members]));
    await this.store(tx, dealer.taken(), (pool, stored, taken) => afterClose(stored, standings.get(pool) ?? [], taken));
  }

  /**
   * When a deal that was previewed is applied: stores who had a lead last, and takes the turns. The caller has locked
   * the agents, or locks none afterwards. Turns that others took since the preview stay theirs, so that two agents may
   * differ by more than one turn until the next deals level it.
   */
  async takeTurns(tx: Tx, input: BatchInput): Promise<void> {
    await this.agents.lockIds(tx, input.dealtOrder);
    await this.rotations.storeCursors(tx, input.dealtOrder);
    if (input.strategy !== "round_robin") return;
    const present = new Set(input.candidates.filter((one) => !isFull(one)).map(({ agentId }) => agentId));
    await this.store(tx, input.taken, (_pool, stored, its) => afterDeal(stored, present, its));
  }

  /** Moves on the pools in which turns were taken. */
  private async store(
    tx: Tx,
    taken: Taken,
    after: (pool: string, stored: StoredTurns, taken: Readonly<Record<string, number>>) => StoredTurns,
  ): Promise<void> {
    const pools = Object.keys(taken).filter((pool) => Object.keys(taken[pool] ?? {}).length > 0);
    if (pools.length === 0) return;
    const stored = await this.rotations.claimTurns(tx, pools);
    await this.rotations.storeTurns(
      tx,
      new Map(pools.map((pool) => [pool, after(pool, stored.get(pool) ?? {}, taken[pool] ?? {})])),
    );
  }

  /** The pools that leads may be dealt over: the one asked for, and within it that of each team. */
  private async pools(
    tx: Tx,
    request: DealRequest,
    asked: readonly string[],
    inTeam: ReadonlySet<string> | undefined,
  ): Promise<PoolMembers[]> {
    const { agentIds, team } = request;
    const members = inTeam ? asked.filter((agentId) => inTeam.has(agentId)) : [...asked];
    const whole = { pool: nameOf(request, members), team: null, members };
    const teams = await this.rotations.teamsOf(tx, members);
    return [
      whole,
      ...teams.map(({ teamId, agentIds: its }) => {
        // A team as a whole has one rotation, however it is asked for; a part of it has its own.
        const pool = teamId === team ? whole.pool : agentIds || team !== undefined ? agentsPool(its) : teamPool(teamId);
        return { pool, team: teamId, members: its };
      }),
    ];
  }

  /** The pools with the turns their eligible members begin with. */
  private async standing(
    tx: Tx,
    request: DealRequest,
    candidates: readonly Candidate[],
    pools: readonly PoolMembers[],
  ): Promise<DealPool[]> {
    const eligible = new Set(candidates.map(({ agentId }) => agentId));
    const rotates = request.strategy === "round_robin";
    const names = rotates ? pools.map(({ pool }) => pool) : [];
    const stored = await (request.lock ? this.rotations.lockTurns(tx, names) : this.rotations.turns(tx, names));
    return pools.map(({ pool, team, members }) => {
      const turns = stored.get(pool) ?? {};
      const level = levelOf(turns);
      const begin = members
        .filter((agentId) => eligible.has(agentId))
        .map((agentId) => [agentId, startingTurns(turns, agentId, level)]);
      return { pool, team, level, turns: Object.fromEntries(begin) };
    });
  }
}

function nameOf({ agentIds, team }: DealRequest, members: readonly string[]): string {
  if (agentIds) return agentsPool(members);
  return team === undefined ? EVERYONE : teamPool(team);
}

const isFull = ({ openLeads, reserved, maxCapacity }: Candidate | AgentLoad): boolean =>
  openLeads + reserved >= maxCapacity;

function candidateOf(agent: AgentLoad, score: number, request: DealRequest): Candidate {
  const { agentId, openLeads, reserved, maxCapacity, lastAssignedAt } = agent;
  const candidate: Candidate = { agentId, openLeads, reserved, maxCapacity, lastAssignedAt, score };
  if (request.quotas) candidate.quota = request.quotas.get(agentId) ?? 0;
  if (request.even) candidate.given = request.even.get(agentId) ?? 0;
  return candidate;
}
