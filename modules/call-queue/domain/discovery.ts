import type { FlagArms } from "@/lib/types/flags";
import type { ExcludedAgent } from "./agent-choice";

/** How agents were found: proven by readiness, by status alone as before, or by status because nothing could be proven. */
export type DiscoveryWay = "enhanced" | "legacy" | "fallback";

/** What is known of a member of the pool without any proof. */
export interface Discoverable {
  agentId: string;
  status: string;
  maxConcurrentCalls: number;
  /** States of the calls whose slots the agent holds. */
  heldCalls: readonly string[];
}

export interface ReadinessVerdict {
  score: number;
  ready: boolean;
  reasons: string[];
}

export interface Discovered<M> {
  way: DiscoveryWay;
  found: { member: M; score: number }[];
  excluded: ExcludedAgent[];
  /** Members whose readiness could not be worked out. */
  unproven: { agentId: string; error: unknown }[];
}

/** Nobody has proven anything about these agents. */
const UNKNOWN_SCORE = 0;

/**
 * Finds whom a call of these arms may be offered to. Enhanced discovery takes those whose readiness is proven. When it
 * can prove nobody's, and that of some could not be worked out at all, the fallback takes those of them who are
 * available and free. An agent who was found not to be ready is never rung by the fallback.
 */
export function discover<M extends Discoverable>(
  pool: readonly M[],
  arms: FlagArms,
  judge: (member: M, arms: FlagArms) => ReadinessVerdict,
): Discovered<M> {
  if (!arms.FEATURE_ENHANCED_DISCOVERY) return { way: "legacy", ...byStatus(pool), unproven: [] };
  const found: Discovered<M>["found"] = [];
  const excluded: ExcludedAgent[] = [];
  const unproven: { member: M; error: unknown }[] = [];
  for (const member of pool) {
    try {
      const { ready, score, reasons } = judge(member, arms);
      if (ready) found.push({ member, score });
      else excluded.push({ agentId: member.agentId, reason: reasons.join(", ") });
    } catch (error) {
      unproven.push({ member, error });
    }
  }
  const names = unproven.map(({ member, error }) => ({ agentId: member.agentId, error }));
  if (found.length === 0 && unproven.length > 0 && arms.FEATURE_DISCOVERY_FALLBACK) {
    const rest = byStatus(unproven.map(({ member }) => member));
    return { way: "fallback", found: rest.found, excluded: [...excluded, ...rest.excluded], unproven: names };
  }
  const unknown = names.map(({ agentId }) => ({ agentId, reason: "readiness_unknown" }));
  return { way: "enhanced", found, excluded: [...excluded, ...unknown], unproven: names };
}

/** Discovery as it was before: signed in, available, with a free slot. Nothing about the device is asked. */
function byStatus<M extends Discoverable>(pool: readonly M[]): Pick<Discovered<M>, "found" | "excluded"> {
  const found: Discovered<M>["found"] = [];
  const excluded: ExcludedAgent[] = [];
  for (const member of pool) {
    const { agentId, status, heldCalls, maxConcurrentCalls } = member;
    if (status !== "available") excluded.push({ agentId, reason: `on_${status}` });
    else if (heldCalls.length >= maxConcurrentCalls) excluded.push({ agentId, reason: "calls_full" });
    else found.push({ member, score: UNKNOWN_SCORE });
  }
  return { found, excluded };
}
