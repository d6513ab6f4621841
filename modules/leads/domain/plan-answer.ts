import type { BulkAssigned, BulkUpdated } from "../bulk.schemas";
import { CHUNK_ROWS } from "./bulk";

/** A written chunk: arrays beside each other. */
export interface AnsweredChunk {
  place: number;
  leadIds: readonly (string | null)[];
  /** What came of each row; null where the plan ended before it. */
  outcomes: readonly (string | null)[] | null;
  verdicts: readonly string[];
  owners: readonly (string | null)[] | null;
  targets: readonly (string | null)[];
  at: Date | null;
}

interface AnsweredRow {
  /** The lead as the asker wrote it. */
  given: string;
  id: string;
  /** changed, equal, or the code of what stood in the way. */
  outcome: string;
  owner: string | null;
  target: string | null;
  at: Date;
}

/** `given` are the leads as they were named, in the plan's order; undefined when a search found them. */
function rowsOf(given: readonly string[] | undefined, chunks: readonly AnsweredChunk[]): AnsweredRow[] {
  const now = new Date();
  return chunks.flatMap((chunk) =>
    chunk.leadIds.map((id, row) => ({
      given: given?.[chunk.place * CHUNK_ROWS + row] ?? id ?? "",
      id: id ?? "",
      outcome: outcomeOf(chunk, row),
      owner: chunk.owners?.[row] ?? null,
      target: chunk.targets[row] ?? null,
      at: chunk.at ?? now,
    })),
  );
}

function outcomeOf({ outcomes, verdicts }: AnsweredChunk, row: number): string {
  const outcome = outcomes?.[row];
  if (outcome !== undefined && outcome !== null) return outcome;
  const verdict = verdicts[row];
  return verdict === undefined || verdict === "change" || verdict === "equal" ? "interrupted" : verdict;
}

export function updateAnswer(given: readonly string[] | undefined, chunks: readonly AnsweredChunk[]): BulkUpdated {
  const results = rowsOf(given, chunks).map((row): BulkUpdated["results"][number] => {
    const common = { lead_id: row.given, timestamp: row.at.toISOString() };
    if (row.outcome === "changed") return { ...common, status: "updated" };
    if (row.outcome === "equal") return { ...common, status: "unchanged" };
    return { ...common, status: "failed", error: row.outcome };
  });
  return {
    success: true,
    updated_count: results.filter(({ status }) => status === "updated").length,
    failed_count: results.filter(({ status }) => status === "failed").length,
    results,
  };
}

/** `emails` by opaque agent id; `since` is when leads that stay were assigned, by their id. */
export function assignAnswer(
  given: readonly string[] | undefined,
  chunks: readonly AnsweredChunk[],
  emails: ReadonlyMap<string, string>,
  since: ReadonlyMap<string, Date>,
): BulkAssigned {
  const assignments: BulkAssigned["assignments"] = [];
  const failures: BulkAssigned["failures"] = [];
  const named = (agentId: string | null): string => (agentId === null ? "" : (emails.get(agentId) ?? agentId));
  for (const { given: lead_id, id, outcome, owner, target, at } of rowsOf(given, chunks)) {
    if (outcome !== "changed" && outcome !== "equal") {
      failures.push({ lead_id, code: outcome });
    } else if (target === null) {
      // Who has the lead keeps it, whether its priority changed or nothing at all.
      const assigned_at = (since.get(id) ?? at).toISOString();
      assignments.push({ lead_id, assigned_to: named(owner), assigned_at, status: "unchanged" });
    } else {
      const common = { lead_id, assigned_to: named(target), assigned_at: at.toISOString() };
      if (owner === null) assignments.push({ ...common, status: "assigned" });
      else assignments.push({ ...common, status: "reassigned", previous_agent: named(owner) });
    }
  }
  return {
    success: true,
    assignments,
    summary: {
      total_leads: assignments.length + failures.length,
      successfully_assigned: assignments.length,
      failed_assignments: failures.length,
    },
    failures,
  };
}
