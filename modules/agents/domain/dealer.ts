import { createHash } from "node:crypto";
import { canonicalJson } from "@/modules/audit/domain/seal";
import { hasRoom, seatOf, type Candidate, type Seat } from "./deal-seat";
import { LotteryOrder } from "./lottery-order";
import type { PoolOrder } from "./pool-order";
import type { Taken } from "./rotation";
import { seededRandom, shuffledOrder } from "./seeded-random";
import { ShareOrder } from "./share-order";
import type { Choice, LeftOver, Strategy } from "./strategies";
import { TurnOrder } from "./turn-order";

export type { Candidate } from "./deal-seat";
export type { Choice, LeftOver } from "./strategies";

/**
 * Who gets which lead: a pure function of the setup and the leads, called for as many leads at a time as one likes.
 * Everything it looks at is in its input, so that what was stored deals the same leads to the same agents again, byte
 * for byte.
 *
 * What is stored, and how `npm run replay` reads it:
 *
 * - assignment_batches: policy_version is POLICY_VERSION, strategy is setup.strategy, plan_id the plan, and input is
 *   batchInput(setup, dealer) of deal-record.ts: the setup, with what the dealer says after the last lead.
 * - The leads stand in the plan's bulk_plan_chunks, by place, then by index: lead_ids; owners (who had each when it was
 *   dealt; null: nobody); teams (for whose members alone each was dealt; null: everybody). Rows with the verdict
 *   lead_closed, lead_locked or lead_not_found were not dealt; every other row was, in this order.
 * - assignment_decisions: one for each row that moved, with batch_id and explanation = explainer(setup)(row,
 *   choice) of deal-record.ts, where row counts every row of the plan from 0, dealt or not.
 */
export interface DealSetup {
  policy: "leads-2";
  strategy: Strategy;
  /** 32 bits. */
  seed: number;
  /** Agents who may be given leads, full ones too: a lead that is theirs already may stay. In the manager's order. */
  candidates: Candidate[];
  /** Who of those asked for gets nothing, for a reason that lies with them: away, busy, offline, disabled, full, ... */
  excluded: { agentId: string; reason: string }[];
  /** The first is for leads of no team. */
  pools: DealPool[];
}

/** Who may have the leads of a team, and whose turn it is among them. */
export interface DealPool {
  /** As the rotation is stored: see rotation.ts. */
  pool: string;
  /** Whose leads; null: leads of no team. */
  team: string | null;
  /** Nobody who is there has fewer turns; see rotation.ts. */
  level: number;
  /** By agent: its members, with the turns each begins with. Only round_robin looks at the turns. */
  turns: Record<string, number>;
}

export interface DealtLead {
  leadId: string;
  /** The agent the lead counts for now; staying there needs no further room, and takes a turn like any other lead. */
  ownerId: string | null;
  /** Only members of this team may have it; null: everybody. */
  team: string | null;
}

export interface Dealer {
  /** Deals these leads after those before: in pieces or at once, the choices are the same. */
  deal(leads: readonly DealtLead[]): Choice[];
  /** The most places that an agent needed at any moment beyond the open leads it began with. Who needs none is missing. */
  needed(): Map<string, number>;
  /** Leads dealt by agent, those included that stayed where they were. Who got none is missing. */
  given(): Map<string, number>;
  /** The same by pool: the turns that rotations have to take. */
  taken(): Taken;
  /** Agents who were dealt something, in the order of their last lead: the cursors to store. */
  dealtOrder(): string[];
  /** Each member of each pool with its turns now; present: with room. */
  standings(): { pool: string; members: { agentId: string; turns: number; present: boolean }[] }[];
  /** How those who may have a lead of this team stand now, in the order of the setup. */
  view(team: string | null): SeatView[];
  /** SHA-256, in hexadecimal, over the canonical text of the setup and of all choices so far, one line each. */
  digest(): string;
}

/** An agent as it stands while leads are being dealt. */
export interface SeatView {
  agentId: string;
  openLeads: number;
  reserved: number;
  maxCapacity: number;
  score: number;
  /** Free places when the deal began. */
  room: number;
  /** round_robin: turns in this pool. capacity_based: leads of this pool. Others: leads of this deal. */
  count: number;
  /** Has room, and something left of its split. */
  able: boolean;
  /** manual with a split: leads it is still to get. */
  quota: number | null;
}

export function createDealer(setup: DealSetup): Dealer {
  return new TableDealer(setup);
}

/** One choice as text: what digests are computed over. */
function choiceLine(choice: Choice): string {
  return choice.agentId === null
    ? `${choice.leadId} - ${choice.code}\n`
    : `${choice.leadId} ${choice.agentId} ${choice.openBefore} ${choice.openAfter}\n`;
}

interface Pool {
  name: string;
  order: PoolOrder;
  turnOrder: TurnOrder | undefined;
  size: number;
  /** Members with room, and members whose share is not used up. */
  withRoom: number;
  withQuota: number;
  taken: Map<string, number>;
}

class TableDealer implements Dealer {
  private readonly seats: Seat[];
  private readonly byAgent: Map<string, Seat>;
  private readonly pools = new Map<string, Pool>();
  /** By team; the key for leads of no team is "". */
  private readonly byTeam = new Map<string, Pool>();
  private readonly poolsOf = new Map<Seat, Pool[]>();
  private readonly hash = createHash("sha256");
  private clock: number;

  constructor(private readonly setup: DealSetup) {
    this.hash.update(`${canonicalJson(setup)}\n`);
    const random = seededRandom(setup.seed);
    const draws = shuffledOrder(setup.candidates.length, random);
    this.seats = setup.candidates.map((candidate, index) => seatOf(candidate, draws[index] ?? 0));
    this.byAgent = new Map(this.seats.map((seat) => [seat.agentId, seat]));
    this.clock = this.seats.reduce((latest, seat) => Math.max(latest, seat.cursor), 0);
    for (const pool of setup.pools) {
      const known = this.pools.get(pool.pool) ?? this.open(pool, random);
      this.pools.set(pool.pool, known);
      this.byTeam.set(pool.team ?? "", known);
    }
  }

  deal(leads: readonly DealtLead[]): Choice[] {
    const choices = leads.map((lead) => this.dealOne(lead));
    this.hash.update(choices.map(choiceLine).join(""));
    return choices;
  }

  needed(): Map<string, number> {
    return counted(this.seats, (seat) => seat.peak - seat.openAtStart);
  }

  given(): Map<string, number> {
    return counted(this.seats, (seat) => seat.given - seat.givenAtStart);
  }

  taken(): Taken {
    return Object.fromEntries([...this.pools.values()].map(({ name, taken }) => [name, Object.fromEntries(taken)]));
  }

  dealtOrder(): string[] {
    const dealt = this.seats.filter((seat) => seat.given > seat.givenAtStart);
    return dealt.toSorted((one, other) => one.cursor - other.cursor).map((seat) => seat.agentId);
  }

  standings(): { pool: string; members: { agentId: string; turns: number; present: boolean }[] }[] {
    return [...this.pools.values()].map(({ name, turnOrder }) => ({
      pool: name,
      members: turnOrder?.standings() ?? [],
    }));
  }

  view(team: string | null): SeatView[] {
    const pool = this.byTeam.get(team ?? "");
    return this.setup.candidates.flatMap(({ agentId, reserved, maxCapacity, score }) => {
      const seat = this.byAgent.get(agentId);
      if (!pool || !seat || !this.poolsOf.get(seat)?.includes(pool)) return [];
      const quota = Number.isFinite(seat.quota) ? seat.quota : null;
      const facts = { agentId, openLeads: seat.open, reserved, maxCapacity, score, room: seat.room };
      return [{ ...facts, count: pool.order.count(seat), able: isAble(seat), quota }];
    });
  }

  digest(): string {
    return this.hash.copy().digest("hex");
  }

  private dealOne({ leadId, ownerId, team }: DealtLead): Choice {
    const pool = this.byTeam.get(team ?? "");
    if (!pool) return { leadId, agentId: null, code: "no_agent_available" };
    const owner = ownerId === null ? undefined : this.byAgent.get(ownerId);
    const full = owner && !hasRoom(owner) && owner.quota > 0 ? owner : undefined;
    const seat = pool.order.next(full);
    if (!seat) return { leadId, agentId: null, code: whyNobody(pool) };
    const openBefore = seat.open;
    this.move(seat, owner);
    pool.order.took(seat);
    pool.taken.set(seat.agentId, (pool.taken.get(seat.agentId) ?? 0) + 1);
    this.settle(seat);
    if (owner && owner !== seat) this.settle(owner);
    return { leadId, agentId: seat.agentId, openBefore, openAfter: seat.open };
  }

  private move(seat: Seat, owner: Seat | undefined): void {
    if (seat !== owner) {
      this.occupy(seat, 1);
      if (owner) this.occupy(owner, -1);
    }
    this.clock += 1;
    seat.cursor = this.clock;
    seat.given += 1;
    seat.quota -= 1;
    if (seat.quota === 0) for (const pool of this.poolsOf.get(seat) ?? []) pool.withQuota -= 1;
  }

  private occupy(seat: Seat, places: 1 | -1): void {
    const before = hasRoom(seat);
    seat.open += places;
    seat.peak = Math.max(seat.peak, seat.open);
    if (hasRoom(seat) === before) return;
    for (const pool of this.poolsOf.get(seat) ?? []) pool.withRoom += before ? -1 : 1;
  }

  /** Puts an agent in or out of its pools' orders, as it has room now. */
  private settle(seat: Seat): void {
    const able = isAble(seat);
    for (const { order } of this.poolsOf.get(seat) ?? []) {
      if (able) order.enter(seat);
      else order.leave(seat);
    }
  }

  private open({ pool: name, turns, level }: DealPool, random: () => number): Pool {
    const members = this.seats.filter((seat) => Object.hasOwn(turns, seat.agentId));
    const turnsOf = (seat: Seat): number => turns[seat.agentId] ?? level;
    const { order, turnOrder } = orderOf(this.setup.strategy, members, turnsOf, level, random);
    const pool: Pool = {
      name,
      order,
      turnOrder,
      size: members.length,
      withRoom: members.filter(hasRoom).length,
      withQuota: members.filter((seat) => seat.quota > 0).length,
      taken: new Map(),
    };
    for (const seat of members) this.poolsOf.set(seat, [...(this.poolsOf.get(seat) ?? []), pool]);
    return pool;
  }
}

const isAble = (seat: Seat): boolean => hasRoom(seat) && seat.quota > 0;

function orderOf(
  strategy: Strategy,
  members: readonly Seat[],
  turnsOf: (seat: Seat) => number,
  level: number,
  random: () => number,
): { order: PoolOrder; turnOrder: TurnOrder | undefined } {
  switch (strategy) {
    case "round_robin": {
      const order = new TurnOrder(members, turnsOf, isAble, level, false);
      return { order, turnOrder: order };
    }
    case "manual":
      return { order: new TurnOrder(members, turnsOf, isAble, level, true), turnOrder: undefined };
    case "capacity_based":
      return { order: new ShareOrder(members, isAble), turnOrder: undefined };
    case "performance_weighted":
      return { order: new LotteryOrder(members, isAble, random), turnOrder: undefined };
  }
}

function whyNobody({ size, withRoom, withQuota }: Pool): LeftOver {
  if (size === 0) return "no_agent_available";
  if (withRoom === 0) return "no_capacity";
  // Those with room have had their share: others who have not are full, or all shares are used up.
  return withQuota > 0 ? "no_capacity" : "beyond_split";
}

function counted(seats: readonly Seat[], count: (seat: Seat) => number): Map<string, number> {
  return new Map(seats.map((seat) => [seat.agentId, count(seat)] as const).filter(([, number]) => number > 0));
}
