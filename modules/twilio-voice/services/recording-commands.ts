import { systemActor } from "@/lib/principal";
import type { CallRecordingService } from "@/modules/call-queue/services/call-recording.service";
import type { CarrierCommand, CommandOutcome } from "../domain/carrier-commands";
import { CarrierError } from "../domain/carrier";
import { placeOf, type CarrierRecordings } from "../domain/carrier-recordings";

export type RecordingCommand = Extract<CarrierCommand, { kind: "sync_recording" | "delete_sound" }>;

/** Told when the carrier has deleted a sound. */
export interface DeletedSounds {
  deleted(of: "recording" | "voicemail", id: string): Promise<void>;
}

const DONE: CommandOutcome = { kind: "done" };
const MOOT: CommandOutcome = { kind: "moot" };
const actor = systemActor("carrier-commands");
/** The recording begins when the caller has been told of it: looked for this often, at this distance. */
const MOST_LOOKS = 20;
const LOOK_AGAIN_SECONDS = 0.5;
/** What is wanted may change while it is being done; it is done again, this often at most. */
const MOST_CORRECTIONS = 4;

/** What the commands about recorded sound mean at the carrier. */
export class RecordingCommands {
  constructor(
    private readonly carrier: CarrierRecordings,
    private readonly recordings: Pick<CallRecordingService, "wanted" | "confirmed" | "refused">,
    private readonly sounds: DeletedSounds,
  ) {}

  /** Runs one attempt. Throws CarrierError when the carrier does not do it. */
  async run(command: RecordingCommand): Promise<CommandOutcome> {
    if (command.kind === "sync_recording") return this.sync(command);
    const { of, id, recordingSid } = command.payload;
    try {
      await this.carrier.remove(recordingSid);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    await this.sounds.deleted(of, id);
    return DONE;
  }

  /** The carrier will not do it, or has not for too long. A sound that was not deleted is asked for again another day. */
  async giveUp(command: RecordingCommand): Promise<void> {
    if (command.kind !== "sync_recording") return;
    await this.recordings.refused(command.payload.talkId, command.payload.entryId, actor);
  }

  /** Does what is wanted, and again when that changed meanwhile: two such orders may overtake each other. */
  private async sync({
    payload: { talkId, entryId },
    attempts,
  }: Extract<RecordingCommand, { kind: "sync_recording" }>): Promise<CommandOutcome> {
    for (let round = 0; round < MOST_CORRECTIONS; round += 1) {
      const wanted = await this.recordings.wanted(talkId);
      if (wanted === undefined) return MOOT;
      const { paused } = wanted;
      try {
        await this.carrier.setPaused(placeOf(talkId, wanted.lineSid), paused);
      } catch (error) {
        if (!isGone(error)) throw error;
        if (attempts < MOST_LOOKS) return { kind: "again", seconds: LOOK_AGAIN_SECONDS };
        await this.recordings.refused(talkId, entryId, actor);
        return DONE;
      }
      await this.recordings.confirmed(talkId, entryId, paused);
      if ((await this.recordings.wanted(talkId))?.paused === paused) return DONE;
    }
    return { kind: "again", seconds: LOOK_AGAIN_SECONDS };
  }
}

const isGone = (error: unknown): boolean => error instanceof CarrierError && error.failure === "gone";
