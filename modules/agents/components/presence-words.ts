import type { Tone } from "@/components/ui/badge";
import type { AgentSummary, PresenceSession, SessionStatus } from "../schemas";

type Availability = AgentSummary["status"];

/** Whether an agent takes leads, in words. */
export const availabilityWords: Readonly<Record<Availability, { label: string; tone: Tone }>> = {
  active: { label: "Active", tone: "positive" },
  busy: { label: "Busy", tone: "caution" },
  away: { label: "Away", tone: "neutral" },
  offline: { label: "Offline", tone: "neutral" },
};

export const availabilities = Object.keys(availabilityWords) as readonly Availability[];

const STATUS: Readonly<Record<SessionStatus, { label: string; tone: Tone }>> = {
  available: { label: "Ready", tone: "positive" },
  on_call: { label: "On a call", tone: "accent" },
  wrap_up: { label: "Wrap-up", tone: "info" },
  break: { label: "Break", tone: "neutral" },
  away: { label: "Away", tone: "neutral" },
  offline: { label: "Signed off", tone: "neutral" },
};

/** Whether an agent takes calls, in words. Available alone is not ready: readiness is proof. */
export function presenceWords(session: PresenceSession): { label: string; tone: Tone } {
  if (session.status === "available" && !session.readiness.ready) return { label: "Not ready", tone: "danger" };
  return STATUS[session.status];
}
