import type { Tone } from "@/components/ui/badge";
import type { CallOutcome } from "../domain/call-outcomes";
import type { CallRecord } from "../schemas";

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

/** "offer_expired" as "Offer expired". */
export function sentence(code: string): string {
  const words = code.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
