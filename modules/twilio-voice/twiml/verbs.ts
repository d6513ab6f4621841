import type { Words } from "@/modules/call-queue/domain/announcements/wording";

/** What is heard for its length. */
export type Sound = { verb: "say"; text: string; language: string } | { verb: "play"; url: string };

/** A TwiML document as data: what the builders beside this file make and the adapter writes as XML. */
export type Verb =
  | Sound
  | { verb: "pause"; seconds: number }
  | { verb: "redirect"; url: string }
  | { verb: "enqueue"; queue: string; waitUrl: string; actionUrl: string }
  | {
      verb: "conference";
      name: string;
      /** Unique in the conference: "agent", "caller", or a participant's id. */
      label: string;
      endsConference: boolean;
      muted?: boolean;
      /** The leg that alone hears this one. */
      coaches?: string;
      callbackUrl: string;
      /** Recorded from its start, and who is told of that. */
      recordingUrl?: string;
      /** Where the leg goes when it leaves the conference alive. */
      actionUrl?: string;
    }
  | {
      /** Rings one softphone; `answerUrl` is asked once it has answered and before it is connected. */
      verb: "dialClient";
      identity: string;
      parameters: Readonly<Record<string, string>>;
      ringSeconds: number;
      answerUrl: string;
      statusUrl: string;
      actionUrl: string;
      /** Recorded from the answer on, and who is told of that. */
      recordingUrl?: string;
    }
  | { verb: "leave" }
  /**
   * One key, awaited while the prompt is heard and for so many seconds after it; an empty answer is told as well, or with
   * `keysOnly` the document goes on.
   */
  | { verb: "gather"; prompt: Sound; seconds: number; actionUrl: string; keysOnly?: true }
  | {
      verb: "record";
      seconds: number;
      silenceSeconds: number;
      actionUrl: string;
      callbackUrl: string;
      /** The carrier writes it down, and tells here. */
      transcriptionUrl?: string;
    }
  /** An outside number. */
  | { verb: "dial"; number: string; seconds: number; actionUrl: string }
  | { verb: "hangup" };

export type TwimlDocument = readonly Verb[];

export const say = ({ text, language }: Words): Sound => ({ verb: "say", text, language });

/** Nothing to say: the answer to callbacks. */
export const EMPTY: TwimlDocument = [];
