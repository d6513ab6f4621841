import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, tookTooLong } from "@/lib/db/transaction";
import { conflict } from "@/lib/errors";
import { actorOf, type Principal, requireStaff } from "@/lib/principal";
import type { AlertRaiser } from "@/modules/alerts/services/alert-book.service";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { LeadListRepository } from "../repositories/lead-list.repository";
import type { DueSearchAlert, SearchAlertRepository } from "../repositories/search-alert.repository";
import type { SavedSearch, setSearchAlert } from "../saved-searches.schemas";
import type { SavedSearches } from "./saved-searches.service";

type Wish = z.output<NonNullable<(typeof setSearchAlert)["body"]>>["alert"];

interface Alerts extends Pick<AlertRaiser, "raise" | "resolve"> {
  /** The subjects of a kind's open episodes. */
  openSubjects(kind: "search_matches"): Promise<string[]>;
}

/** Searches counted in one round. */
const MOST_COUNTED = 50;
const KIND = "search_matches";

/**
 * Alerts on saved searches: more leads match than somebody wants, for longer than they want. All managers are told, so the
 * search must be shared, and what is counted is what managers see.
 */
export class SearchAlerts {
  constructor(
    private readonly db: Db,
    private readonly searches: Pick<SavedSearches, "own" | "one">,
    private readonly rows: SearchAlertRepository,
    private readonly leads: Pick<LeadListRepository, "first">,
    private readonly alerts: Alerts,
    private readonly log: { warn(fields: object, message: string): void },
  ) {}

  /** Sets or takes away a search's alert. Throws 403 for agents and for somebody else's search, 404, 409 search_not_shared. */
  async set(principal: Principal, searchId: string, wish: Wish, requestId?: string): Promise<SavedSearch> {
    requireStaff(principal);
    const id = await inTransaction(
      this.db,
      async (tx) => {
        const search = await this.searches.own(tx, principal, searchId);
        if (wish !== null && !search.shared) {
          throw conflict("search_not_shared", "All managers hear of an alert. Share this search first.");
        }
        const before = await this.rows.find(tx, search.id);
        const after = wish === null ? undefined : { moreThan: wish.more_than, forMinutes: wish.for_minutes };
        if (JSON.stringify(before) === JSON.stringify(after)) return search.id;
        if (after) await this.rows.set(tx, search.id, after, principal.userId);
        else await this.rows.remove(tx, search.id);
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "saved_search.alert_set",
            entityType: "saved_search",
            entityId: search.id,
            before: { ...before },
            after: { ...after },
          },
        ]);
        return search.id;
      },
      { once: "alert" },
    );
    if (wish === null) await this.alerts.resolve(KIND, id);
    return this.searches.one(principal, id);
  }

  /** Counts what is due, raises what has been too many for long enough, and ends what is not any more. Safe at once. */
  async round(): Promise<{ counted: number }> {
    const due = await this.rows.take(MOST_COUNTED);
    for (const alert of due) await this.look(alert);
    const open = await this.alerts.openSubjects(KIND);
    if (open.length > 0) {
      const watched = new Set(await this.rows.watched());
      for (const gone of open.filter((id) => !watched.has(id))) await this.alerts.resolve(KIND, gone);
    }
    return { counted: due.length };
  }

  private async look(alert: DueSearchAlert): Promise<void> {
    const { searchId, name, filter, moreThan, forMinutes } = alert;
    try {
      const sort = { field: "created_at", direction: "desc" } as const;
      const { total, isEstimate } = await this.leads.first({ filter, sort }, 1);
      // Estimates begin above all that an alert may ask for.
      const isOver = isEstimate || total > moreThan;
      if (await this.rows.counted(searchId, isOver)) {
        await this.alerts.raise(KIND, searchId, { name, count: total, isEstimate, moreThan, forMinutes });
      } else if (!isOver) await this.alerts.resolve(KIND, searchId);
    } catch (error) {
      if (!tookTooLong(error)) throw error;
      this.log.warn({ searchId }, "a saved search with an alert looks through too much to be counted");
    }
  }
}
