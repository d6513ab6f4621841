import { AppError, unprocessable } from "@/lib/errors";
import { isId } from "@/lib/ids";

/** Rows written by one transaction: enough to be quick, few enough that nobody waits long for their locks. */
export const CHUNK_ROWS = 250;
/** Leads answered within one request; more is a plan that a worker carries out (202). */
export const BULK_IN_REQUEST = 10_000;
/** Leads that one plan may mean; more is refused (413). */
export const BULK_MAX = 1_000_000;

/** The leads a request names, each once, in the order given. */
export interface NamedLeads {
  /** As the asker wrote them. */
  given: string[];
  /** As the database knows them; null where the text cannot be an id. */
  ids: (string | null)[];
}

/** Ids told apart before others get their turn: about 10 ms. */
const SLICE = 10_000;
/** Texts that cannot be ids are kept with the plan, to be told of; so many are some other file. */
const MOST_STRAYS = 10_000;

/**
 * The leads that are named. A million take a second of computing: `pause` is awaited in between. Throws 413 above
 * BULK_MAX ids, before anything is done with them, and 422 not_lead_ids when more than 10,000 cannot be ids.
 */
export async function namedLeads(leadIds: readonly string[], pause: () => Promise<unknown>): Promise<NamedLeads> {
  refuseTooMany(leadIds.length);
  const known = new Set<string>();
  const named: NamedLeads = { given: [], ids: [] };
  for (let from = 0; from < leadIds.length; from += SLICE) {
    if (from > 0) await pause();
    addNames(named, known, leadIds.slice(from, from + SLICE));
    refuseStrays(named);
  }
  return named;
}

function addNames(named: NamedLeads, known: Set<string>, leadIds: readonly string[]): void {
  for (const given of leadIds) {
    const id = given.toLowerCase();
    if (known.has(id)) continue;
    known.add(id);
    named.given.push(given);
    named.ids.push(isId(id) ? id : null);
  }
}

function refuseStrays(named: NamedLeads): void {
  if (named.ids.length <= MOST_STRAYS || named.ids.filter((id) => id === null).length <= MOST_STRAYS) return;
  const first = named.given[named.ids.indexOf(null)] ?? "";
  throw unprocessable(
    "not_lead_ids",
    `Too many of these are no lead ids, "${first.slice(0, MOST_SHOWN)}" the first. Send lead_id as leads have it.`,
    { max: MOST_STRAYS },
  );
}

const MOST_SHOWN = 60;

/** Throws 413 when more leads are meant than one plan may mean. */
export function refuseTooMany(count: number): void {
  if (count <= BULK_MAX) return;
  const most = BULK_MAX.toLocaleString("en");
  throw new AppError(413, "too_many_leads", `At most ${most} leads can be meant at once. Narrow them, or send parts.`, {
    max: BULK_MAX,
  });
}

/** The texts among the named leads that cannot be ids, by their place in the plan. */
export function strays(named: NamedLeads): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [place, id] of named.ids.entries()) if (id === null) found[place] = named.given[place] ?? "";
  return found;
}
