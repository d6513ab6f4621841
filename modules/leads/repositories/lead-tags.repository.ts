import type { Db } from "@/lib/db/client";

export interface TagCount {
  tag: string;
  leads: number;
}

/** Tags in use. */
export class LeadTagsRepository {
  constructor(private readonly db: Db) {}

  /** The `most` most used tags of all leads, or of one agent's. Over all leads it reads every one of them. */
  async counts(agentId: string | undefined, most: number): Promise<TagCount[]> {
    const owner = agentId ?? null;
    return this.db.$queryRaw<TagCount[]>`
      SELECT t.tag, count(*)::int AS leads FROM leads l, unnest(l.tags) AS t(tag)
      WHERE l.deleted_at IS NULL AND (${owner}::uuid IS NULL OR l.assigned_agent = ${owner}::uuid)
      GROUP BY t.tag ORDER BY count(*) DESC, t.tag LIMIT ${most}::int`;
  }
}
