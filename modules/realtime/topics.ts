/**
 * What listeners of /api/events are told: that something of this topic changed, and which. They read the rest through
 * the API with their own rights, so an event never carries more than identifiers and states.
 */
export type Topic =
  | "lead"
  | "agent"
  | "presence"
  | "queue"
  | "call"
  | "offer"
  | "notice"
  | "plan"
  | "flag"
  | "alert"
  | "callback"
  | "export"
  | "notification"
  | "import";

/** Who may hear an event: managers and admins, everyone signed in, one agent (and staff), or one person alone. */
export type Audience = "staff" | "everyone" | `agent:${string}` | `user:${string}`;

export type LiveEventData = Record<string, string | number | boolean | null>;

export interface LiveEventInput {
  topic: Topic;
  audience: Audience;
  data: LiveEventData;
}

/** An event as it is read back, in order. */
export interface LiveEvent {
  tx: bigint;
  id: bigint;
  topic: string;
  audience: string;
  data: LiveEventData;
}
