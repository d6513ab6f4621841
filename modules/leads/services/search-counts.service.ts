import { AppError } from "@/lib/errors";
import type { Principal } from "@/lib/principal";
import type { SavedSearchRepository, SavedSearchRow } from "../repositories/saved-search.repository";
import type { LeadListService } from "./lead-list.service";

export interface SearchCount {
  saved_search_id: string;
  /** null: it was not counted this time; the search looks through too much, or too many were asked for. */
  count: number | null;
  /** Exact up to 10,000. */
  is_estimate: boolean;
}

type Counted = Pick<SearchCount, "count" | "is_estimate">;

/** Milliseconds that a count is good for. */
const KEPT_MS = 30_000;
const MOST_KEPT = 500;
/** Milliseconds after which a request counts no further search. */
const PATIENCE_MS = 4_000;

const NOT_COUNTED: Counted = { count: null, is_estimate: true };

/**
 * How many leads saved searches find, for who asks. Counts are as searches count: exact up to 10,000 and estimated
 * beyond. They are kept for half a minute, so that a menu that is opened again and again costs one count.
 */
export class SearchCounts {
  private readonly kept = new Map<string, { at: number; counted: Promise<Counted> }>();

  constructor(
    private readonly searches: Pick<SavedSearchRepository, "visibleTo">,
    private readonly lists: Pick<LeadListService, "search">,
  ) {}

  /** Those of the named searches that this person sees, in the order asked for. */
  async of(principal: Principal, ids: readonly string[]): Promise<SearchCount[]> {
    const rows = await this.searches.visibleTo(principal.userId);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const wanted = ids.flatMap((id) => byId.get(id.toLowerCase()) ?? []);
    const untilMs = performance.now() + PATIENCE_MS;
    const counts: SearchCount[] = [];
    // One after the other: a menu must not take all connections.
    for (const row of wanted) {
      const counted = performance.now() < untilMs ? await this.count(principal, row) : NOT_COUNTED;
      counts.push({ saved_search_id: row.id, ...counted });
    }
    return counts;
  }

  private count(principal: Principal, { filter }: SavedSearchRow): Promise<Counted> {
    // Managers and admins all see every lead.
    const key = JSON.stringify([principal.role === "agent" ? principal.userId : "staff", filter]);
    const known = this.kept.get(key);
    if (known && performance.now() - known.at < KEPT_MS) return known.counted;
    const counted = this.lists.search(principal, { filter, limit: 1 }).then(
      ({ total, total_is_estimate }) => ({ count: total, is_estimate: total_is_estimate }),
      (error: unknown): Counted => {
        this.kept.delete(key);
        // A search that is refused has no count; a fault is one of the whole request.
        if (error instanceof AppError) return NOT_COUNTED;
        throw error;
      },
    );
    this.kept.delete(key);
    this.kept.set(key, { at: performance.now(), counted });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return counted;
  }
}
