import { isId } from "@/lib/ids";
import { AppError, unprocessable } from "@/lib/errors";

/** Rows written by one transaction: enough to be quick, few enough that nobody waits long for their locks. */
export const CHUNK_ROWS = 500;

/** Why a row of a bulk request was left as it was. */
export type BulkFailure =
  | "lead_not_found"
  | "lead_closed"
  | "no_capacity"
  | "no_agent_available"
  | "beyond_split"
  /** The database failed after other chunks had been written: this row was not reached. */
  | "interrupted";

/** One lead of a bulk request: as the asker wrote it, and as the database knows it; null when it cannot be an id. */
export interface WantedLead {
  given: string;
  id: string | null;
}

/**
 * The leads a bulk request names, each once, in the order given.
 * Throws 413 above `max` ids, and 422 above `inRequest` different ones.
 */
export function wantedLeads(leadIds: readonly string[], inRequest: number, max: number): WantedLead[] {
  if (leadIds.length > max) refuseTooMany(leadIds.length, inRequest, max);
  const wanted = new Map<string, WantedLead>();
  for (const given of leadIds) {
    const id = given.toLowerCase();
    if (!wanted.has(id)) wanted.set(id, { given, id: isId(id) ? id : null });
  }
  refuseTooMany(wanted.size, inRequest, max);
  return [...wanted.values()];
}

/** Throws 413 when more than `max` leads are meant, and 422 when they are more than one request may change. */
export function refuseTooMany(count: number, inRequest: number, max: number): void {
  if (count > max) throw new AppError(413, "too_many_leads", `At most ${max} leads can be meant at once.`, { max });
  if (count <= inRequest) return;
  throw unprocessable(
    "too_many_for_one_request",
    `One request changes at most ${inRequest} leads; these are ${count}. Send them in parts.`,
    { max: inRequest, given: count },
  );
}

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

export function knownIds(wanted: readonly WantedLead[]): string[] {
  return wanted.map(({ id }) => id).filter((id) => id !== null);
}
