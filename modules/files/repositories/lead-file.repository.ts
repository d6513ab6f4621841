import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { FileRow, Inspected } from "../domain/lead-file";

const columns = Prisma.sql`
  f.id::text AS "id", f.lead_id::text AS "leadId", f.state, f.name, f.bytes::float8 AS "bytes",
  f.declared_sha256 AS "declaredSha256", f.object_key AS "objectKey", f.media_type AS "mediaType", f.sha256, f.width, f.height,
  f.created_by::text AS "createdBy", f.created_by_label AS "createdByLabel",
  (SELECT u.name FROM users u WHERE u.id = f.created_by) AS "createdByName", f.created_at AS "createdAt",
  f.expires_at AS "expiresAt"`;

export interface NewFile {
  id: string;
  leadId: string;
  name: string;
  bytes: number;
  sha256: string | undefined;
  createdBy: string;
  createdByLabel: string;
  minutes: number;
}

/** Files of leads, whose bytes lie elsewhere. */
export class LeadFileRepository {
  constructor(private readonly db: Db) {}

  async find(fileId: string): Promise<FileRow | undefined> {
    const rows = await this.db.$queryRaw<FileRow[]>`
      SELECT ${columns} FROM lead_files f WHERE f.id = ${fileId}::uuid AND f.state <> 'erasing'`;
    return rows[0];
  }

  /** A file of this lead, locked until the transaction ends, with whether its time is over. */
  async lock(tx: Tx, fileId: string, leadId: string): Promise<(FileRow & { isOver: boolean }) | undefined> {
    const rows = await tx.$queryRaw<(FileRow & { isOver: boolean })[]>`
      SELECT ${columns}, coalesce(f.expires_at <= evenhand_now(), false) AS "isOver" FROM lead_files f
      WHERE f.id = ${fileId}::uuid AND f.lead_id = ${leadId}::uuid AND f.state <> 'erasing' FOR UPDATE`;
    return rows[0];
  }

  /** Ready files of a lead, newest first, after a place in that order. */
  async page(leadId: string, after: { createdAt: Date; id: string } | undefined, limit: number): Promise<FileRow[]> {
    const later = after ? Prisma.sql`AND (f.created_at, f.id) < (${after.createdAt}, ${after.id}::uuid)` : Prisma.empty;
    return this.db.$queryRaw<FileRow[]>`
      SELECT ${columns} FROM lead_files f WHERE f.lead_id = ${leadId}::uuid AND f.state = 'ready' ${later}
      ORDER BY f.created_at DESC, f.id DESC LIMIT ${limit}::int`;
  }

  /** Files that a lead has or is about to have, and those that this person is about to bring anywhere. */
  async counts(tx: Tx, leadId: string, userId: string): Promise<{ ofLead: number; pending: number }> {
    const [row] = await tx.$queryRaw<{ ofLead: number; pending: number }[]>`
      SELECT
        (SELECT count(*) FROM lead_files WHERE lead_id = ${leadId}::uuid AND (state = 'ready'
          OR (state = 'pending' AND expires_at > evenhand_now())))::int AS "ofLead",
        (SELECT count(*) FROM lead_files WHERE created_by = ${userId}::uuid AND state = 'pending'
          AND expires_at > evenhand_now())::int AS "pending"`;
    return row ?? { ofLead: 0, pending: 0 };
  }

  async insert(tx: Tx, file: NewFile): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO lead_files (id, lead_id, state, name, bytes, declared_sha256, created_by, created_by_label, created_at,
        expires_at)
      SELECT ${file.id}::uuid, ${file.leadId}::uuid, 'pending', ${file.name}, ${file.bytes}::bigint,
        ${file.sha256 ?? null}, ${file.createdBy}::uuid, ${file.createdByLabel}, c.now,
        c.now + make_interval(mins => ${file.minutes}::int)
      FROM (SELECT evenhand_now() AS now) c`;
  }

  /** Makes a locked pending file the lead's, as what it was found to be. */
  async settle(tx: Tx, fileId: string, objectKey: string, found: Inspected): Promise<void> {
    await tx.$executeRaw`
      UPDATE lead_files SET state = 'ready', object_key = ${objectKey}, name = ${found.name}, media_type = ${found.mediaType},
        sha256 = ${found.sha256}, width = ${found.width ?? null}::int, height = ${found.height ?? null}::int,
        expires_at = NULL
      WHERE id = ${fileId}::uuid AND state = 'pending'`;
  }

  async remove(tx: Tx, fileId: string, by: string, days: number): Promise<void> {
    await tx.$executeRaw`
      UPDATE lead_files SET state = 'removed', removed_by = ${by},
        expires_at = evenhand_now() + make_interval(days => ${days}::int)
      WHERE id = ${fileId}::uuid AND state = 'ready'`;
  }

  async restore(tx: Tx, fileId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE lead_files SET state = 'ready', removed_by = NULL, expires_at = NULL
      WHERE id = ${fileId}::uuid AND state = 'removed'`;
  }

  /** Gives up a locked pending file: it is swept at once. */
  async giveUp(tx: Tx, fileId: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE lead_files SET state = 'erasing', expires_at = evenhand_now()
      WHERE id = ${fileId}::uuid AND state = 'pending'`;
  }

  /** Gives the files of one lead to another, whatever their state; answers their ids. Both leads are locked. */
  async move(tx: Tx, fromLeadId: string, toLeadId: string): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE lead_files SET lead_id = ${toLeadId}::uuid WHERE lead_id = ${fromLeadId}::uuid RETURNING id::text`;
    return rows.map(({ id }) => id);
  }

  /** Gives files that were moved back to where they came from; answers those that there still are. */
  async moveBack(tx: Tx, ids: readonly string[], fromLeadId: string, toLeadId: string): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE lead_files SET lead_id = ${toLeadId}::uuid
      WHERE id = ANY (${ids as string[]}::uuid[]) AND lead_id = ${fromLeadId}::uuid RETURNING id::text`;
    return rows.map(({ id }) => id);
  }
}
