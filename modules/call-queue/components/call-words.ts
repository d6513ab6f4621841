import type { Tone } from "@/components/ui/badge";
import type { CallOutcome } from "../domain/call-outcomes";
import type { NotReachedReason } from "../domain/not-reached";
import type { CallRecord } from "../schemas";
import { formatPhone } from "./phone-number";

type State = NonNullable<CallRecord["state"]>;

/** How each state of a queued call is called on screen, and its colour. */
export const stateWords: Readonly<Record<State, { label: string; tone: Tone }>> = {
  waiting: { label: "Waiting", tone: "caution" },
  offered: { label: "Ringing", tone: "info" },
  connecting: { label: "Connecting", tone: "info" },
  in_conversation: { label: "In conversation", tone: "positive" },
  wrap_up: { label: "Wrap-up", tone: "accent" },
  done: { label: "Done", tone: "neutral" },
  abandoned: { label: "Abandoned", tone: "danger" },
  short_abandoned: { label: "Short abandon", tone: "neutral" },
  callback_scheduled: { label: "Callback", tone: "info" },
  voicemail: { label: "Voicemail", tone: "neutral" },
  overflowed: { label: "Overflowed", tone: "caution" },
  closed: { label: "Out of hours", tone: "neutral" },
  failed: { label: "Failed", tone: "danger" },
};

/** What came of a call, as people look for it. */
export const outcomeWords: Readonly<Record<CallOutcome, string>> = {
  answered: "Answered",
  abandoned: "Hung up",
  voicemail: "Left a message",
  callback: "Callback",
  overflowed: "Overflowed",
  closed: "Out of hours",
  not_reached: "Not reached",
  failed: "Failed",
  live: "Going on",
};

export const priorityWords: Readonly<Record<string, { label: string; tone: Tone }>> = {
  normal: { label: "Normal", tone: "neutral" },
  high: { label: "High", tone: "caution" },
  urgent: { label: "Urgent", tone: "danger" },
};

const OFFERS: Readonly<Record<string, { label: string; tone: Tone }>> = {
  open: { label: "Ringing", tone: "info" },
  accepted: { label: "Accepted", tone: "positive" },
  declined: { label: "Declined", tone: "caution" },
  missed: { label: "Not answered", tone: "danger" },
  cancelled: { label: "Caller left", tone: "neutral" },
  failed: { label: "Failed", tone: "danger" },
};

export const offerWords = (status: string): { label: string; tone: Tone } =>
  OFFERS[status] ?? { label: sentence(status), tone: "neutral" };

const ENDED_BY: Readonly<Record<string, string>> = {
  caller: "the caller",
  agent: "the agent",
  carrier: "the carrier",
  system: "Evenhand",
};

export const endedByWords = (who: string): string => ENDED_BY[who] ?? sentence(who).toLowerCase();

/** Why a call out came to nobody, and what the agent can do. `shown`: the number it showed. */
const NOT_REACHED: Readonly<Record<NotReachedReason, (shown: string) => { what: string; remedy: string }>> = {
  shown_number_refused: (shown) => ({
    what: `The carrier does not let ${shown} be shown, so nothing was dialled.`,
    remedy: "Choose another number that they see, and tell your manager.",
  }),
  number_refused: () => ({
    what: "The carrier says that this number cannot be called.",
    remedy: "Look whether it is written with its country code, and complete.",
  }),
  country_refused: () => ({
    what: "The carrier does not let the house call this country.",
    remedy: "Your manager can have it allowed.",
  }),
  dial_refused: () => ({ what: "The carrier refused this call.", remedy: "Tell your manager; alerts say why." }),
  carrier_away: () => ({ what: "The carrier did not answer, so nothing was dialled.", remedy: "Try again later." }),
  customer_unreachable: () => ({ what: "The number could not be reached.", remedy: "Try again later." }),
  customer_busy: () => ({ what: "The line was busy, or the call was declined.", remedy: "" }),
  customer_no_answer: () => ({ what: "Nobody answered.", remedy: "" }),
};

export const notReachedWords = (reason: NotReachedReason, shown: string): { what: string; remedy: string } =>
  NOT_REACHED[reason](formatPhone(shown));

/** Why a call moved on, where the stored word alone would say too little. */
const REASONS: Readonly<Record<string, string>> = {
  closed: "it was out of hours",
  full: "as many waited as may",
  max_wait: "the longest wait was over",
  nobody: "nobody was signed in",
  overflow: "the overflow time was over",
  other_queue: "moved to another queue",
  caller_joined: "the caller was put through",
  participant_joined: "somebody joined",
  participant_gone: "somebody left",
  supervised: "a supervisor came in, or changed who hears them",
  consult_begun: "somebody was asked in",
  merged: "all three were put together",
  held: "the caller was put on hold",
  resumed: "the caller was taken off hold",
  end_requested: "it was ended here",
  callback_wanted: "the caller wants to be called back",
  callback_due: "the time of the callback had come",
  ring_failed: "the phone could not be rung",
  ring_cancelled: "the ringing was called off",
  ring_not_possible: "the phone could not be rung",
  offer_expired: "nobody answered in time",
  leg_ended: "the agent's line ended",
  conference_over: "the connection was lost",
  agent_lost: "the agent's line was lost",
};

export const reasonWords = (reason: string): string => REASONS[reason] ?? sentence(reason).toLowerCase();

/** "offer_expired" as "Offer expired". */
export function sentence(code: string): string {
  const words = code.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
