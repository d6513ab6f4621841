import type { Tone } from "@/components/ui/badge";
import type { Phase } from "../client/phone-view";

/** What the dock's first line says in each phase. */
export const phaseWords: Readonly<Record<Phase, { label: string; tone: Tone; pulse?: boolean }>> = {
  signed_out: { label: "Offline", tone: "neutral" },
  elsewhere: { label: "Used elsewhere", tone: "neutral" },
  starting: { label: "Starting the phone…", tone: "info", pulse: true },
  ready: { label: "Ready for calls", tone: "positive" },
  not_ready: { label: "Not ready", tone: "caution" },
  break: { label: "On a break", tone: "caution" },
  away: { label: "Away", tone: "caution" },
  ringing: { label: "Incoming call", tone: "accent", pulse: true },
  connecting: { label: "Connecting…", tone: "info", pulse: true },
  in_call: { label: "On a call", tone: "positive" },
  wrap_up: { label: "Wrap-up", tone: "accent" },
};

/** What is read out when a phase begins; who calls is added by the dock. */
export function announcementOf(phase: Phase, who: string): string {
  switch (phase) {
    case "ringing":
      return `Incoming call from ${who}. Alt A accepts, Alt X declines.`;
    case "connecting":
      return `Connecting to ${who}.`;
    case "in_call":
      return `You are talking with ${who}.`;
    case "wrap_up":
      return "The call has ended. Wrap-up: choose a disposition and write a note.";
    default:
      return phaseWords[phase].label;
  }
}
