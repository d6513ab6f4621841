import type { Tx } from "@/lib/db/transaction";

export interface NewVoicemail {
  id: string;
  callId: string;
  queueId: string;
  leadId: string | null;
  recordingSid: string;
  url: string;
  durationSeconds: number;
}

/** Messages that callers left. */
export class VoicemailRepository {
  /** Keeps a message; false when it is known already. */
  async add(tx: Tx, voicemail: NewVoicemail): Promise<boolean> {
    const { id, callId, queueId, leadId, recordingSid, url, durationSeconds } = voicemail;
    const added = await tx.$executeRaw`
      INSERT INTO voicemails (id, call_id, queue_id, lead_id, recording_sid, url, duration_seconds, created_at)
      VALUES (${id}::uuid, ${callId}::uuid, ${queueId}::uuid, ${leadId}::uuid, ${recordingSid}, ${url},
        ${durationSeconds}::int, evenhand_now())
      ON CONFLICT (recording_sid) DO NOTHING`;
    return added === 1;
  }

  /** "Message waiting" in the lead's timeline; answers whom the lead is assigned to. */
  async addToTimeline(
    tx: Tx,
    leadId: string,
    data: { callId: string; voicemailId: string; from: string; durationSeconds: number },
  ): Promise<string | null> {
    const leads = await tx.$queryRaw<{ assignedAgentId: string | null }[]>`
      UPDATE leads SET last_activity_at = evenhand_now(), updated_at = evenhand_now(), version = version + 1
      WHERE id = ${leadId}::uuid RETURNING assigned_agent::text AS "assignedAgentId"`;
    await tx.$executeRaw`
      INSERT INTO lead_activities (lead_id, type, actor_id, actor_label, data, at)
      VALUES (${leadId}::uuid, 'voicemail', NULL, 'caller', ${JSON.stringify(data)}::jsonb, evenhand_now())`;
    return leads[0]?.assignedAgentId ?? null;
  }
}
