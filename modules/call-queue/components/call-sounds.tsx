"use client";

import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { CardBody } from "@/components/ui/card";
import { clockText, DateTime } from "@/components/ui/time";
import type { CallStory } from "./call-story";
import { SoundPlayer } from "./sound-player";
import { Transcription } from "./transcription";

/** What of a call can be heard: its recordings and the messages left in it. */
export function CallSounds({ call }: { call: CallStory }) {
  return (
    <CardBody className="flex flex-col gap-4 text-sm">
      {call.recordings.map((recording) => (
        <Sound
          key={recording.recordingId}
          name="Recording"
          at={recording.startedAt}
          seconds={recording.durationSeconds}
        >
          {recording.deleted ? (
            <Gone />
          ) : recording.status === "completed" ? (
            <SoundPlayer
              kind="recording"
              id={recording.recordingId}
              label="Recording of the conversation"
              seconds={recording.durationSeconds}
            />
          ) : (
            <p className="text-muted">
              {recording.status === "absent" ? "The carrier kept no sound." : "It can be heard when the call is over."}
            </p>
          )}
        </Sound>
      ))}
      {call.voicemails.map((message) => (
        <Sound key={message.voicemailId} name="Message" at={message.createdAt} seconds={message.durationSeconds}>
          {message.deleted ? (
            <Gone />
          ) : (
            <SoundPlayer
              kind="voicemail"
              id={message.voicemailId}
              label="Message of the caller"
              seconds={message.durationSeconds}
            />
          )}
          <Transcription of={message} />
        </Sound>
      ))}
    </CardBody>
  );
}

function Sound(props: { name: string; at: string; seconds: number | null; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{props.name}</span>
        {props.seconds !== null && <Badge tone="neutral">{clockText(props.seconds)}</Badge>}
        <span className="text-xs text-muted">
          <DateTime at={props.at} />
        </span>
      </p>
      {props.children}
    </div>
  );
}

function Gone() {
  return <p className="text-muted">Deleted: it was kept as long as the house keeps sounds.</p>;
}
