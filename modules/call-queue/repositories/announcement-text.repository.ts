import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

/** What is known of the words for one caller: their language, and the texts that people have written for it. */
export interface CallerTexts {
  /** BCP 47. */
  language: string;
  own: Record<string, string>;
  house: Record<string, string>;
}

/** Announcements in people's own words: the house's and the queues'. */
export class AnnouncementTextRepository {
  constructor(private readonly db: Db) {}

  /** What this call's caller hears; undefined for a call that is not known. */
  async ofCall(callSid: string, executor: Db | Tx = this.db): Promise<CallerTexts | undefined> {
    const rows = await executor.$queryRaw<CallerTexts[]>`/* named caller_texts */
      WITH caller AS (
        SELECT q.queue_id, coalesce(c.language, k.language, 'en-US') AS language FROM calls c
          LEFT JOIN inbound_call_queue q ON q.call_id = c.id LEFT JOIN call_queues k ON k.id = q.queue_id
        WHERE c.call_sid = ${callSid})
      SELECT caller.language,
        coalesce((SELECT jsonb_object_agg(t.key, t.text) FROM queue_announcement_texts t
          WHERE t.queue_id = caller.queue_id AND t.language = split_part(caller.language, '-', 1)), '{}') AS own,
        coalesce((SELECT jsonb_object_agg(t.key, t.text) FROM announcement_texts t
          WHERE t.language = split_part(caller.language, '-', 1)), '{}') AS house
      FROM caller`;
    return rows[0];
  }

  /** The texts of one language that people have written, by key. */
  async written(
    queueId: string | undefined,
    language: string,
    executor: Db | Tx = this.db,
  ): Promise<{ house: Map<string, string>; own: Map<string, string> }> {
    const house = await executor.announcementText.findMany({ where: { language } });
    const own =
      queueId === undefined ? [] : await executor.queueAnnouncementText.findMany({ where: { queueId, language } });
    return {
      house: new Map(house.map(({ key, text }) => [key, text])),
      own: new Map(own.map(({ key, text }) => [key, text])),
    };
  }

  /** Languages that callers are spoken to in, or that somebody has written texts for, without their regions. */
  async languages(): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ language: string }[]>`
      SELECT DISTINCT split_part(tag, '-', 1) AS language FROM (
        SELECT language AS tag FROM call_queues WHERE archived_at IS NULL
        UNION ALL SELECT language FROM call_routes UNION ALL SELECT language FROM call_menu_options
        UNION ALL SELECT language FROM announcement_texts UNION ALL SELECT language FROM queue_announcement_texts) tags
      WHERE tag IS NOT NULL ORDER BY language`;
    return rows.map(({ language }) => language);
  }

  /** The queue with the language it speaks, held against being archived; undefined when there is none. */
  async queue(executor: Db | Tx, queueId: string): Promise<{ id: string; name: string; language: string } | undefined> {
    const rows = await executor.$queryRaw<{ id: string; name: string; language: string }[]>`
      SELECT id::text AS id, name, language FROM call_queues WHERE id = ${queueId}::uuid AND archived_at IS NULL FOR SHARE`;
    return rows[0];
  }

  /** Keeps a text, or with null forgets it: the default again. */
  async put(tx: Tx, at: { queueId: string | undefined; language: string; key: string }, text: string | null) {
    const { queueId, language, key } = at;
    if (queueId === undefined) {
      if (text === null) await tx.announcementText.deleteMany({ where: { language, key } });
      else
        await tx.$executeRaw`
          INSERT INTO announcement_texts (language, key, text, updated_at)
          VALUES (${language}, ${key}, ${text}, evenhand_now())
          ON CONFLICT (language, key) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at`;
    } else if (text === null) await tx.queueAnnouncementText.deleteMany({ where: { queueId, language, key } });
    else
      await tx.$executeRaw`
        INSERT INTO queue_announcement_texts (queue_id, language, key, text, updated_at)
        VALUES (${queueId}::uuid, ${language}, ${key}, ${text}, evenhand_now())
        ON CONFLICT (queue_id, language, key) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at`;
  }

  /** Changes of texts come one after the other until the transaction ends. */
  async lock(tx: Tx): Promise<void> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${TEXTS_LOCK}::bigint)`;
  }
}

/** Any number that means "who changes announcements" to advisory locks, and nothing else. */
const TEXTS_LOCK = 7_203_144_919;
