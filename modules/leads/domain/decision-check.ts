import { POLICY_LEADS_1 } from "@/modules/agents/domain/policy-leads-1";
import { canonicalJson } from "@/modules/audit/domain/seal";
import { type ChosenAgent, explainManual, explainManual1, MANUAL_POLICY } from "./manual-assignment";

/** A decision as it is stored, as far as it can be derived again. */
export interface StoredDecision {
  agentId: string | null;
  previousId: string | null;
  strategy: string;
  policyVersion: string;
  explanation: Record<string, unknown>;
  overrideReason: string | null;
}

/** Whether two values are the same byte for byte, written canonically. */
export const sameText = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** What a stored decision of a deal has otherwise than the deal made again; undefined when they agree. */
export function dealtFault(
  decision: StoredDecision,
  dealt: Pick<StoredDecision, "agentId" | "previousId" | "strategy" | "policyVersion">,
  explanation: object,
): string | undefined {
  if (decision.agentId !== dealt.agentId) return "names another agent than the deal";
  if (decision.previousId !== dealt.previousId) return "names another previous agent than the deal";
  if (decision.strategy !== dealt.strategy || decision.policyVersion !== dealt.policyVersion) {
    return "names another strategy or policy than its batch";
  }
  return sameText(decision.explanation, explanation) ? undefined : "is explained otherwise than the deal";
}

/** What a stored choice of a person has otherwise than its own counters lead to; undefined when they agree. */
export function manualFault(decision: StoredDecision): string | undefined {
  const { policyVersion, agentId, explanation, overrideReason } = decision;
  const { candidates } = explanation as { candidates?: readonly (ChosenAgent & { lastAssignedAt: number | null })[] };
  const chosen = candidates?.[0];
  const first = policyVersion === POLICY_LEADS_1;
  if (!first && policyVersion !== MANUAL_POLICY) return `is of policy ${policyVersion}, which is not known`;
  if (!chosen || chosen.agentId !== agentId) return "names another agent than it explains";
  const derived = explainManual(first ? { ...chosen, reserved: 0 } : chosen);
  if (!sameText(explanation, first ? explainManual1(chosen) : derived))
    return "is explained otherwise than its counters say";
  const overridden = derived.overridden.length > 0;
  return overridden === (overrideReason !== null) ? undefined : "has an override without a reason, or the reverse";
}
