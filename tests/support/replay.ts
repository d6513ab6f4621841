import type { Db } from "@/lib/db/client";
import { DecisionRepository } from "@/modules/leads/repositories/decision.repository";
import { DecisionReplay, type Disagreement, type ReplayCounts } from "@/modules/leads/services/decision-replay";

/** Makes every stored decision again, as `npm run replay` does. */
export async function replay(db: Db): Promise<{ counts: ReplayCounts; found: Disagreement[] }> {
  const found: Disagreement[] = [];
  const counts = await new DecisionReplay(new DecisionRepository(db), (one) => found.push(one)).run();
  return { counts, found };
}
