import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { AppError, conflict, notFound } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, isStaff, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import type { RecordedSound, RecordedSoundRepository, SoundKind } from "../repositories/recorded-sound.repository";

/** Who may listen to what, and that they did. */
export class RecordedSoundService {
  constructor(
    private readonly db: Db,
    private readonly sounds: RecordedSoundRepository,
  ) {}

  /**
   * Lets somebody listen: agents to their own calls and the messages meant for them, managers to all. Every listening is
   * in the audit log before a byte is given; `fromStart` tells one that begins from one that goes on. Answers the
   * carrier's number of the sound. Throws 404, 409 sound_not_ready, 410 sound_deleted.
   */
  async listen(
    principal: Principal,
    kind: SoundKind,
    id: string,
    { fromStart, requestId }: { fromStart: boolean; requestId: string },
  ): Promise<string> {
    const sound = isId(id) ? await this.sounds.find(kind, id) : undefined;
    if (!sound || !(await this.mayHear(principal, kind, sound))) throw notFound("This sound");
    if (sound.deleted)
      throw new AppError(410, "sound_deleted", "This sound was kept as long as the house keeps sounds.");
    const { recordingSid, callId } = sound;
    if (!sound.ready || recordingSid === null) throw conflict("sound_not_ready", "This recording is not ready yet.");
    await inTransaction(this.db, async (tx) => {
      if (!fromStart && (await this.sounds.listensAlready(tx, kind, sound.id, principal.userId))) return;
      const actor = { ...actorOf(principal), requestId };
      const after = { callId, leadId: sound.leadId };
      await writeAudit(tx, actor, [{ action: `${kind}.listened`, entityType: kind, entityId: sound.id, after }]);
      if (kind === "recording" || !(await this.sounds.heard(tx, sound.id, principal.userId))) return;
      await publishLive(tx, [{ topic: "call", audience: "everyone", data: { callId, voicemailId: sound.id } }]);
    });
    return recordingSid;
  }

  private async mayHear(principal: Principal, kind: SoundKind, sound: RecordedSound): Promise<boolean> {
    const { agentId } = principal;
    if (isStaff(principal)) return true;
    if (agentId === undefined) return false;
    if (sound.agentId === agentId || sound.leadAgentId === agentId) return true;
    const free = kind === "voicemail" && sound.agentId === null && sound.queueId !== null;
    return free && (await this.sounds.isMember(agentId, sound.queueId ?? ""));
  }
}
