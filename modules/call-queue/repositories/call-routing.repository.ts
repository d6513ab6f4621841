import type { Db } from "@/lib/db/client";
import type { Tx } from "@/lib/db/transaction";

export interface RouteTarget {
  queueId: string | null;
  menuId: string | null;
  language: string | null;
}

export interface MenuRow {
  menuId: string;
  language: string;
  prompt: string;
  invalidText: string;
  timeoutSeconds: number;
  repeats: number;
  defaultQueueId: string;
  options: { digit: string; queueId: string; skills: string[]; language: string | null }[];
}

/** Where dialled numbers lead. */
export class CallRoutingRepository {
  constructor(private readonly db: Db) {}

  /** Where this number leads; a number that nobody has set up leads to the first queue. */
  async target(executor: Db | Tx, number: string): Promise<RouteTarget | undefined> {
    const rows = await executor.$queryRaw<RouteTarget[]>`/* named route_of_number */
      (SELECT r.queue_id::text AS "queueId", r.menu_id::text AS "menuId", r.language FROM call_routes r WHERE r.number = ${number})
      UNION ALL
      (SELECT k.id::text, NULL, NULL FROM call_queues k
        WHERE k.archived_at IS NULL AND NOT EXISTS (SELECT 1 FROM call_routes r WHERE r.number = ${number})
        ORDER BY k.created_at, k.id LIMIT 1)`;
    return rows[0];
  }

  async menu(menuId: string, executor: Db | Tx = this.db): Promise<MenuRow | undefined> {
    const rows = await executor.$queryRaw<MenuRow[]>`
      SELECT m.id::text AS "menuId", m.language, m.prompt, m.invalid_text AS "invalidText",
        m.timeout_seconds AS "timeoutSeconds", m.repeats, m.default_queue_id::text AS "defaultQueueId",
        coalesce((SELECT jsonb_agg(jsonb_build_object('digit', o.digit, 'queueId', o.queue_id, 'skills', o.skills,
          'language', o.language) ORDER BY o.digit) FROM call_menu_options o WHERE o.menu_id = m.id), '[]'::jsonb) AS options
      FROM call_menus m WHERE m.id = ${menuId}::uuid`;
    return rows[0];
  }

  /** Ends calls that never reached a queue (hung up in a menu); answers whether there was one. */
  async endUnqueued(tx: Tx, callSid: string): Promise<boolean> {
    const ended = await tx.$executeRaw`
      UPDATE calls c SET ended_at = evenhand_now(), ended_by = 'caller', carrier_status = 'completed'
      WHERE c.call_sid = ${callSid} AND c.ended_at IS NULL AND c.direction = 'inbound'
        AND NOT EXISTS (SELECT 1 FROM inbound_call_queue q WHERE q.call_id = c.id)`;
    return ended === 1;
  }

  /** The same for calls whose end nobody told: no menu lasts this long. Answers how many. */
  async endForgotten(tx: Tx, afterMinutes: number): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE calls c SET ended_at = evenhand_now(), ended_by = 'system'
      WHERE c.ended_at IS NULL AND c.direction = 'inbound'
        AND c.started_at < evenhand_now() - make_interval(mins => ${afterMinutes}::int)
        AND NOT EXISTS (SELECT 1 FROM inbound_call_queue q WHERE q.call_id = c.id)
      RETURNING c.id::text AS id`;
    return rows.map(({ id }) => id);
  }
}
