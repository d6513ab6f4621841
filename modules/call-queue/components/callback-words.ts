import type { Tone } from "@/components/ui/badge";
import type { CallbackRecord } from "../callback.schemas";
import { sentence } from "./call-words";

/** How each state of a callback is called on screen, and its colour. */
export const callbackWords: Readonly<Record<CallbackRecord["status"], { label: string; tone: Tone }>> = {
  scheduled: { label: "Scheduled", tone: "info" },
  in_line: { label: "In line", tone: "caution" },
  done: { label: "Answered", tone: "positive" },
  cancelled: { label: "Cancelled", tone: "neutral" },
  expired: { label: "Expired", tone: "danger" },
  failed: { label: "Not reached", tone: "danger" },
};

const RESULTS: Readonly<Record<string, string>> = {
  answered: "Answered",
  no_answer: "Nobody answered",
  busy: "Busy",
  machine: "Answering machine",
  unreachable: "Could not be reached",
  agent_lost: "The agent left before the customer answered",
  lost: "Nothing more was heard of it",
  quiet_hours: "Too early or too late there",
  do_not_call: "Must not be called",
};

export const resultWords = (result: string): string => RESULTS[result] ?? sentence(result);

const SOURCES: Readonly<Record<CallbackRecord["source"], string>> = {
  caller: "The caller, from the line",
  exit: "The queue, as its way out",
  person: "",
};

/** Who wanted it. */
export const wantedBy = ({ source, requestedBy }: CallbackRecord): string => SOURCES[source] || requestedBy;

export const isOpen = ({ status }: CallbackRecord): boolean => status === "scheduled" || status === "in_line";
