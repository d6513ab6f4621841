import { seededRandom, shuffledOrder } from "./seeded-random";
import { EXPLORED_SHARE, SCORE_FLOOR, type Choice, type LeftOver, type Strategy } from "./strategies";

/**
 * How leads were dealt under policy leads-1, kept as it was so that what it decided can be replayed:
 *
 * - round_robin: the agent who has waited longest since the last lead (`lastAssignedAt`, the stored cursor) is next.
 * - capacity_based: Webster's method of highest averages over free room, room / (2 * given + 1); at equal claims the
 *   better performance score is first.
 * - performance_weighted, manual: as today, but for reserved places and teams, which there were none of.
 */
export const POLICY_LEADS_1 = "leads-1";

export interface Candidate {
  agentId: string;
  openLeads: number;
  maxCapacity: number;
  /** Microseconds since 1970; null when the agent never had a lead. */
  lastAssignedAt: number | null;
  /** 0 to 100. */
  score: number;
  /** manual with a split: leads this agent is still to get. */
  quota?: number;
  /** manual without a split: leads this agent has had from the same request. */
  given?: number;
}

export interface DealtLead {
  leadId: string;
  /** The agent the lead counts for now; staying there needs no further room. */
  ownerId: string | null;
}

export interface DealInput {
  strategy: Strategy;
  /** Agents who may be given leads, in the manager's order for manual. */
  candidates: readonly Candidate[];
  leads: readonly DealtLead[];
  /** 32 bits. */
  seed: number;
}

export interface Deal {
  choices: Choice[];
  /** The agents who were dealt something, in the order of their last lead: the cursors to store. */
  dealtOrder: string[];
}

/** One agent while leads are being dealt. */
interface Seat {
  candidate: Candidate;
  /** Room at the beginning. */
  room: number;
  open: number;
  given: number;
  cursor: number;
  /** Breaks ties that the cursor leaves. */
  draw: number;
  quota: number;
}

type Picker = (able: readonly Seat[]) => Seat;

export function deal(input: DealInput): Deal {
  const random = seededRandom(input.seed);
  const draws = shuffledOrder(input.candidates.length, random);
  const seats = input.candidates.map((candidate, index) => seatOf(candidate, draws[index] ?? 0));
  const byAgent = new Map(seats.map((seat) => [seat.candidate.agentId, seat]));
  const pick = pickerOf(input.strategy, random);
  let clock = Math.max(0, ...seats.map((seat) => seat.cursor));
  const choices = input.leads.map((lead): Choice => {
    const owner = lead.ownerId === null ? undefined : byAgent.get(lead.ownerId);
    const withRoom = seats.filter((seat) => seat === owner || seat.open < seat.candidate.maxCapacity);
    const able = withRoom.filter((seat) => seat.quota > 0);
    if (able.length === 0) return { leadId: lead.leadId, agentId: null, code: whyNobody(seats, withRoom) };
    const chosen = pick(able);
    const openBefore = chosen.open;
    if (chosen !== owner) {
      chosen.open += 1;
      if (owner) owner.open -= 1;
    }
    clock += 1;
    chosen.cursor = clock;
    chosen.given += 1;
    chosen.quota -= 1;
    return { leadId: lead.leadId, agentId: chosen.candidate.agentId, openBefore, openAfter: chosen.open };
  });
  const dealt = seats.filter((seat) => seat.given > (seat.candidate.given ?? 0));
  dealt.sort((one, other) => one.cursor - other.cursor);
  return { choices, dealtOrder: dealt.map((seat) => seat.candidate.agentId) };
}

function seatOf(candidate: Candidate, draw: number): Seat {
  return {
    candidate,
    room: Math.max(0, candidate.maxCapacity - candidate.openLeads),
    open: candidate.openLeads,
    given: candidate.given ?? 0,
    cursor: candidate.lastAssignedAt ?? -1,
    draw,
    quota: candidate.quota ?? Number.POSITIVE_INFINITY,
  };
}

function whyNobody(seats: readonly Seat[], withRoom: readonly Seat[]): LeftOver {
  if (seats.length === 0) return "no_agent_available";
  if (withRoom.length === 0) return "no_capacity";
  // Those with room have had their share: others who have not are full, or all shares are used up.
  return seats.some((seat) => seat.quota > 0) ? "no_capacity" : "beyond_split";
}

function pickerOf(strategy: Strategy, random: () => number): Picker {
  switch (strategy) {
    case "round_robin":
      return (able) => first(able, byCursor);
    case "capacity_based":
      return (able) => first(able, byRoom);
    case "performance_weighted":
      return (able) => drawByScore(able, random());
    case "manual":
      return (able) => first(able, (one, other) => one.given - other.given || byCursor(one, other));
  }
}

type Order = (one: Seat, other: Seat) => number;

const byCursor: Order = (one, other) => one.cursor - other.cursor || one.draw - other.draw;

const byRoom: Order = (one, other) =>
  // Products instead of quotients, so that equal averages are exactly equal.
  other.room * (2 * one.given + 1) - one.room * (2 * other.given + 1) ||
  other.candidate.score - one.candidate.score ||
  byCursor(one, other);

function first(seats: readonly Seat[], order: Order): Seat {
  return seats.reduce((best, seat) => (order(seat, best) < 0 ? seat : best));
}

function drawByScore(able: readonly Seat[], drawn: number): Seat {
  const scores = able.map((seat) => Math.max(SCORE_FLOOR, seat.candidate.score));
  const sum = scores.reduce((total, score) => total + score, 0);
  let rest = drawn;
  for (const [index, seat] of able.entries()) {
    rest -= (1 - EXPLORED_SHARE) * ((scores[index] ?? 0) / sum) + EXPLORED_SHARE / able.length;
    if (rest < 0) return seat;
  }
  // Rounding may leave a sliver above the last share.
  return able.at(-1) as Seat;
}
