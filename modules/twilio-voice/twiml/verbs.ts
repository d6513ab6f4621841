/** A TwiML document as data: what the builders beside this file make and the adapter writes as XML. */
export type Verb =
  | { verb: "say"; text: string; language: string }
  | { verb: "play"; url: string }
  | { verb: "pause"; seconds: number }
  | { verb: "redirect"; url: string }
  | { verb: "enqueue"; queue: string; waitUrl: string; actionUrl: string }
  | {
      verb: "conference";
      name: string;
      label: "agent" | "caller";
      endsConference: boolean;
      callbackUrl: string;
      /** Where the leg goes when it leaves the conference alive. */
      actionUrl?: string;
    }
  | { verb: "hangup" };

export type TwimlDocument = readonly Verb[];

/** Nothing to say: the answer to callbacks. */
export const EMPTY: TwimlDocument = [];
