import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

/** What of the files, and of the objects in their store, is to go. */
export class FileSweepRepository {
  constructor(private readonly db: Db) {}

  /** Marks files whose time is over: from here on nobody gets them back. Answers them, with those marked before. */
  async toErase(limit: number): Promise<{ id: string; objectKey: string | null }[]> {
    return this.db.$queryRaw<{ id: string; objectKey: string | null }[]>`
      UPDATE lead_files SET state = 'erasing' WHERE id IN (
        SELECT f.id FROM lead_files f WHERE f.state <> 'ready' AND f.expires_at <= evenhand_now()
        ORDER BY f.expires_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED)
      RETURNING id::text, object_key AS "objectKey"`;
  }

  /** Forgets a file whose objects are gone; answers whether it was here. */
  async forget(tx: Tx, fileId: string): Promise<boolean> {
    const count = await tx.$executeRaw`DELETE FROM lead_files WHERE id = ${fileId}::uuid AND state = 'erasing'`;
    return count > 0;
  }

  /** Of these files, those that there are: where their bytes lie, if they have a place of their own. */
  async known(ids: readonly string[]): Promise<{ id: string; objectKey: string | null }[]> {
    return this.db.$queryRaw<{ id: string; objectKey: string | null }[]>`
      SELECT f.id::text AS "id", f.object_key AS "objectKey" FROM lead_files f
      WHERE f.id = ANY (${ids as string[]}::uuid[])`;
  }

  /** The last key that was looked at in a folder. */
  async placeIn(folder: string): Promise<string | undefined> {
    const rows = await this.db.$queryRaw<{ after: string | null }[]>`
      SELECT s.after FROM object_sweeps s WHERE s.folder = ${folder}`;
    return rows[0]?.after ?? undefined;
  }

  async keepPlace(folder: string, after: string | undefined): Promise<void> {
    await this.db.$executeRaw`
      INSERT INTO object_sweeps (folder, after, at) VALUES (${folder}, ${after ?? null}, evenhand_now())
      ON CONFLICT (folder) DO UPDATE SET after = excluded.after, at = excluded.at`;
  }
}
