import type { Db } from "@/lib/db/client";
import { isFinalStatus, type CarrierStatus } from "../domain/call-status";

/**
 * Whether a report of the carrier comes too late to change anything: most ends are told three times over. What these
 * say yes to stays so, whoever writes meanwhile, so that nothing need be locked; everything else is decided under the
 * call's lock.
 */
export class SettledCallRepository {
  constructor(private readonly db: Db) {}

  /** The customer's call has ended and left its queue; a final state is kept if none was known. */
  async isOver(callSid: string, status: CarrierStatus): Promise<boolean> {
    if (!isFinalStatus(status)) return false;
    const rows = await this.db.$queryRaw<unknown[]>`/* named settled_call */
      WITH over AS (
        SELECT c.id FROM calls c JOIN inbound_call_queue q ON q.call_id = c.id
        WHERE c.call_sid = ${callSid} AND c.ended_at IS NOT NULL
          AND q.state NOT IN ('waiting', 'offered', 'connecting', 'in_conversation')),
      noted AS (
        UPDATE calls c SET carrier_status = ${status} FROM over
        WHERE c.id = over.id AND c.carrier_status NOT IN ('completed', 'busy', 'no-answer', 'failed', 'canceled'))
      SELECT 1 FROM over`;
    return rows.length === 1;
  }

  /** The agent's leg that took this offer has nothing more to do with its call; it is over, and need not be hung up. */
  async isLegDone(offerId: string, agentCallSid: string): Promise<boolean> {
    const rows = await this.db.$queryRaw<unknown[]>`/* named settled_leg */
      WITH done AS (
        SELECT q.id FROM call_offers o JOIN inbound_call_queue q ON q.id = o.queued_call_id
        WHERE o.id = ${offerId}::uuid AND o.status = 'accepted' AND o.agent_call_sid = ${agentCallSid}
          AND (q.agent_call_sid IS DISTINCT FROM o.agent_call_sid OR q.state NOT IN ('connecting', 'in_conversation'))),
      called_off AS (
        UPDATE carrier_commands c SET status = 'cancelled', finished_at = evenhand_now() FROM done
        WHERE c.queued_call_id = done.id AND c.kind = 'end_leg' AND c.status = 'pending'
          AND c.payload ->> 'callSid' = ${agentCallSid})
      SELECT 1 FROM done`;
    return rows.length === 1;
  }

  /** The conversation is over for agent and caller, and nobody talks on. */
  async isTalkOver(entryId: string): Promise<boolean> {
    const rows = await this.db.$queryRaw<unknown[]>`/* named settled_talk */
      SELECT 1 FROM inbound_call_queue q
      WHERE q.id = ${entryId}::uuid AND q.state IN ('wrap_up', 'done') AND NOT EXISTS (
        SELECT 1 FROM call_participants p WHERE p.queued_call_id = q.id AND p.state <> 'ended')`;
    return rows.length === 1;
  }
}
