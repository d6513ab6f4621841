import type { Db } from "@/lib/db/client";
import type { CircuitStanding } from "../domain/carrier";

export interface OpenCircuit {
  standing: Exclude<CircuitStanding, "closed">;
  since: Date;
  lastError: string | null;
}

/** Seconds after which a process that has not repeated that its circuit is open no longer counts: it died. */
const FRESH_SECONDS = 30;

/** How the house as a whole stands with the carrier: every process reports, every process reads. */
export class CarrierHealthRepository {
  constructor(private readonly db: Db) {}

  /** A process's circuit is not closed; `since` stays that of the first report. */
  async report(processId: string, standing: CircuitStanding, lastError: string | undefined): Promise<void> {
    await this.db.$executeRaw`
      INSERT INTO carrier_circuits AS c (process_id, state, since, reported_at, last_error)
      SELECT ${processId}, ${standing}, clock.now, clock.now, ${lastError ?? null}
      FROM (SELECT evenhand_now() AS now) clock
      ON CONFLICT (process_id) DO UPDATE SET state = excluded.state, reported_at = excluded.reported_at,
        last_error = coalesce(excluded.last_error, c.last_error)`;
  }

  /** The process's circuit is closed; forgets the dead as well. */
  async clear(processId: string): Promise<void> {
    await this.db.$executeRaw`
      DELETE FROM carrier_circuits
      WHERE process_id = ${processId} OR reported_at < evenhand_now() - interval '10 minutes'`;
  }

  /** The circuit that has been open for longest, of any process that lives. */
  async open(): Promise<OpenCircuit | undefined> {
    const rows = await this.db.$queryRaw<OpenCircuit[]>`
      SELECT state AS standing, since, last_error AS "lastError" FROM carrier_circuits
      WHERE reported_at > evenhand_now() - make_interval(secs => ${FRESH_SECONDS}::float8)
      ORDER BY since LIMIT 1`;
    return rows[0];
  }

  /**
   * Takes the right to place up to `wanted` calls, as many as there may be: answers how many, and the seconds until
   * there may be the next. A full second's worth may go at once: the limit counts calls in a second, not gaps between
   * them (generic cell rate algorithm, ITU-T I.371).
   */
  async takePlaces(wanted: number, callsPerSecond: number): Promise<{ places: number; seconds: number }> {
    const gap = 1 / callsPerSecond;
    // Later than this it cannot stand unless the clock was set back: then it begins anew.
    const latest = 1 + gap;
    // Times are kept in microseconds: the last place of a second may seem to miss it by that much.
    const rows = await this.db.$queryRaw<{ places: number; seconds: number }[]>`/* named take_places */
      WITH held AS MATERIALIZED (SELECT next_free_at AS at FROM carrier_budget WHERE id = 1 FOR UPDATE),
      clock AS MATERIALIZED (SELECT held.at, evenhand_now() AS now FROM held),
      free AS MATERIALIZED (
        SELECT now, CASE WHEN at > now + make_interval(secs => ${latest}::float8) THEN now ELSE greatest(at, now) END AS at
        FROM clock),
      taken AS MATERIALIZED (
        SELECT at, greatest(0, least(${wanted}::int,
          floor((1 - extract(epoch FROM at - now)::float8) * ${callsPerSecond}::float8 + 0.00001)::int)) AS places
        FROM free)
      UPDATE carrier_budget b SET next_free_at = taken.at + make_interval(secs => taken.places * ${gap}::float8)
      FROM taken WHERE b.id = 1
      RETURNING taken.places,
        greatest(0.02, extract(epoch FROM b.next_free_at - evenhand_now())::float8 - ${1 - gap}::float8)::float8 AS seconds`;
    return rows[0] ?? { places: 0, seconds: gap };
  }

  /** Legs that the house knows to be up at the carrier: callers and agents. */
  async liveLegs(): Promise<number> {
    const rows = await this.db.$queryRaw<{ legs: number }[]>`
      SELECT ((SELECT count(*) FROM inbound_call_queue
          WHERE state IN ('waiting', 'offered', 'connecting', 'in_conversation'))
        + (SELECT count(*) FROM inbound_call_queue WHERE state IN ('connecting', 'in_conversation'))
        + (SELECT count(*) FROM call_offers WHERE status = 'open' AND agent_call_sid IS NOT NULL))::int AS legs`;
    return rows[0]?.legs ?? 0;
  }

  /** Counts a healed row. */
  async countHeal(kind: string): Promise<void> {
    await this.db.$executeRaw`
      INSERT INTO heal_counts AS h (kind, count, last_at) VALUES (${kind}, 1, evenhand_now())
      ON CONFLICT (kind) DO UPDATE SET count = h.count + 1, last_at = excluded.last_at`;
  }
}
