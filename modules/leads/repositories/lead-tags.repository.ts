import type { Db } from "@/lib/db/client";

export interface TagCount {
  tag: string;
  leads: number;
}

/** Tags in use. */
export class LeadTagsRepository {
  constructor(private readonly db: Db) {}

  /**
   * The `most` most used tags of all leads, or of one agent's. Over all leads it reads every one of them. Leads with the
   * same tags are counted before their tags are taken apart: half the time, since few sets of tags differ.
   */
  async counts(agentId: string | undefined, most: number): Promise<TagCount[]> {
    const owner = agentId ?? null;
    return this.db.$queryRaw<TagCount[]>`
      SELECT t.tag, sum(same.leads)::int AS leads FROM (
        SELECT l.tags, count(*) AS leads FROM leads l
        WHERE l.tags <> '{}' AND l.deleted_at IS NULL
          AND (${owner}::uuid IS NULL OR l.assigned_agent = ${owner}::uuid)
        GROUP BY l.tags) same, unnest(same.tags) AS t(tag)
      GROUP BY t.tag ORDER BY sum(same.leads) DESC, t.tag LIMIT ${most}::int`;
  }
}
