import { forbidden, unprocessable } from "@/lib/errors";
import { isStaff, type Principal, requireStaff } from "@/lib/principal";
import { canonicalTag } from "../domain/lead";
import type { LeadFilter } from "../domain/lead-filter";
import type { LeadTagsRepository, TagCount } from "../repositories/lead-tags.repository";

const MOST_TAGS = 2_000;
/** A count that was quicker than this is made anew each time. */
const QUICK_MS = 100;
/** A slower one is kept for so many times as long as it took: counting takes a twentieth of one connection at most. */
const KEPT_TIMES = 20;

/** Bulk work by a plan, done within the request or going on after it. */
export interface BulkUpdates {
  update(
    principal: Principal,
    request: {
      search: { filter: LeadFilter };
      updates: { add_tags?: string[]; remove_tags?: string[] };
    },
    requestId?: string,
  ): Promise<
    | { done: true; planId: string; body: { updated_count: number; failed_count: number } }
    | { done: false; planId: string; body: { state: string } }
  >;
}

export interface TagsChanged {
  planId: string;
  state: string;
  changed: number | null;
  failed: number | null;
}

/** Which tags there are, and changing one of them everywhere. */
export class LeadTagsService {
  private counting: Promise<TagCount[]> | undefined;
  private kept: { tags: TagCount[]; untilMs: number } | undefined;

  constructor(
    private readonly tags: LeadTagsRepository,
    private readonly bulk: BulkUpdates,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /**
   * Tags with how many leads have each, most used first: of all leads (managers), or of an agent's own. Over many leads
   * the counts may be a few seconds old. Throws 403 for somebody who is neither.
   */
  async list(principal: Principal): Promise<TagCount[]> {
    if (!isStaff(principal)) {
      if (principal.agentId === undefined) throw forbidden("Your account is not an agent's.");
      return this.tags.counts(principal.agentId, MOST_TAGS);
    }
    if (this.kept && this.nowMs() < this.kept.untilMs) return this.kept.tags;
    this.counting ??= this.countAll();
    return this.counting;
  }

  /**
   * Gives every lead with one tag another instead (managers), by a plan: locked leads are left out, and it can be
   * undone. Throws 422 same_tag, and 413 above a million leads.
   */
  async rename(principal: Principal, from: string, to: string, requestId?: string): Promise<TagsChanged> {
    const wanted = canonicalTag(to);
    if (wanted === from) throw unprocessable("same_tag", "The two tags are the same.");
    return this.change(principal, from, { remove_tags: [from], add_tags: [wanted] }, requestId);
  }

  /** Takes a tag from every lead that has it (managers), likewise. */
  async remove(principal: Principal, tag: string, requestId?: string): Promise<TagsChanged> {
    return this.change(principal, tag, { remove_tags: [tag] }, requestId);
  }

  private async change(
    principal: Principal,
    tag: string,
    updates: { add_tags?: string[]; remove_tags?: string[] },
    requestId: string | undefined,
  ): Promise<TagsChanged> {
    requireStaff(principal);
    this.kept = undefined;
    const filter: LeadFilter = { field: "tags", op: "contains", value: tag };
    const work = await this.bulk.update(principal, { search: { filter }, updates }, requestId);
    if (!work.done) return { planId: work.planId, state: work.body.state, changed: null, failed: null };
    const { updated_count: changed, failed_count: failed } = work.body;
    return { planId: work.planId, state: "done", changed, failed };
  }

  private async countAll(): Promise<TagCount[]> {
    const began = this.nowMs();
    try {
      const tags = await this.tags.counts(undefined, MOST_TAGS);
      const took = this.nowMs() - began;
      this.kept = took < QUICK_MS ? undefined : { tags, untilMs: began + took * (1 + KEPT_TIMES) };
      return tags;
    } finally {
      this.counting = undefined;
    }
  }
}
