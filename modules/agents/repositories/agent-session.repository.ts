import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { DeviceFacts } from "../domain/device-readiness";
import type { ChosenStatus } from "../domain/session-status";

/** An agent's open session (or its lack) with everything readiness is judged by. */
export interface PresenceRow {
  agentId: string;
  sessionId: string | null;
  status: string | null;
  statusReason: string | null;
  loginAt: Date | null;
  lastHeartbeat: Date | null;
  /** Seconds since the last beat by the database's clock. */
  beatAgeSeconds: number | null;
  deviceConnected: boolean;
  device: DeviceFacts | null;
  maxConcurrentCalls: number;
  missedRings: number;
  silentRings: number;
  carrierErrors: number;
  lateBeats: number;
  /** The last device test that passed. */
  proof: string | null;
  clientId: string | null;
  choice: string | null;
  /** States of the queued calls whose slots the agent holds. */
  heldCalls: string[];
}

/** A beat that changes nothing but the time and the device report. */
export interface PlainBeat {
  agentId: string;
  clientId: string | undefined;
  choice: string;
  deviceConnected: boolean;
  device: DeviceFacts | undefined;
}

/** A plain beat as written, with what it replaced. */
export interface BeatenRow extends PresenceRow {
  previousBeatAgeSeconds: number;
  previousDevice: DeviceFacts | null;
}

/** What a session that is closed leaves to the next one. */
export interface LastSession {
  choice: string | null;
  statusReason: string | null;
  logoutReason: string | null;
  missedRings: number;
  maxConcurrentCalls: number;
}

export interface SessionChange {
  status?: ChosenStatus;
  /** null clears it. */
  statusReason?: string | null;
  choice?: string;
  clientId?: string;
  deviceConnected?: boolean;
  device?: DeviceFacts;
  missedRings?: number;
  /** What the carrier and the beats told about the device is over: it has proven itself, or was chosen anew. */
  evidenceCleared?: true;
  /** The device has signed on with the carrier anew. */
  deviceCame?: true;
  /** A device test that passed. */
  proof?: string;
}

/** What the carrier saw of one ring that nobody answered. */
export type RingTrouble = "unheard" | "unreachable" | "unanswered";

/** A ring that nobody answered: when its offer was made, and what the carrier saw. */
export interface MissedRing {
  offeredAt: Date;
  trouble: RingTrouble;
}

const heldCalls = Prisma.sql`ARRAY(
  SELECT q."state"::text FROM "agent_call_slots" c JOIN "inbound_call_queue" q ON q."id" = c."queued_call_id"
  WHERE c."agent_id" = s."agentId")`;

const columns = Prisma.sql`
  s."agentId", s."id" AS "sessionId", s."status"::text AS "status", s."statusReason",
  s."loginAt", s."lastHeartbeat", s."deviceConnected", s."device", s."maxConcurrentCalls", s."missedRings",
  s."silentRings", s."carrierErrors", s."lateBeats", s."proof", s."clientId", s."choice", ${heldCalls} AS "heldCalls"`;

const beatAge = Prisma.sql`extract(epoch FROM evenhand_now() - s."lastHeartbeat")::float8 AS "beatAgeSeconds"`;

/** Softphone sessions. Every age and every lease is measured by evenhand_now(). */
export class AgentSessionRepository {
  constructor(private readonly db: Db) {}

  /**
   * Writes many plain beats in one statement and answers the rows it wrote. A beat that is not plain (no open session,
   * another client, a new choice, the device came or went) matches no row and is left to the caller.
   * So is one whose row somebody else holds just now: nobody's beat waits for another agent's lock. No indexed column
   * is touched: the update stays heap-only. A beat more than `lateSeconds` after the last counts as late. The beats
   * travel as one JSON value, since each carries a nested report.
   */
  async beat(beats: readonly PlainBeat[], lateSeconds: number): Promise<BeatenRow[]> {
    return this.db.$queryRaw<BeatenRow[]>`/* named beats */
      WITH held AS MATERIALIZED (
        SELECT s."id", s."lastHeartbeat" AS "beat", s."device", g."device" AS "report"
        FROM jsonb_to_recordset(${JSON.stringify(beats)}::jsonb)
            AS g("agentId" uuid, "clientId" text, "choice" text, "deviceConnected" boolean, "device" jsonb)
          JOIN "agent_sessions" s ON s."agentId" = g."agentId" AND s."logoutAt" IS NULL
        WHERE (g."clientId" IS NULL OR s."clientId" = g."clientId")
          AND s."choice" = g."choice" AND s."deviceConnected" = g."deviceConnected"
        FOR NO KEY UPDATE OF s SKIP LOCKED)
      UPDATE "agent_sessions" s
      SET "lastHeartbeat" = evenhand_now(), "device" = coalesce(held."report", s."device"),
        "lateBeats" = CASE WHEN evenhand_now() - held."beat" > make_interval(secs => ${lateSeconds}::float8)
          THEN least(s."lateBeats" + 1, 1000) ELSE 0 END
      FROM held WHERE s."id" = held."id"
      RETURNING ${columns}, 0::float8 AS "beatAgeSeconds", held."device" AS "previousDevice",
        date_part('epoch', s."lastHeartbeat" - held."beat") AS "previousBeatAgeSeconds"`;
  }

  /** The agent's open session, locked until the transaction ends. */
  async lockOpen(tx: Tx, agentId: string): Promise<PresenceRow | undefined> {
    const locked = await tx.$queryRaw<{ id: string }[]>`
      SELECT s."id"::text AS "id" FROM "agent_sessions" s
      WHERE s."agentId" = ${agentId}::uuid AND s."logoutAt" IS NULL FOR NO KEY UPDATE`;
    // Read again in a statement of its own: calls that were taken while this one waited for the lock count too.
    if (locked.length === 0) return undefined;
    const [row] = await this.findPool([agentId], tx);
    return row;
  }

  /** What these agents' sessions say, in one query; an agent without an open session has a row of nulls. */
  async findPool(agentIds: readonly string[], executor: Db | Tx = this.db): Promise<PresenceRow[]> {
    return executor.$queryRaw<PresenceRow[]>`
      SELECT a."id"::text AS "agentId", s."id"::text AS "sessionId", s."status"::text AS "status", s."statusReason",
        s."loginAt", s."lastHeartbeat", ${beatAge}, coalesce(s."deviceConnected", false) AS "deviceConnected",
        s."device", coalesce(s."maxConcurrentCalls", 1) AS "maxConcurrentCalls",
        coalesce(s."missedRings", 0) AS "missedRings", coalesce(s."silentRings", 0) AS "silentRings",
        coalesce(s."carrierErrors", 0) AS "carrierErrors", coalesce(s."lateBeats", 0) AS "lateBeats", s."proof",
        s."clientId", s."choice",
        ARRAY(SELECT q."state"::text FROM "agent_call_slots" c
          JOIN "inbound_call_queue" q ON q."id" = c."queued_call_id" WHERE c."agent_id" = a."id") AS "heldCalls"
      FROM "agents" a LEFT JOIN "agent_sessions" s ON s."agentId" = a."id" AND s."logoutAt" IS NULL
      WHERE a."id" = ANY (${agentIds as string[]}::uuid[])`;
  }

  async findLast(tx: Tx, agentId: string): Promise<LastSession | undefined> {
    const rows = await tx.$queryRaw<LastSession[]>`
      SELECT s."choice", s."statusReason", s."logoutReason", s."missedRings", s."maxConcurrentCalls"
      FROM "agent_sessions" s WHERE s."agentId" = ${agentId}::uuid AND s."logoutAt" IS NOT NULL
      ORDER BY s."logoutAt" DESC LIMIT 1`;
    return rows[0];
  }

  /** Opens a session; false when another beat has just opened one (the partial unique index decides). */
  async open(
    tx: Tx,
    session: {
      id: string;
      agentId: string;
      clientId: string;
      choice: string;
      status: ChosenStatus;
      statusReason: string | null;
      deviceConnected: boolean;
      device: DeviceFacts | undefined;
      missedRings: number;
      maxConcurrentCalls: number;
    },
  ): Promise<boolean> {
    const inserted = await tx.$executeRaw`
      INSERT INTO "agent_sessions" ("id", "agentId", "loginAt", "lastHeartbeat", "statusSince", "status",
        "statusReason", "deviceConnected", "device", "missedRings", "maxConcurrentCalls", "clientId", "choice",
        "deviceSince")
      SELECT ${session.id}::uuid, ${session.agentId}::uuid, clock.now, clock.now, clock.now,
        ${session.status}::"AgentSessionStatus", ${session.statusReason}, ${session.deviceConnected},
        ${jsonOrNull(session.device)}::jsonb, ${session.missedRings}::int, ${session.maxConcurrentCalls}::int,
        ${session.clientId}, ${session.choice}, CASE WHEN ${session.deviceConnected} THEN clock.now END
      FROM (SELECT evenhand_now() AS now) clock
      ON CONFLICT ("agentId") WHERE "logoutAt" IS NULL DO NOTHING`;
    return inserted === 1;
  }

  /** Changes an open session that the transaction holds, and counts as a beat. */
  async change(tx: Tx, sessionId: string, change: SessionChange): Promise<void> {
    const sets = [Prisma.sql`"lastHeartbeat" = evenhand_now()`];
    if (change.status !== undefined) {
      sets.push(Prisma.sql`"status" = ${change.status}::"AgentSessionStatus", "statusSince" = evenhand_now()`);
    }
    if (change.statusReason !== undefined) sets.push(Prisma.sql`"statusReason" = ${change.statusReason}`);
    if (change.choice !== undefined) sets.push(Prisma.sql`"choice" = ${change.choice}`);
    if (change.clientId !== undefined) sets.push(Prisma.sql`"clientId" = ${change.clientId}`);
    if (change.deviceConnected !== undefined) sets.push(Prisma.sql`"deviceConnected" = ${change.deviceConnected}`);
    if (change.device !== undefined) sets.push(Prisma.sql`"device" = ${JSON.stringify(change.device)}::jsonb`);
    if (change.missedRings !== undefined) sets.push(Prisma.sql`"missedRings" = ${change.missedRings}::int`);
    if (change.evidenceCleared) sets.push(Prisma.sql`"silentRings" = 0, "carrierErrors" = 0, "lateBeats" = 0`);
    if (change.deviceCame) sets.push(Prisma.sql`"deviceSince" = evenhand_now()`);
    if (change.proof !== undefined) sets.push(Prisma.sql`"proof" = ${change.proof}`);
    await tx.$executeRaw`UPDATE "agent_sessions" SET ${Prisma.join(sets, ", ")} WHERE "id" = ${sessionId}::uuid`;
  }

  async close(tx: Tx, sessionId: string, reason: string, choice: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE "agent_sessions"
      SET "logoutAt" = evenhand_now(), "logoutReason" = ${reason}, "status" = 'offline', "statusSince" = evenhand_now(),
        "statusReason" = NULL, "deviceConnected" = false, "choice" = ${choice}
      WHERE "id" = ${sessionId}::uuid AND "logoutAt" IS NULL`;
  }

  /**
   * Closes the sessions whose lease has run out, at most `limit`. One statement decides: it takes the time before it
   * waits for anything, skips rows that a beat or another sweep is holding, and so never closes a living session.
   * statusReason stays, so that a session set away after missed rings comes back as it was.
   */
  async sweep(
    tx: Tx,
    leaseSeconds: number,
    limit: number,
  ): Promise<
    {
      sessionId: string;
      agentId: string;
      status: string;
      silentSeconds: number;
    }[]
  > {
    return tx.$queryRaw`
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      due AS MATERIALIZED (
        SELECT s."id", s."status" FROM "agent_sessions" s, clock
        WHERE s."logoutAt" IS NULL AND s."lastHeartbeat" < clock.now - make_interval(secs => ${leaseSeconds}::float8)
        ORDER BY s."id" LIMIT ${limit}::int FOR NO KEY UPDATE OF s SKIP LOCKED)
      UPDATE "agent_sessions" s
      SET "logoutAt" = clock.now, "logoutReason" = 'lease_expired', "status" = 'offline', "statusSince" = clock.now,
        "deviceConnected" = false
      FROM due, clock WHERE s."id" = due."id"
      RETURNING s."id"::text AS "sessionId", s."agentId"::text AS "agentId", due."status"::text AS "status",
        extract(epoch FROM clock.now - s."lastHeartbeat")::float8 AS "silentSeconds"`;
  }

  /**
   * Counts one ring that nobody answered on the agent's open session; at `limit` it goes to away with the reason.
   * What the carrier saw counts against a device only that says it is there. A ring placed before the device signed on
   * was for an earlier one, and counts nothing.
   * Answers the count, and whether this ring made the session go away; undefined when nothing counted.
   */
  async recordMissedRing(
    tx: Tx,
    agentId: string,
    limit: number,
    reason: string,
    ring: MissedRing,
  ): Promise<{ sessionId: string; missedRings: number; wentAway: boolean } | undefined> {
    const rows = await tx.$queryRaw<{ sessionId: string; missedRings: number; wentAway: boolean }[]>`
      WITH held AS MATERIALIZED (
        SELECT s."id", s."missedRings" + 1 AS "rings",
          s."missedRings" + 1 >= ${limit}::int AND s."status" = 'available' AS "goes",
          CASE WHEN s."deviceConnected" THEN ${ring.trouble}::text ELSE 'unanswered' END AS "trouble"
        FROM "agent_sessions" s
        WHERE s."agentId" = ${agentId}::uuid AND s."logoutAt" IS NULL
          AND (s."deviceSince" IS NULL OR s."deviceSince" <= ${ring.offeredAt}::timestamptz) FOR NO KEY UPDATE)
      UPDATE "agent_sessions" s
      SET "missedRings" = held."rings",
        "silentRings" = s."silentRings" + (held."trouble" = 'unheard')::int,
        "carrierErrors" = s."carrierErrors" + (held."trouble" = 'unreachable')::int,
        "lastRingTroubleAt" = CASE WHEN held."trouble" <> 'unanswered' THEN evenhand_now() ELSE s."lastRingTroubleAt" END,
        "status" = CASE WHEN held."goes" THEN 'away' ELSE s."status" END,
        "statusReason" = CASE WHEN held."goes" THEN ${reason} ELSE s."statusReason" END,
        "statusSince" = CASE WHEN held."goes" THEN evenhand_now() ELSE s."statusSince" END
      FROM held WHERE s."id" = held."id"
      RETURNING s."id"::text AS "sessionId", s."missedRings", held."goes" AS "wentAway"`;
    return rows[0];
  }

  /** The device was heard ringing: rings before it that were not are no row any more. Answers whether any were. */
  async clearSilentRings(tx: Tx, agentId: string): Promise<boolean> {
    const cleared = await tx.$executeRaw`/* named clear_silent_rings */
      UPDATE "agent_sessions" SET "silentRings" = 0
      WHERE "agentId" = ${agentId}::uuid AND "logoutAt" IS NULL AND "silentRings" > 0`;
    return cleared > 0;
  }

  /** An answered ring proves the device: all counts of failed ones begin again. */
  async clearMissedRings(tx: Tx, agentId: string): Promise<void> {
    await tx.$executeRaw`/* named clear_missed_rings */
      UPDATE "agent_sessions"
      SET "missedRings" = 0, "silentRings" = 0, "carrierErrors" = 0, "lastAnsweredAt" = evenhand_now()
      WHERE "agentId" = ${agentId}::uuid AND "logoutAt" IS NULL`;
  }

  /** The names of agents, for people to read; all agents when no ids are given. */
  async findAgents(agentId?: string): Promise<{ agentId: string; email: string; name: string }[]> {
    return this.db.$queryRaw`
      SELECT a."id"::text AS "agentId", u."email", u."name" FROM "agents" a JOIN "users" u ON u."id" = a."user_id"
      WHERE u."disabled_at" IS NULL ${agentId === undefined ? Prisma.empty : Prisma.sql`AND (a."id"::text = ${agentId} OR u."email" = lower(${agentId}))`}
      ORDER BY u."name", a."id"`;
  }
}

const jsonOrNull = (value: object | undefined): string | null => (value === undefined ? null : JSON.stringify(value));
