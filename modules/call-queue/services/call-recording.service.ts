import type { Db } from "@/lib/db/client";
import { inTransaction, type Tx } from "@/lib/db/transaction";
import { conflict } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { actorOf, type Actor, type Principal } from "@/lib/principal";
import { isOver, recordingState, type CarrierRecording, type RecordingState } from "../domain/recordings";
import type { CallRecordingRepository } from "../repositories/call-recording.repository";
import type { CarrierCommandRepository } from "../repositories/carrier-command.repository";
import type { QueuedCallRepository, QueuedCallRow } from "../repositories/queued-call.repository";
import type { CommandKick } from "../domain/carrier-commands";
import type { OwnedTalk } from "./owned-talk";
import type { TalkParties } from "./talk-parties";

/** The recording of a conversation: paused and resumed by its agent, and what the carrier tells of it. */
export class CallRecordingService {
  constructor(
    private readonly db: Db,
    private readonly talk: OwnedTalk,
    private readonly queued: QueuedCallRepository,
    private readonly recordings: CallRecordingRepository,
    private readonly parties: TalkParties,
    private readonly commands: CarrierCommandRepository,
    private readonly kick: CommandKick,
  ) {}

  /**
   * Pauses the recording or goes on with it (the call's agent, or staff). Repeating it is harmless. Answers what is
   * shown of it: "pausing" until the carrier has confirmed. Throws 403, 404, 409 not_recorded.
   */
  async change(principal: Principal, callId: string, action: "pause" | "resume"): Promise<RecordingState> {
    const paused = action === "pause";
    let state: RecordingState | undefined;
    const work = async (tx: Tx, call: QueuedCallRow): Promise<void> => {
      const recording = call.talkId === null ? undefined : await this.recordings.ofTalk(call.talkId, tx);
      if (!recording || isOver(recording.status)) {
        throw conflict("not_recorded", "This conversation is not being recorded.");
      }
      state = recordingState({ ...recording, pausedByAgent: paused });
      if (!(await this.recordings.want(tx, recording.talkId, paused))) return;
      await this.sync(tx, call, recording.talkId);
      const data = { recordingId: recording.id };
      await this.parties.note(tx, call, paused ? "recording_paused" : "recording_resumed", data, actorOf(principal));
    };
    await this.talk.change(principal, callId, work, { withoutQueueToo: true });
    // A repeated request is answered from what its first one did.
    return state ?? (paused ? "pausing" : "resuming");
  }

  /** The carrier tells of a recording; late, repeated and reordered news change nothing. */
  async told(talkId: string, entryId: string, about: CarrierRecording, actor: Actor): Promise<boolean> {
    if (!isId(talkId) || !isId(entryId)) return false;
    const news = await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      if (!call) return false;
      if (about.status === "completed" || about.status === "absent") return this.ended(tx, call, talkId, about, actor);
      if (!(await this.recordings.begun(tx, talkId, about))) return false;
      const recording = await this.recordings.ofTalk(talkId, tx);
      // Paused while the caller was still being told: there was nothing to pause yet.
      if (recording?.pausedByAgent === true && recording.status !== "paused") await this.sync(tx, call, talkId);
      await this.parties.tell(tx, call);
      return true;
    });
    this.kick.kick();
    return news;
  }

  /** The carrier has no recording of this conversation. */
  async none(talkId: string, entryId: string): Promise<boolean> {
    return inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      return call !== undefined && (await this.recordings.none(tx, talkId));
    });
  }

  /** Whether the carrier should be pausing now, and where; undefined once there is nothing to pause any more. */
  async wanted(talkId: string): Promise<{ paused: boolean; lineSid: string | null } | undefined> {
    const recording = await this.recordings.ofTalk(talkId);
    if (!recording || isOver(recording.status)) return undefined;
    return { paused: recording.pausedByAgent, lineSid: recording.lineSid };
  }

  /** The carrier pauses, or records: the agent sees it. */
  async confirmed(talkId: string, entryId: string, paused: boolean): Promise<void> {
    await this.locked(entryId, async (tx, call) => {
      if (await this.recordings.standsAt(tx, talkId, paused)) await this.parties.tell(tx, call);
    });
  }

  /** The carrier would not: the agent sees that nothing has changed. */
  async refused(talkId: string, entryId: string, actor: Actor): Promise<void> {
    await this.locked(entryId, async (tx, call) => {
      await this.recordings.wantWhatIs(tx, talkId);
      await this.parties.note(tx, call, "recording_unchanged", {}, actor);
    });
  }

  private async ended(
    tx: Tx,
    call: QueuedCallRow,
    talkId: string,
    about: CarrierRecording,
    actor: Actor,
  ): Promise<boolean> {
    if (!(await this.recordings.ended(tx, talkId, about))) return false;
    const { status, durationSeconds } = about;
    const recording = await this.recordings.ofTalk(talkId, tx);
    const data = { recordingId: recording?.id ?? null, status, durationSeconds };
    await this.parties.note(tx, call, status === "absent" ? "recording_absent" : "recording_kept", data, actor);
    return true;
  }

  private async sync(tx: Tx, call: QueuedCallRow, talkId: string): Promise<void> {
    const payload = { talkId, entryId: call.id };
    await this.commands.add(tx, [{ kind: "sync_recording", payload, entryId: call.id }]);
  }

  private async locked(entryId: string, work: (tx: Tx, call: QueuedCallRow) => Promise<void>): Promise<void> {
    await inTransaction(this.db, async (tx) => {
      const call = await this.queued.lock(tx, { id: entryId });
      if (call) await work(tx, call);
    });
  }
}
