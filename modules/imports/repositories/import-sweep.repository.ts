import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import { isId } from "@/lib/ids";

/** Days that an import is remembered by its numbers after its rows have gone. */
const RECEIPT_DAYS = 365;

/** What of the imports, and of their files in the store, is to go. */
export class ImportSweepRepository {
  constructor(private readonly db: Db) {}

  /** Of these keys of the store, those under which a file of an import lies. */
  async filesKept(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const ids = keys.map((key) => key.slice(key.indexOf("/") + 1)).filter(isId);
    const rows = await this.db.$queryRaw<{ fileKey: string }[]>`
      SELECT i.file_key AS "fileKey" FROM imports i WHERE i.id = ANY (${ids}::uuid[]) AND i.file_key IS NOT NULL`;
    return new Set(rows.map(({ fileKey }) => fileKey));
  }

  /** Imports at rest whose days are over. */
  async toExpire(limit: number): Promise<{ id: string; fileKey: string | null }[]> {
    return this.db.$queryRaw<{ id: string; fileKey: string | null }[]>`
      SELECT i.id::text AS "id", i.file_key AS "fileKey" FROM imports i
      WHERE i.state NOT IN ('expired', 'checking', 'running', 'undoing') AND i.expires_at <= evenhand_now()
      ORDER BY i.expires_at LIMIT ${limit}::int`;
  }

  /** Forgets the rows of an import at rest; its numbers stay. */
  async expire(tx: Tx, importId: string): Promise<void> {
    const count = await tx.$executeRaw`
      UPDATE imports SET state = 'expired', file_key = NULL, sample = '[]'
      WHERE id = ${importId}::uuid AND state NOT IN ('expired', 'checking', 'running', 'undoing')`;
    if (count === 0) return;
    await tx.$executeRaw`DELETE FROM import_chunks WHERE import_id = ${importId}::uuid`;
    await tx.$executeRaw`DELETE FROM import_leads WHERE import_id = ${importId}::uuid`;
  }

  async prune(limit: number): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM imports WHERE id IN (
        SELECT i.id FROM imports i WHERE i.state = 'expired'
          AND i.created_at < evenhand_now() - make_interval(days => ${RECEIPT_DAYS})
        ORDER BY i.created_at LIMIT ${limit}::int)`;
  }
}
