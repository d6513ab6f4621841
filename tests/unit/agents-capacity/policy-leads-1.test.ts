import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { deal, type Candidate } from "@/modules/agents/domain/policy-leads-1";
import { seededRandom } from "@/modules/agents/domain/seeded-random";

/** Computed with the code that made the decisions of this policy. */
const AS_IT_WAS = "10afdd9fcda9f59e7728e7a5ca1332111512ec4bc0bdd9f54ed34d71210fec3b";
const STRATEGIES = ["round_robin", "capacity_based", "performance_weighted", "manual"] as const;

it("deals under policy leads-1 as it did, byte for byte", () => {
  const random = seededRandom(2026);
  const below = (limit: number): number => Math.floor(random() * limit);
  const hash = createHash("sha256");
  for (let round = 0; round < 400; round += 1) {
    const strategy = STRATEGIES[round % 4] ?? "manual";
    const candidates = Array.from({ length: 1 + below(6) }, (_, index): Candidate => ({
      agentId: `agent-${index}`,
      openLeads: below(9),
      maxCapacity: below(20),
      lastAssignedAt: below(3) === 0 ? null : below(50),
      score: below(101),
      ...(round % 8 === 3 ? { quota: below(6) } : round % 8 === 7 ? { given: below(4) } : {}),
    }));
    const leads = Array.from({ length: below(50) }, (_, index) => ({
      leadId: `lead-${index}`,
      ownerId: below(4) === 0 ? `agent-${below(8)}` : null,
    }));
    hash.update(JSON.stringify(deal({ strategy, candidates, leads, seed: below(2 ** 31) })));
  }
  expect(hash.digest("hex")).toBe(AS_IT_WAS);
});
