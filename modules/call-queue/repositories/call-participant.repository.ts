import type { Db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Tx } from "@/lib/db/transaction";
import type { ParticipantEnd, ParticipantRole } from "../domain/participants";

export interface ParticipantRow {
  id: string;
  entryId: string;
  role: ParticipantRole;
  state: "ringing" | "joined" | "ended";
  agentId: string | null;
  userId: string | null;
  number: string | null;
  callSid: string | null;
  held: boolean;
}

const columns = Prisma.sql`
  p.id::text AS id, p.queued_call_id::text AS "entryId", p.role::text AS role, p.state::text AS state,
  p.agent_id::text AS "agentId", p.user_id::text AS "userId", p.number, p.call_sid AS "callSid", p.held`;

/** Whom a participant is about: an agent's phone, a number outside, or a supervisor's browser. */
export interface NewParticipant {
  id: string;
  entryId: string;
  role: ParticipantRole;
  agentId: string | null;
  userId: string | null;
  number: string | null;
  requestedBy: string;
  /** Seconds until it counts as not answered. */
  ringSeconds: number;
}

/** Rows of call_participants. Their call is locked before any of them is written. */
export class CallParticipantRepository {
  constructor(private readonly db: Db) {}

  async insert(tx: Tx, who: NewParticipant): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO call_participants (id, queued_call_id, role, agent_id, user_id, number, requested_by, created_at, expires_at)
      SELECT ${who.id}::uuid, ${who.entryId}::uuid, ${who.role}::"ParticipantRole", ${who.agentId}::uuid,
        ${who.userId}::uuid, ${who.number}, ${who.requestedBy}::uuid, clock.now,
        clock.now + make_interval(secs => ${who.ringSeconds}::float8)
      FROM (SELECT evenhand_now() AS now) clock`;
  }

  async find(id: string): Promise<ParticipantRow | undefined> {
    const rows = await this.db.$queryRaw<ParticipantRow[]>`
      SELECT ${columns} FROM call_participants p WHERE p.id = ${id}::uuid`;
    return rows[0];
  }

  /** The participant who is this person in this call, while they have not gone. */
  async findPresent(callId: string, userId: string): Promise<string | undefined> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`
      SELECT p.id::text AS id FROM call_participants p JOIN inbound_call_queue q ON q.id = p.queued_call_id
      WHERE q.call_id = ${callId}::uuid AND p.user_id = ${userId}::uuid AND p.state <> 'ended'`;
    return rows[0]?.id;
  }

  /** As the transaction that has locked the call sees it. */
  async read(tx: Tx, id: string): Promise<ParticipantRow | undefined> {
    const rows = await tx.$queryRaw<ParticipantRow[]>`
      SELECT ${columns} FROM call_participants p WHERE p.id = ${id}::uuid`;
    return rows[0];
  }

  /** Everybody who has not gone, in the order in which they came. */
  async present(tx: Tx, entryId: string): Promise<ParticipantRow[]> {
    return tx.$queryRaw<ParticipantRow[]>`/* named participants_present */
      SELECT ${columns} FROM call_participants p
      WHERE p.queued_call_id = ${entryId}::uuid AND p.state <> 'ended' ORDER BY p.created_at, p.id`;
  }

  /** Those who are in a call by our books, with their legs. */
  async joined(entryId: string): Promise<{ participantId: string; callSid: string }[]> {
    return this.db.$queryRaw<{ participantId: string; callSid: string }[]>`
      SELECT id::text AS "participantId", call_sid AS "callSid" FROM call_participants
      WHERE queued_call_id = ${entryId}::uuid AND state = 'joined' AND call_sid IS NOT NULL ORDER BY created_at, id`;
  }

  async join(tx: Tx, id: string, callSid: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE call_participants SET state = 'joined', call_sid = ${callSid}, joined_at = evenhand_now()
      WHERE id = ${id}::uuid AND state = 'ringing'`;
  }

  /** Remembers the leg, unless one is known already. */
  async setLeg(tx: Tx, id: string, callSid: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE call_participants SET call_sid = ${callSid} WHERE id = ${id}::uuid AND call_sid IS NULL`;
  }

  async setRole(tx: Tx, id: string, role: ParticipantRole): Promise<void> {
    await tx.$executeRaw`UPDATE call_participants SET role = ${role}::"ParticipantRole" WHERE id = ${id}::uuid`;
  }

  async setHeld(tx: Tx, id: string, held: boolean): Promise<void> {
    await tx.$executeRaw`UPDATE call_participants SET held = ${held}::boolean WHERE id = ${id}::uuid`;
  }

  /** Ends the participation; false when it had ended already. */
  async end(tx: Tx, id: string, reason: ParticipantEnd): Promise<boolean> {
    const ended = await tx.$executeRaw`
      UPDATE call_participants SET state = 'ended', end_reason = ${reason}, ended_at = evenhand_now()
      WHERE id = ${id}::uuid AND state <> 'ended'`;
    return ended === 1;
  }

  /** Those who should have answered by now. */
  async findExpired(limit: number): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`
      SELECT id::text AS id FROM call_participants
      WHERE state = 'ringing' AND expires_at < evenhand_now() ORDER BY expires_at LIMIT ${limit}::int`;
    return rows.map(({ id }) => id);
  }

  /** Of these legs, those that some call or participant is known by. */
  async knownLegs(callSids: readonly string[]): Promise<Set<string>> {
    const rows = await this.db.$queryRaw<{ sid: string }[]>`
      SELECT call_sid AS sid FROM call_participants WHERE call_sid = ANY (${callSids as string[]})
      UNION SELECT call_sid FROM calls WHERE call_sid = ANY (${callSids as string[]})
      UNION SELECT agent_call_sid FROM call_offers WHERE agent_call_sid = ANY (${callSids as string[]})`;
    return new Set(rows.map(({ sid }) => sid));
  }
}
