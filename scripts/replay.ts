import { createDb } from "@/lib/db/client";
import { DecisionRepository } from "@/modules/leads/repositories/decision.repository";
import { DecisionReplay, type Disagreement } from "@/modules/leads/services/decision-replay";

/** Disagreements that are named; all are counted. */
const NAMED = 20;

/** `npm run replay`: makes every stored decision about leads again and compares. Exits non-zero when one disagrees. */
async function main(): Promise<boolean> {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new Error("DATABASE_URL is not set: which database?");
  const db = createDb(databaseUrl, 2);
  const first: Disagreement[] = [];
  try {
    const replay = new DecisionReplay(new DecisionRepository(db), (one) => {
      if (first.length < NAMED) first.push(one);
    });
    const startedAt = performance.now();
    const { batches, dealt, dealtDecisions, single, derived, other, disagreements } = await replay.run();
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    console.log(`Dealt ${dealt} leads of ${batches} batches again: ${dealtDecisions} decisions agree.`);
    console.log(
      `Derived ${single} choices of people again, and ${derived} undos, returns, merges and restored leads; ${other} of other kinds.`,
    );
    console.log(`${disagreements} ${disagreements === 1 ? "disagreement" : "disagreements"}, in ${seconds} s.`);
    for (const { what, id, leadId, why } of first) {
      console.log(`  ${what} ${id}${leadId === undefined ? "" : ` (lead ${leadId})`} ${why}`);
    }
    return disagreements === 0;
  } finally {
    await db.$disconnect();
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
