import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { AlertDetails, Severity } from "../domain/alert-kinds";

export interface AlertRow {
  alertId: string;
  kind: string;
  severity: Severity;
  subject: string;
  firstSeen: Date;
  lastSeen: Date;
  count: number;
  details: AlertDetails;
  acknowledgedBy: string | null;
  acknowledgedAt: Date | null;
  resolvedAt: Date | null;
}

export interface NewAlert {
  id: string;
  kind: string;
  severity: Severity;
  subject: string;
  details: AlertDetails;
  /** Whether a repeat counts up; a state that lasts is one thing however often it is looked at. */
  counts: boolean;
}

export interface AlertFilter {
  openOnly: boolean;
  /** Alerts last seen before this one. */
  before: { lastSeen: string; id: string } | undefined;
  limit: number;
}

const columns = Prisma.sql`
  id::text AS "alertId", kind, severity, subject, first_seen AS "firstSeen", last_seen AS "lastSeen", count, details,
  acknowledged_name AS "acknowledgedBy", acknowledged_at AS "acknowledgedAt", resolved_at AS "resolvedAt"`;

/** Rows of alerts. */
export class AlertRepository {
  constructor(private readonly db: Db) {}

  /**
   * Begins an episode or adds to the one that is open. Answers its id, and the seconds since it was seen before; null
   * when it has just begun. Of many who begin it at once one does: the others find its row (xmax), though not `before`.
   */
  async raise(tx: Tx, alert: NewAlert): Promise<{ alertId: string; quietSeconds: number | null }> {
    const rows = await tx.$queryRaw<{ alertId: string; quietSeconds: number | null }[]>`
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now), before AS MATERIALIZED (
        SELECT last_seen FROM alerts WHERE kind = ${alert.kind} AND subject = ${alert.subject} AND resolved_at IS NULL)
      INSERT INTO alerts AS a (id, kind, severity, subject, first_seen, last_seen, details)
      SELECT ${alert.id}::uuid, ${alert.kind}, ${alert.severity}, ${alert.subject}, clock.now, clock.now,
        ${JSON.stringify(alert.details)}::jsonb
      FROM clock
      ON CONFLICT (kind, subject) WHERE resolved_at IS NULL DO UPDATE SET last_seen = excluded.last_seen,
        details = excluded.details, severity = excluded.severity,
        count = a.count + ${alert.counts ? 1 : 0}::int
      RETURNING a.id::text AS "alertId", CASE WHEN a.xmax <> 0 THEN coalesce(
        (SELECT extract(epoch FROM clock.now - before.last_seen) FROM clock, before), 0)::float8 END AS "quietSeconds"`;
    const [row] = rows;
    if (!row) throw new Error("the alert was neither written nor found");
    return row;
  }

  /** Ends the open episode of this; answers its id when there was one. */
  async resolve(tx: Tx, kind: string, subject: string | undefined): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE alerts SET resolved_at = evenhand_now()
      WHERE kind = ${kind} AND resolved_at IS NULL AND (${subject ?? null}::text IS NULL OR subject = ${subject ?? null})
      RETURNING id::text AS id`;
    return rows.map((row) => row.id);
  }

  async hasOpen(kind: string, subject?: string): Promise<boolean> {
    const where = { kind, resolvedAt: null, ...(subject === undefined ? {} : { subject }) };
    return (await this.db.alert.count({ where })) > 0;
  }

  async openSubjects(kind: string): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ subject: string }[]>`
      SELECT subject FROM alerts WHERE kind = ${kind} AND resolved_at IS NULL LIMIT 10000`;
    return rows.map(({ subject }) => subject);
  }

  /** Ends episodes that have not repeated for as long as their kind says; answers how many. */
  async resolveQuiet(tx: Tx, quiet: readonly { kind: string; seconds: number }[]): Promise<number> {
    return tx.$executeRaw`
      UPDATE alerts a SET resolved_at = evenhand_now()
      FROM unnest(${quiet.map((one) => one.kind)}::text[], ${quiet.map((one) => one.seconds)}::float8[])
        AS q(kind, seconds)
      WHERE a.kind = q.kind AND a.resolved_at IS NULL
        AND a.last_seen < evenhand_now() - make_interval(secs => q.seconds)`;
  }

  async page({ openOnly, before, limit }: AlertFilter): Promise<AlertRow[]> {
    return this.db.$queryRaw<AlertRow[]>`
      SELECT ${columns} FROM alerts
      WHERE (NOT ${openOnly}::boolean OR resolved_at IS NULL)
        AND (${before?.id ?? null}::uuid IS NULL
          OR (last_seen, id) < (${before?.lastSeen ?? null}::timestamptz, ${before?.id ?? null}::uuid))
      ORDER BY last_seen DESC, id DESC LIMIT ${limit}::int`;
  }

  /** Open episodes that nobody has taken note of, by severity. */
  async unseen(): Promise<{ severity: Severity; count: number }[]> {
    return this.db.$queryRaw`
      SELECT severity, count(*)::int AS count FROM alerts
      WHERE resolved_at IS NULL AND acknowledged_at IS NULL GROUP BY severity`;
  }

  async find(executor: Db | Tx, alertId: string): Promise<AlertRow | undefined> {
    const rows = await executor.$queryRaw<AlertRow[]>`SELECT ${columns} FROM alerts WHERE id = ${alertId}::uuid`;
    return rows[0];
  }

  /** Notes who has seen it; false when somebody had already. */
  async acknowledge(tx: Tx, alertId: string, by: { userId: string; name: string }): Promise<boolean> {
    const written = await tx.$executeRaw`
      UPDATE alerts SET acknowledged_by = ${by.userId}::uuid, acknowledged_name = ${by.name},
        acknowledged_at = evenhand_now()
      WHERE id = ${alertId}::uuid AND acknowledged_at IS NULL`;
    return written === 1;
  }

  /** Deletes what was over before that many days; answers how many. */
  async prune(keepDays: number, limit: number): Promise<number> {
    return this.db.$executeRaw`
      DELETE FROM alerts WHERE id IN (
        SELECT id FROM alerts WHERE last_seen < evenhand_now() - make_interval(days => ${keepDays}::int)
          AND resolved_at IS NOT NULL ORDER BY last_seen LIMIT ${limit}::int)`;
  }
}
