/**
 * What the carrier is to do. A command is written in the transaction of the decision that needs it, run right after
 * the commit, and run by the sweeper when the process died in between; each is therefore safe to run twice.
 */
export interface CommandPayloads {
  /** Ring the agent's softphone. */
  ring_agent: { agentId: string; callId: string; entryId: string; offerId: string; ringSeconds: number };
  /** Take the caller out of the carrier's queue into the conference of the accepted offer. */
  move_caller: { callSid: string; queueSid: string; entryId: string; offerId: string };
  /** Send a caller who is not in the carrier's queue (any more) back into it. */
  redirect_caller: { callSid: string; entryId: string };
  /** Have a caller who left the line by a queue's exit hear its document. */
  exit_caller: { callSid: string; entryId: string };
  /** Have a leg that a machine has answered leave the queue's message. */
  leave_message: { callSid: string; entryId: string };
  /** Ask the caller of a call that its agent has ended how they found it. */
  ask_rating: { callSid: string; entryId: string };
  /** Hang up one leg, ringing or answered. */
  end_leg: { callSid: string };
  /** The agent's leg is gone: ask the carrier whether the caller hung up or lost their agent. */
  check_agent_lost: { entryId: string; callSid: string; agentCallSid: string; offerId: string };
  /** Ring the customer of a callback; the agent is on the line. */
  dial_callback: { entryId: string; offerId: string; ringSeconds: number };
  /** Ring somebody who is to take part in a conversation: an agent's softphone or a number outside. */
  ring_participant: { participantId: string; entryId: string; callId: string; ringSeconds: number };
  /** Dial the customer of a call out; the agent is on the line. */
  dial_customer: { entryId: string; offerId: string; ringSeconds: number };
  /** Bring the caller's hold at the carrier in line with the row, whatever it says by then. */
  sync_hold: { entryId: string };
  /** The same for how a participant hears and is heard. */
  sync_participant: { participantId: string; entryId: string };
  /** Have the carrier pause a recording or go on with it, whatever the row says by then. */
  sync_recording: { talkId: string; entryId: string };
  /** Delete a sound that has been kept long enough. */
  delete_sound: { of: "recording" | "voicemail"; id: string; recordingSid: string };
}

export type CommandKind = keyof CommandPayloads;

/** `afterSeconds`: it is not run before, and may turn out not to be needed until then. */
export type NewCommand = {
  [K in CommandKind]: {
    kind: K;
    payload: CommandPayloads[K];
    entryId?: string;
    offerId?: string;
    afterSeconds?: number;
  };
}[CommandKind];

export type CarrierCommand = {
  [K in CommandKind]: {
    id: bigint;
    kind: K;
    payload: CommandPayloads[K];
    /** Attempts so far, this one included. */
    attempts: number;
    /** Seconds since the command was written. */
    ageSeconds: number;
    /** An earlier attempt may have been carried out although its answer was lost. */
    outcomeUnknown: boolean;
  };
}[CommandKind];

/** How a command that is over has ended. */
export interface FinishedCommand {
  id: bigint;
  status: "done" | "failed" | "cancelled";
  error: string | null;
}

/** Runs due commands soon, in this process; never throws. */
export interface CommandKick {
  kick(): void;
}

/** Seconds before the next attempt: doubling from half a second to 8, with up to a quarter more at random. */
export function backoffSeconds(attempts: number, random: () => number = Math.random): number {
  return Math.min(8, 0.5 * 2 ** (attempts - 1)) * (1 + random() / 4);
}
