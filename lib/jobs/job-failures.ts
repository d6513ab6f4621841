import type { Tx } from "../db/transaction";
import { newId } from "../ids";

export interface JobFailure {
  kind: string;
  jobId: string;
  /** Who worked on it. */
  runner: string;
  /** Stable, lower_snake_case. */
  code: string;
  /** For people: what happened and what to do. */
  reason: string;
  /** What was thrown, if anything was: kept in full, for admins. */
  error?: unknown;
  /** When; now unless given. One job has one failure at one time, so that noting it again changes nothing. */
  at?: Date;
}

const MOST_TEXT = 20_000;
const MOST_CAUSES = 5;

/** Notes durably that a job has failed or broken off, in the transaction that says so on the job. */
export async function noteJobFailure(tx: Tx, failure: JobFailure): Promise<void> {
  const { kind, jobId, runner, code, reason, error, at } = failure;
  await tx.$executeRaw`
    INSERT INTO job_failures (id, kind, job_id, at, runner, code, reason, error)
    SELECT ${newId()}::uuid, ${kind}, ${jobId}::uuid, coalesce(${at ?? null}::timestamptz, evenhand_now()), ${runner},
      ${code}, ${reason}, ${error === undefined ? null : errorInFull(error)}
    ON CONFLICT (kind, job_id, at) DO NOTHING`;
}

/** An error with its stack and what it was caused by, as text that the database can keep: 20,000 characters at most. */
export function errorInFull(error: unknown): string {
  const parts: string[] = [];
  let current = error;
  for (let depth = 0; depth < MOST_CAUSES && current !== undefined; depth += 1) {
    if (!(current instanceof Error)) {
      parts.push(typeof current === "string" ? current : (JSON.stringify(current) ?? String(current)));
      break;
    }
    parts.push(current.stack ?? `${current.name}: ${current.message}`);
    current = current.cause;
  }
  return parts.join("\ncaused by ").replaceAll("\u0000", "").slice(0, MOST_TEXT);
}
