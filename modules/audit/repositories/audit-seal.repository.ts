import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { SealedRow } from "../domain/seal";

/** Any fixed number, as long as every sealer of this product uses the same. */
const SEALER_LOCK = 7_203_144_912n;

/** The end of the chain, and the row it seals. */
export interface ChainEnd {
  seq: bigint;
  hash: string;
  tx: string;
  id: bigint;
}

/** A link of the chain with the row it seals; `row` is null when the row is gone. */
export interface Link {
  seq: bigint;
  hash: string;
  auditId: bigint;
  row: SealedRow | null;
}

interface LinkRow extends Omit<SealedRow, "id" | "tx"> {
  seq: bigint;
  hash: string;
  auditId: bigint;
  id: string | null;
  tx: string | null;
}

const rowColumns = Prisma.sql`
  a."id"::text AS "id", a."tx"::text AS "tx",
  to_char(a."at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at",
  a."actor_type" AS "actorType", a."actor_id" AS "actorId", a."actor_label" AS "actorLabel", a."action",
  a."entity_type" AS "entityType", a."entity_id" AS "entityId", a."before", a."after", a."request_id" AS "requestId"`;

/** The hash chain over the audit log. */
export class AuditSealRepository {
  constructor(private readonly db: Db) {}

  /** Whether this transaction is the only sealer until it ends; false when another is at work. */
  async lockChain(tx: Tx): Promise<boolean> {
    const [row] = await tx.$queryRaw<{ locked: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(${SEALER_LOCK}::bigint) AS "locked"`;
    return row?.locked ?? false;
  }

  async end(executor: Db | Tx = this.db): Promise<ChainEnd | undefined> {
    const rows = await executor.$queryRaw<ChainEnd[]>`
      SELECT s."seq", s."hash", a."tx"::text AS "tx", a."id"
      FROM "audit_seals" s JOIN "audit_log" a ON a."id" = s."audit_id" ORDER BY s."seq" DESC LIMIT 1`;
    return rows[0];
  }

  /** The next rows in (tx, id) order, below the oldest transaction still running: nothing can come before them now. */
  async unsealed(tx: Tx, after: ChainEnd | undefined, limit: number): Promise<SealedRow[]> {
    return tx.$queryRaw<SealedRow[]>`
      SELECT ${rowColumns} FROM "audit_log" a
      WHERE (a."tx", a."id") > (${after?.tx ?? "0"}::xid8, ${after?.id ?? 0n}::bigint)
        AND a."tx" < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY a."tx", a."id" LIMIT ${limit}::int`;
  }

  async append(tx: Tx, seals: readonly { seq: bigint; auditId: bigint; hash: string }[]): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO "audit_seals" ("seq", "audit_id", "hash")
      SELECT * FROM unnest(${seals.map(({ seq }) => seq)}::bigint[], ${seals.map(({ auditId }) => auditId)}::bigint[],
        ${seals.map(({ hash }) => hash)}::text[])`;
  }

  /** Links after `seq`, in order. */
  async links(afterSeq: bigint, limit: number): Promise<Link[]> {
    const rows = await this.db.$queryRaw<LinkRow[]>`
      SELECT s."seq", s."hash", s."audit_id" AS "auditId", ${rowColumns}
      FROM "audit_seals" s LEFT JOIN "audit_log" a ON a."id" = s."audit_id"
      WHERE s."seq" > ${afterSeq}::bigint ORDER BY s."seq" LIMIT ${limit}::int`;
    return rows.map(({ seq, hash, auditId, id, tx, ...rest }) => ({
      seq,
      hash,
      auditId,
      row: id === null || tx === null ? null : { ...rest, id, tx },
    }));
  }

  /** A row that stands before the chain's end and is not in it: somebody slipped it in. */
  async slippedIn(end: ChainEnd): Promise<bigint | undefined> {
    const rows = await this.db.$queryRaw<{ id: bigint }[]>`
      SELECT a."id" FROM "audit_log" a
      WHERE (a."tx", a."id") <= (${end.tx}::xid8, ${end.id}::bigint)
        AND NOT EXISTS (SELECT FROM "audit_seals" s WHERE s."audit_id" = a."id")
      ORDER BY a."tx", a."id" LIMIT 1`;
    return rows[0]?.id;
  }
}
