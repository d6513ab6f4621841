import type { z } from "zod";
import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict, forbidden, notFound, unprocessable } from "@/lib/errors";
import { isId, newId } from "@/lib/ids";
import { actorOf, isStaff, type Principal } from "@/lib/principal";
import { type AuditRecord, writeAudit } from "@/modules/audit/repositories/audit.repository";
import { checkFilter } from "../domain/lead-filter";
import { fullSort } from "../domain/lead-sort";
import type { SavedSearchFacts, SavedSearchRepository, SavedSearchRow } from "../repositories/saved-search.repository";
import {
  type changeSavedSearch,
  type createSavedSearch,
  type Layout,
  MOST_SAVED,
  type SavedSearch,
} from "../saved-searches.schemas";

type CreateRequest = z.output<NonNullable<(typeof createSavedSearch)["body"]>>;
type ChangeRequest = z.output<NonNullable<(typeof changeSavedSearch)["body"]>>;

/**
 * Searches kept under names. Whoever made one changes and deletes it, and admins those that are shared; everybody sees
 * their own and the shared ones. What a search finds is decided for whoever asks, when they ask.
 */
export class SavedSearches {
  constructor(
    private readonly db: Db,
    private readonly searches: SavedSearchRepository,
  ) {}

  async list(principal: Principal): Promise<SavedSearch[]> {
    const rows = await this.searches.visibleTo(principal.userId);
    return rows.map((row) => viewOf(principal, row));
  }

  /** One that this person sees. Throws 404. */
  async one(principal: Principal, id: string): Promise<SavedSearch> {
    return viewOf(principal, await this.find(principal, id));
  }

  /** Throws 409 saved_search_name_taken, 422 too_many_saved_searches and for a filter that means nothing. */
  async create(principal: Principal, request: CreateRequest, requestId?: string): Promise<SavedSearch> {
    const facts: SavedSearchFacts = {
      name: request.name,
      shared: request.shared ?? false,
      filter: checkFilter(request.filter),
      sort: fullSort(request.sort),
      layout: request.layout ?? null,
    };
    const id = newId();
    return inTransaction(
      this.db,
      async (tx) => {
        await this.searches.lockOwner(tx, principal.userId);
        await this.refuseTaken(tx, principal.userId, facts.name, null);
        if ((await this.searches.count(tx, principal.userId)) >= MOST_SAVED) {
          throw unprocessable("too_many_saved_searches", `You can keep ${MOST_SAVED} searches at most.`, {
            max: MOST_SAVED,
          });
        }
        await this.searches.insert(tx, id, principal.userId, facts);
        await this.note(tx, principal, requestId, { action: "saved_search.created", id, after: facts });
        return viewOf(principal, await this.find(principal, id, tx));
      },
      { once: "create" },
    );
  }

  /**
   * Throws 404, 403 for somebody else's, 409 saved_search_name_taken, 409 version_conflict with the present one, 422 for
   * a filter that means nothing.
   */
  async change(principal: Principal, id: string, request: ChangeRequest, requestId?: string): Promise<SavedSearch> {
    const { version, filter, sort, ...rest } = request;
    const change = {
      ...rest,
      ...(filter === undefined ? {} : { filter: checkFilter(filter) }),
      ...(sort === undefined ? {} : { sort: fullSort(sort) }),
    };
    return inTransaction(
      this.db,
      async (tx) => {
        const before = await this.own(tx, principal, id);
        if (version !== undefined && version !== before.version) {
          throw conflict("version_conflict", "Somebody has changed this search meanwhile.", {
            current: viewOf(principal, before),
          });
        }
        const was = factsOf(before);
        const after = { ...was, ...change } as SavedSearchFacts;
        if (JSON.stringify(was) === JSON.stringify(after)) return viewOf(principal, before);
        await this.refuseTaken(tx, before.ownerId, after.name, before.id);
        await this.searches.update(tx, before.id, after);
        await this.note(tx, principal, requestId, {
          action: "saved_search.changed",
          id: before.id,
          before: was,
          after,
        });
        return viewOf(principal, await this.find(principal, before.id, tx));
      },
      { once: "change" },
    );
  }

  /** Throws 404, 403 for somebody else's. */
  async remove(principal: Principal, id: string, requestId?: string): Promise<string> {
    return inTransaction(
      this.db,
      async (tx) => {
        const before = await this.own(tx, principal, id);
        await this.searches.delete(tx, before.id);
        await this.note(tx, principal, requestId, {
          action: "saved_search.deleted",
          id: before.id,
          before: factsOf(before),
        });
        return before.id;
      },
      { once: "remove" },
    );
  }

  /** What this person's list begins with. Throws 404. */
  async setDefault(principal: Principal, id: string | null, requestId?: string): Promise<string | null> {
    return inTransaction(
      this.db,
      async (tx) => {
        await this.searches.lockOwner(tx, principal.userId);
        const rows = await this.searches.visibleTo(principal.userId, tx);
        const was = rows.find(({ isDefault }) => isDefault)?.id ?? null;
        const is = id === null ? null : (await this.find(principal, id, tx)).id;
        if (was === is) return is;
        await this.searches.setDefault(tx, principal.userId, is);
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "saved_search.default_set",
            entityType: "user",
            entityId: principal.userId,
            before: { saved_search_id: was },
            after: { saved_search_id: is },
          },
        ]);
        return is;
      },
      { once: "default" },
    );
  }

  private async find(principal: Principal, id: string, tx?: Tx): Promise<SavedSearchRow> {
    const row = isId(id) ? await this.searches.find(principal.userId, id.toLowerCase(), tx) : undefined;
    if (!row) throw notFound("This saved search");
    return row;
  }

  /** One of this person's own, or one that they change as an admin, locked. Throws 404, 403 for somebody else's. */
  async own(tx: Tx, principal: Principal, id: string): Promise<SavedSearchRow> {
    const { ownerId } = await this.find(principal, id, tx);
    if (ownerId !== principal.userId && principal.role !== "admin") {
      throw forbidden("This saved search is somebody else's. Keep one like it under a name of your own.");
    }
    await this.searches.lockOwner(tx, ownerId);
    return this.find(principal, id, tx);
  }

  private async refuseTaken(tx: Tx, ownerId: string, name: string, exceptId: string | null): Promise<void> {
    if (!(await this.searches.isTaken(tx, ownerId, name, exceptId))) return;
    throw conflict("saved_search_name_taken", `There is a saved search called ${name} already.`, { name });
  }

  private async note(
    tx: Tx,
    principal: Principal,
    requestId: string | undefined,
    { action, id, before, after }: { action: string; id: string; before?: SavedSearchFacts; after?: SavedSearchFacts },
  ): Promise<void> {
    const json = (facts: SavedSearchFacts) => ({ ...facts }) as unknown as NonNullable<AuditRecord["after"]>;
    await writeAudit(tx, { ...actorOf(principal), requestId }, [
      {
        action,
        entityType: "saved_search",
        entityId: id,
        ...(before && { before: json(before) }),
        ...(after && { after: json(after) }),
      },
    ]);
  }
}

const factsOf = ({ name, shared, filter, sort, layout }: SavedSearchRow): SavedSearchFacts => ({
  name,
  shared,
  filter,
  sort,
  layout,
});

function viewOf(principal: Principal, row: SavedSearchRow): SavedSearch {
  return {
    saved_search_id: row.id,
    name: row.name,
    owner: row.ownerEmail,
    mine: row.ownerId === principal.userId,
    shared: row.shared,
    filter: row.filter,
    sort: row.sort,
    layout: row.layout as Layout | null,
    is_default: row.isDefault,
    alert: isStaff(principal) ? row.alert : null,
    version: row.version,
    updated_at: row.updatedAt.toISOString(),
  };
}
