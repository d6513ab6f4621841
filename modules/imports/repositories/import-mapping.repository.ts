import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";
import type { ImportOptions } from "../domain/import";
import type { Mapping } from "../domain/import-fields";

/** How each person last had files with the same header read. */
export class ImportMappingRepository {
  constructor(private readonly db: Db) {}

  async find(userId: string, signature: string): Promise<{ mapping: Mapping; options: ImportOptions } | undefined> {
    const rows = await this.db.$queryRaw<{ mapping: Mapping; options: ImportOptions }[]>`
      SELECT m.mapping, m.options FROM import_mappings m
      WHERE m.user_id = ${userId}::uuid AND m.signature = ${signature}`;
    return rows[0];
  }

  async remember(tx: Tx, userId: string, signature: string, mapping: Mapping, options: ImportOptions): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO import_mappings (user_id, signature, mapping, options, used_at)
      VALUES (${userId}::uuid, ${signature}, ${JSON.stringify(mapping)}::jsonb, ${JSON.stringify(options)}::jsonb,
        evenhand_now())
      ON CONFLICT (user_id, signature) DO UPDATE SET mapping = excluded.mapping, options = excluded.options,
        used_at = excluded.used_at`;
  }
}
