import type { Db } from "@/lib/db/client";
import { CALLBACK_LINE } from "../domain/callback";

export interface StaleCall {
  entryId: string;
  callSid: string;
  state: string;
  agentCallSid: string | null;
  /** Seconds since anything proved that the caller is on the line. */
  silentSeconds: number;
  stateSeconds: number;
}

/** Seconds after which a live call that gave no sign of life is compared with the carrier's, by state. */
const SILENT_SECONDS = { waiting: 40, connecting: 15, in_conversation: 30, left: 60 } as const;

/** Live calls that should have been heard of, and callers on a way out whose end was not told. */
export class StaleCallRepository {
  constructor(private readonly db: Db) {}

  /** The longest silent first. */
  async find(limit: number): Promise<StaleCall[]> {
    return this.db.$queryRaw<StaleCall[]>`
      WITH clock AS MATERIALIZED (SELECT evenhand_now() AS now),
      silent AS (
        SELECT q.id, q.call_id FROM clock, inbound_call_queue q
        WHERE q.state IN ('waiting', 'offered', 'connecting', 'in_conversation')
          -- A callback has nobody on the line before its conversation.
          AND (q.state = 'in_conversation' OR q.carrier_queue_sid IS DISTINCT FROM ${CALLBACK_LINE})
          AND q.last_seen_at < clock.now - make_interval(secs => CASE q.state
            WHEN 'connecting' THEN ${SILENT_SECONDS.connecting}::float8
            WHEN 'in_conversation' THEN ${SILENT_SECONDS.in_conversation}::float8
            ELSE ${SILENT_SECONDS.waiting}::float8 END)
        UNION ALL
        -- Handed over to somebody outside: the caller talks on although the agent is done.
        SELECT q.id, q.call_id FROM clock, calls c JOIN inbound_call_queue q ON q.call_id = c.id
        WHERE c.ended_at IS NULL AND q.state IN ('wrap_up', 'done')
          AND q.last_seen_at < clock.now - make_interval(secs => ${SILENT_SECONDS.in_conversation}::float8)
        UNION ALL
        -- On a way out of the line: leaving a message, hearing why, or with an outside number.
        SELECT q.id, q.call_id FROM clock, calls c JOIN inbound_call_queue q ON q.call_id = c.id
        WHERE c.ended_at IS NULL AND q.state IN ('voicemail', 'overflowed', 'closed', 'callback_scheduled')
          AND q.last_seen_at < clock.now - make_interval(secs => ${SILENT_SECONDS.left}::float8))
      SELECT q.id::text AS "entryId", c.call_sid AS "callSid", q.state::text AS state, q.agent_call_sid AS "agentCallSid",
        extract(epoch FROM clock.now - q.last_seen_at)::float8 AS "silentSeconds",
        extract(epoch FROM clock.now - q.state_since)::float8 AS "stateSeconds"
      FROM clock, silent JOIN inbound_call_queue q ON q.id = silent.id JOIN calls c ON c.id = silent.call_id
      ORDER BY q.last_seen_at LIMIT ${limit}::int`;
  }
}
