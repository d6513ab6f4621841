import type { Role } from "@/lib/principal";

export const channels = ["in_app", "email", "sms"] as const;
export type Channel = (typeof channels)[number];
/** Channels that lead out of the house. */
export type OutChannel = Exclude<Channel, "in_app">;

/** What people may be told of, as they set preferences for it. */
export const toldEvents = [
  "assigned",
  "bulk",
  "callback_due",
  "missed_call",
  "export",
  "import",
  "alert",
  "capacity",
] as const;
export type ToldEvent = (typeof toldEvents)[number];

interface ToldEventFacts {
  label: string;
  explanation: string;
  /** Unless the person chose otherwise; what is not named here is off. */
  on: readonly Channel[];
  /** now: sent as soon as it happens. digest: gathered for as long as the person likes. */
  pace: "now" | "digest";
  /** Whom it can concern; everybody when not given. */
  roles?: readonly Role[];
}

const STAFF: readonly Role[] = ["admin", "manager"];

export const TOLD_EVENTS: Readonly<Record<ToldEvent, ToldEventFacts>> = {
  assigned: {
    label: "A lead is assigned to me",
    explanation: "One by one; several within ten minutes become one.",
    on: ["in_app"],
    pace: "digest",
  },
  bulk: {
    label: "Bulk work",
    explanation: "Leads that came to me by it, and the end of what I started: one message for each job.",
    on: ["in_app", "email"],
    pace: "digest",
  },
  callback_due: {
    label: "A callback is due",
    explanation: "When somebody is to be called back whose lead is mine, or whom I promised it.",
    on: ["in_app", "email"],
    pace: "now",
  },
  missed_call: {
    label: "I missed a call",
    explanation: "My phone rang and nobody answered.",
    on: ["in_app"],
    pace: "now",
  },
  export: {
    label: "My export is ready",
    explanation: "Or has failed.",
    on: ["in_app", "email"],
    pace: "now",
  },
  import: {
    label: "My import is done",
    explanation: "Or has failed.",
    on: ["in_app", "email"],
    pace: "now",
  },
  alert: {
    label: "An alert is raised",
    explanation: "Something needs a manager's eye.",
    on: ["in_app"],
    pace: "now",
    roles: STAFF,
  },
  capacity: {
    label: "Capacity is reached",
    explanation: "By me, or for managers by any agent: once each time it is reached.",
    on: ["in_app"],
    pace: "digest",
  },
};

/** What can concern somebody of this role, in the order of the settings. */
export function eventsFor(role: Role): readonly ToldEvent[] {
  return toldEvents.filter((event) => TOLD_EVENTS[event].roles?.includes(role) ?? true);
}
