import type { Candidate, DealSetup, DealtLead } from "@/modules/agents/domain/dealer";
import { seededRandom, shuffledOrder } from "@/modules/agents/domain/seeded-random";

interface PlainAgent {
  facts: Candidate;
  room: number;
  draw: number;
  open: number;
  given: number;
  cursor: number;
  quota: number;
  turns: Map<string, number>;
  shares: Map<string, number>;
}

/**
 * The strategies as their definitions say them, with a look at every agent for every lead: slow, short, and written
 * apart from the dealer that has to agree with it. performance_weighted is held against its chances instead.
 */
export function plainDeal(setup: DealSetup, leads: readonly DealtLead[]): (string | null)[] {
  const draws = shuffledOrder(setup.candidates.length, seededRandom(setup.seed));
  const agents = setup.candidates.map((facts, index): PlainAgent => ({
    facts,
    room: Math.max(0, facts.maxCapacity - facts.reserved - facts.openLeads),
    draw: draws[index] ?? 0,
    open: facts.openLeads,
    given: facts.given ?? 0,
    cursor: facts.lastAssignedAt ?? -1,
    quota: facts.quota ?? Infinity,
    turns: new Map(setup.pools.map((pool) => [pool.pool, pool.turns[facts.agentId] ?? 0])),
    shares: new Map(),
  }));
  const hasRoom = (one: PlainAgent) => one.open + one.facts.reserved < one.facts.maxCapacity;
  const levels = new Map(setup.pools.map((pool) => [pool.pool, pool.level]));
  const dealt = new Map<string, number>();
  // Who has room again; lifted once the lead that made the room has been dealt.
  const returning: PlainAgent[] = [];
  let clock = Math.max(0, ...agents.map(({ cursor }) => cursor));

  return leads.map(({ ownerId, team }) => {
    const pool = setup.pools.find((one) => one.team === team);
    if (!pool) return null;
    const members = agents.filter(({ facts }) => pool.turns[facts.agentId] !== undefined);
    const owner = agents.find(({ facts }) => facts.agentId === ownerId);
    const able = members.filter((one) => one.quota > 0 && (hasRoom(one) || one === owner));
    const level = levels.get(pool.pool) ?? 0;
    const turns = (one: PlainAgent) => one.turns.get(pool.pool) ?? 0;
    const there = members.filter((one) => one.quota > 0 && hasRoom(one));
    const least = there.length === 0 ? level : Math.min(...there.map(turns));
    // Whoever has room is there; a full owner counts as coming back for its own lead.
    const counted = (one: PlainAgent) => (hasRoom(one) || turns(one) >= level ? turns(one) : least);
    const oldest = (one: PlainAgent, other: PlainAgent) => one.cursor - other.cursor || one.draw - other.draw;
    const chosen = best(setup, able, { owner, hasRoom, counted, oldest, share: shareOf(pool.pool, members, dealt) });
    if (!chosen) return null;
    const before = counted(chosen);
    if (chosen !== owner) {
      chosen.open += 1;
      if (owner) {
        const wasFull = !hasRoom(owner);
        owner.open -= 1;
        if (wasFull && hasRoom(owner) && owner.quota > 0) returning.push(owner);
      }
    }
    levels.set(pool.pool, Math.max(level, before));
    chosen.turns.set(pool.pool, before + 1);
    chosen.shares.set(pool.pool, (chosen.shares.get(pool.pool) ?? 0) + 1);
    dealt.set(pool.pool, (dealt.get(pool.pool) ?? 0) + 1);
    clock += 1;
    Object.assign(chosen, { given: chosen.given + 1, quota: chosen.quota - 1, cursor: clock });
    lift();
    return chosen.facts.agentId;
  });

  function lift(): void {
    for (const one of returning.splice(0)) {
      for (const { pool, turns: members } of setup.pools) {
        if (members[one.facts.agentId] === undefined) continue;
        const own = one.turns.get(pool) ?? 0;
        const level = levels.get(pool) ?? 0;
        const others = agents.filter(
          (other) => other !== one && members[other.facts.agentId] !== undefined && other.quota > 0 && hasRoom(other),
        );
        const least = others.length === 0 ? level : Math.min(...others.map((other) => other.turns.get(pool) ?? 0));
        if (own < level) one.turns.set(pool, least);
      }
    }
  }
}

interface Rules {
  owner: PlainAgent | undefined;
  hasRoom: (one: PlainAgent) => boolean;
  counted: (one: PlainAgent) => number;
  oldest: (one: PlainAgent, other: PlainAgent) => number;
  share: (one: PlainAgent) => { due: number; claim: number; given: number };
}

function best(setup: DealSetup, able: readonly PlainAgent[], rules: Rules): PlainAgent | undefined {
  const { owner, hasRoom, counted, oldest, share } = rules;
  const order: Record<string, (one: PlainAgent, other: PlainAgent) => number> = {
    round_robin: (one, other) => counted(one) - counted(other) || oldest(one, other),
    manual: (one, other) => one.given - other.given || oldest(one, other),
    capacity_based: (one, other) => {
      const [own, its] = [share(one), share(other)];
      const ahead = Number(own.due > 0) - Number(its.due > 0);
      return (
        ahead ||
        (own.due > 0 && own.due !== its.due ? own.due - its.due : 0) ||
        own.claim - its.claim ||
        (one.room === 0 && other.room === 0 ? own.given - its.given : 0) ||
        other.facts.score - one.facts.score ||
        oldest(one, other)
      );
    },
  };
  const free = setup.strategy === "capacity_based" && able.some(hasRoom) ? able.filter(hasRoom) : able;
  const [first] = free.toSorted(order[setup.strategy]);
  return first === undefined && owner && able.includes(owner) ? owner : first;
}

/** due: by how many leads of the pool an agent is ahead of its exact share; 0 when it is not. */
function shareOf(pool: string, members: readonly PlainAgent[], dealt: ReadonlyMap<string, number>) {
  const all = members.reduce((sum, { room }) => sum + room, 0);
  const next = (dealt.get(pool) ?? 0) + 1;
  return (one: PlainAgent) => {
    const given = one.shares.get(pool) ?? 0;
    if (one.room === 0) return { due: Infinity, claim: Infinity, given };
    const from = Math.floor((given * all) / one.room) + 1;
    return { due: Math.max(0, from - next), claim: (given + 1) / one.room, given };
  };
}
