import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import type { Actor } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { leadChanged } from "@/modules/leads/services/lead-events";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { QueuedCallRepository } from "../repositories/queued-call.repository";
import type { VoicemailRepository } from "../repositories/voicemail.repository";

export interface LeftMessage {
  recordingSid: string;
  url: string;
  durationSeconds: number;
  /** The carrier was asked to write it down. */
  transcribed: boolean;
}

/** Messages that callers leave instead of waiting. */
export class VoicemailService {
  constructor(
    private readonly db: Db,
    private readonly queued: QueuedCallRepository,
    private readonly voicemails: VoicemailRepository,
  ) {}

  /** Keeps a message once, however often the carrier tells of it: "message waiting" in the lead's timeline. */
  async left(callSid: string, message: LeftMessage, actor: Actor): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { callSid });
      if (!call) return;
      await this.voicemails.hold(tx, message.recordingSid);
      const id = newId();
      const { callId, queueId, leadId } = call;
      if (!(await this.voicemails.add(tx, { id, callId, queueId, leadId, ...message }))) return;
      // What was said may be told before that something was said.
      await this.voicemails.takeTranscription(tx, id, message.recordingSid);
      const { durationSeconds } = message;
      const after = { voicemailId: id, durationSeconds };
      await writeAudit(tx, actor, [{ action: "call.message_left", entityType: "call", entityId: callId, after }]);
      // Agents too: the messages of their queues wait for them. Who may read which is asked when it is read.
      await publishLive(tx, [{ topic: "call", audience: "everyone", data: { callId, voicemailId: id } }]);
      if (leadId === null) return;
      const data = { callId, voicemailId: id, from: call.fromNumber, durationSeconds };
      const assignedAgentId = await this.voicemails.addToTimeline(tx, leadId, data);
      await writeAudit(tx, actor, [{ action: "lead.message_waiting", entityType: "lead", entityId: leadId, after }]);
      await publishLive(tx, leadChanged(leadId, assignedAgentId));
    });
  }
}
