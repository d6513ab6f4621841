import type { Db } from "@/lib/db/client";
import type { Healing } from "@/modules/alerts/services/healing.service";
import { AbandonedRepository } from "@/modules/call-queue/repositories/abandoned.repository";
import type { CallRecordingRepository } from "@/modules/call-queue/repositories/call-recording.repository";
import { KeptSoundRepository } from "@/modules/call-queue/repositories/kept-sound.repository";
import { RecordedSoundRepository } from "@/modules/call-queue/repositories/recorded-sound.repository";
import { VoicemailListRepository } from "@/modules/call-queue/repositories/voicemail-list.repository";
import { VoicemailRepository } from "@/modules/call-queue/repositories/voicemail.repository";
import { AbandonedCallers } from "@/modules/call-queue/services/abandoned-callers.service";
import { CallRecordingService } from "@/modules/call-queue/services/call-recording.service";
import { OwnedTalk } from "@/modules/call-queue/services/owned-talk";
import { RecordedSoundService } from "@/modules/call-queue/services/recorded-sound.service";
import { SoundRetentionService } from "@/modules/call-queue/services/sound-retention.service";
import type { TalkParties } from "@/modules/call-queue/services/talk-parties";
import { VoicemailService } from "@/modules/call-queue/services/voicemail.service";
import { VoicemailDesk } from "@/modules/call-queue/services/voicemail-desk.service";
import type { CarrierRecordings } from "@/modules/twilio-voice/domain/carrier-recordings";
import type { RunnerLog } from "@/modules/twilio-voice/services/carrier-command-runner.service";
import { RecordingCommands } from "@/modules/twilio-voice/services/recording-commands";
import { RecordingLineService } from "@/modules/twilio-voice/services/recording-line.service";
import { SoundPlayer } from "@/modules/twilio-voice/services/sound-player.service";
import type { CallCore } from "./container-call-core";

/** What a call leaves behind. */
export interface RecordSide {
  callRecordings: CallRecordingService;
  recordingLine: RecordingLineService;
  soundRetention: SoundRetentionService;
  soundPlayer: SoundPlayer;
  voicemailDesk: VoicemailDesk;
  abandonedCallers: AbandonedCallers;
}

/** Makes what keeps recorded sound, and the commands that come of it. */
export function createRecordSide(
  db: Db,
  { queued, outbox, kick, wake }: CallCore,
  parties: TalkParties,
  others: {
    recordingRows: CallRecordingRepository;
    recordings: CarrierRecordings;
    healing: Healing;
    log: RunnerLog;
  },
): RecordSide & { commands: RecordingCommands } {
  const { recordingRows, recordings, healing, log } = others;
  const talk = new OwnedTalk(db, queued, kick, wake);
  const callRecordings = new CallRecordingService(db, talk, queued, recordingRows, parties, outbox, kick);
  const soundRetention = new SoundRetentionService(db, new KeptSoundRepository(db), outbox, kick);
  const messageRows = new VoicemailRepository(db);
  const voicemailDesk = new VoicemailDesk(db, new VoicemailListRepository(db), messageRows);
  return {
    callRecordings,
    soundRetention,
    soundPlayer: new SoundPlayer(new RecordedSoundService(db, new RecordedSoundRepository(db)), recordings),
    voicemailDesk,
    abandonedCallers: new AbandonedCallers(db, new AbandonedRepository(db)),
    recordingLine: new RecordingLineService(
      callRecordings,
      voicemailDesk,
      recordingRows,
      new VoicemailService(db, queued, messageRows),
      messageRows,
      recordings,
      healing,
      log,
    ),
    commands: new RecordingCommands(recordings, callRecordings, soundRetention),
  };
}
