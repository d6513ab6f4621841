import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { actorOf, requireStaff, systemActor, type Actor, type Principal } from "@/lib/principal";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import type { CommandKick } from "../domain/carrier-commands";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type { KeptSoundRepository, RecordPolicy, SoundToDelete } from "../repositories/kept-sound.repository";

/** Sounds that one round asks the carrier to delete. */
const MOST_A_ROUND = 100;
const carrier = systemActor("retention");

/** How long recorded sound is kept: the setting, the rounds that apply it, and the carrier's word that it is gone. */
export class SoundRetentionService {
  constructor(
    private readonly db: Db,
    private readonly sounds: KeptSoundRepository,
    private readonly commands: CarrierCommandRepository,
    private readonly kick: CommandKick,
  ) {}

  /** What is kept how long (managers). */
  async policy(principal: Principal): Promise<RecordPolicy> {
    requireStaff(principal);
    return this.sounds.policy();
  }

  /** Changes it (admins, by the route). What is too old by then goes with the next round. */
  async setPolicy(principal: Principal, policy: RecordPolicy, requestId?: string): Promise<RecordPolicy> {
    await inTransaction(
      this.db,
      async (tx) => {
        const before = await this.sounds.setPolicy(tx, policy);
        await writeAudit(tx, { ...actorOf(principal), requestId }, [
          {
            action: "setting.retention_changed",
            entityType: "setting",
            entityId: "retention",
            before: { ...before },
            after: { ...policy },
          },
        ]);
      },
      { once: "retention" },
    );
    return policy;
  }

  /**
   * One bounded round: has the carrier delete what has been kept long enough. Any number may run at once; each sound is
   * asked for by one of them. Answers how many of each.
   */
  async run(actor: Actor): Promise<{ recordings: number; voicemails: number }> {
    const counts = await inTransaction(this.db, async (tx) => {
      const { recordingDays, voicemailDays } = await this.sounds.policy(tx);
      const recordings =
        recordingDays === null ? [] : await this.sounds.claimRecordings(tx, recordingDays, MOST_A_ROUND);
      const voicemails =
        voicemailDays === null ? [] : await this.sounds.claimVoicemails(tx, voicemailDays, MOST_A_ROUND);
      const due: SoundToDelete[] = [...recordings, ...voicemails];
      await this.commands.add(
        tx,
        due.map(({ of, id, recordingSid }) => ({ kind: "delete_sound", payload: { of, id, recordingSid } })),
      );
      await writeAudit(
        tx,
        actor,
        due.map(({ of, id, callId }) => ({
          action: `${of}.deletion_due`,
          entityType: of,
          entityId: id,
          after: { callId },
        })),
      );
      return { recordings: recordings.length, voicemails: voicemails.length };
    });
    if (counts.recordings + counts.voicemails > 0) this.kick.kick();
    return counts;
  }

  /** The carrier has deleted a sound, or has none. */
  async deleted(of: SoundToDelete["of"], id: string): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const sound = await this.sounds.deleted(tx, of, id);
      if (sound)
        await writeAudit(tx, carrier, [{ action: `${of}.deleted`, entityType: of, entityId: id, after: sound }]);
    });
  }
}
