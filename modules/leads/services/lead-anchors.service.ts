import type { z } from "zod";
import { tookTooLong } from "@/lib/db/transaction";
import type { Principal } from "@/lib/principal";
import { type CursorCodec, positionOf } from "../domain/cursor";
import { fullSort } from "../domain/lead-sort";
import type { Anchors, LeadAnchorRepository, Spacing } from "../repositories/lead-anchor.repository";
import type { LeadSearch } from "../repositories/lead-list.repository";
import { MAX_SKIP, type searchAnchors } from "../search.schemas";
import { tooSlow } from "./lead-list.service";
import { searchRequest } from "./lead-search-request";

type Request = z.output<NonNullable<(typeof searchAnchors)["body"]>>;
type Answer = z.output<NonNullable<(typeof searchAnchors)["response"]>>;

const SPACING: Spacing = { least: 100, most: 400, furthest: MAX_SKIP };

/** Answers are kept so many times longer than they took to find, within these bounds in milliseconds. */
const KEPT_TIMES = 20;
const KEPT_MS = { least: 250, most: 30_000 };
/** Searches whose anchors are kept, the latest asked for. */
const MOST_KEPT = 50;

interface Kept {
  anchors: Promise<Anchors>;
  /** In milliseconds of performance.now(); endless while they are being found. */
  until: number;
}

/**
 * Cursors at known rows of a search. What costs much to find is kept for a while, for all who may see the same leads;
 * those who ask at once wait for one answer.
 */
export class LeadAnchors {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly rows: Pick<LeadAnchorRepository, "mark">,
    private readonly cursors: CursorCodec,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Throws 422 for a filter that means nothing, 422 search_too_slow when the database has to give up. */
  async of(principal: Principal, { filter, sort }: Request): Promise<Answer> {
    const { search, purpose } = searchRequest(principal, filter ?? { and: [] }, fullSort(sort));
    const { total, anchors } = await this.marked(search);
    return {
      total,
      anchors: anchors.map(({ row, id, values }) => ({
        row,
        cursor: this.cursors.encode(purpose, positionOf({ id, values, total, isEstimate: false })),
      })),
    };
  }

  private marked(search: LeadSearch): Promise<Anchors> {
    const key = JSON.stringify(search);
    const known = this.kept.get(key);
    if (known && this.now() < known.until) return known.anchors;
    const kept: Kept = { anchors: this.find(search), until: Number.POSITIVE_INFINITY };
    this.kept.delete(key);
    this.kept.set(key, kept);
    const startedAt = this.now();
    kept.anchors.then(
      () => {
        const took = this.now() - startedAt;
        kept.until = this.now() + Math.min(KEPT_MS.most, Math.max(KEPT_MS.least, KEPT_TIMES * took));
      },
      () => this.kept.delete(key),
    );
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return kept.anchors;
  }

  private async find(search: LeadSearch): Promise<Anchors> {
    try {
      return await this.rows.mark(search, SPACING);
    } catch (error) {
      if (tookTooLong(error)) throw tooSlow();
      throw error;
    }
  }
}
