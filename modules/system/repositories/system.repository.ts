import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Db } from "@/lib/db/client";

export interface FloorFigures {
  callsWaiting: number;
  longestWaitSeconds: number;
  callsLive: number;
  openOffers: number;
  openCommands: number;
  overdueCommands: number;
  /** Rows healed since the beginning, by kind. */
  healed: Readonly<Record<string, number>>;
  openCircuits: number;
  openAlerts: number;
  unsealedAudits: number;
}

/** What the house says about itself. */
export class SystemRepository {
  constructor(private readonly db: Db) {}

  /** Seconds since any worker last said that it is alive, by the database's clock; undefined when none ever did. */
  async workerSilence(): Promise<number | undefined> {
    const [row] = await this.db.$queryRaw<{ seconds: number | null }[]>`
      SELECT extract(epoch FROM evenhand_now() - max("beat_at"))::float8 AS "seconds" FROM "worker_beats"`;
    return row?.seconds ?? undefined;
  }

  /** A worker that has run for `seconds` says that it is alive; those silent for a day are forgotten. */
  async workerBeat(workerId: string, seconds: number): Promise<void> {
    await this.db.$executeRaw`
      INSERT INTO "worker_beats" ("id", "beat_at", "started_at")
      SELECT ${workerId}, clock.now, clock.now - make_interval(secs => ${seconds}::float8)
      FROM (SELECT evenhand_now() AS now) clock
      ON CONFLICT ("id") DO UPDATE SET "beat_at" = excluded."beat_at", "started_at" = excluded."started_at"`;
    await this.db.$executeRaw`DELETE FROM "worker_beats" WHERE "beat_at" < evenhand_now() - interval '1 day'`;
  }

  /** The migrations that this database has, in whole. */
  async appliedMigrations(): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ name: string }[]>`
      SELECT migration_name AS "name" FROM _prisma_migrations
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
    return rows.map((row) => row.name);
  }

  /** The migrations that this version of the product has. */
  async knownMigrations(): Promise<string[]> {
    const entries = await readdir(join(process.cwd(), "prisma", "migrations"), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  }

  async floor(): Promise<FloorFigures> {
    const [row] = await this.db.$queryRaw<FloorFigures[]>`
      WITH last AS (
        SELECT a."tx", a."id" FROM "audit_seals" s JOIN "audit_log" a ON a."id" = s."audit_id"
        ORDER BY s."seq" DESC LIMIT 1)
      SELECT
        (SELECT count(*) FROM "inbound_call_queue" WHERE "state" = 'waiting')::int AS "callsWaiting",
        coalesce((SELECT extract(epoch FROM evenhand_now() - min("enqueued_at")) FROM "inbound_call_queue"
          WHERE "state" = 'waiting'), 0)::float8 AS "longestWaitSeconds",
        (SELECT count(*) FROM "inbound_call_queue"
          WHERE "state" IN ('waiting', 'offered', 'connecting', 'in_conversation', 'wrap_up'))::int AS "callsLive",
        (SELECT count(*) FROM "call_offers" WHERE "status" = 'open')::int AS "openOffers",
        (SELECT count(*) FROM "carrier_commands" WHERE "status" IN ('pending', 'running'))::int AS "openCommands",
        (SELECT count(*) FROM "carrier_commands" WHERE "status" IN ('pending', 'running')
          AND "not_before" < evenhand_now() - interval '30 seconds')::int AS "overdueCommands",
        (SELECT coalesce(jsonb_object_agg("kind", "count"), '{}') FROM "heal_counts") AS "healed",
        (SELECT count(*) FROM "carrier_circuits"
          WHERE "reported_at" > evenhand_now() - interval '30 seconds')::int AS "openCircuits",
        (SELECT count(*) FROM "alerts" WHERE "resolved_at" IS NULL)::int AS "openAlerts",
        (SELECT count(*) FROM "audit_log" a WHERE (a."tx", a."id") > (
          coalesce((SELECT l."tx" FROM last l), '0'::xid8), coalesce((SELECT l."id" FROM last l), 0)))::int
          AS "unsealedAudits"`;
    if (!row) throw new Error("the database answered no figures");
    return row;
  }
}
