import { type ActivityType, activityTypes } from "../domain/activity";

/** What the timeline can be narrowed to. Together they are everything. */
export const timelineKinds = {
  notes: { label: "Notes", types: ["note"] },
  calls: { label: "Calls", types: ["call", "callback"] },
  assignments: { label: "Assignments", types: ["assigned", "reassigned", "unassigned", "returned"] },
  changes: {
    label: "Changes",
    types: activityTypes.filter(
      (type) => !["note", "call", "callback", "assigned", "reassigned", "unassigned", "returned"].includes(type),
    ),
  },
} satisfies Record<string, { label: string; types: ActivityType[] }>;

export type TimelineKind = keyof typeof timelineKinds;

const PARAMETER = "timeline";

/** The kind in the address's query; undefined for everything, and for what is not understood. */
export function readKind(params: URLSearchParams): TimelineKind | undefined {
  const kind = params.get(PARAMETER) ?? "";
  return Object.hasOwn(timelineKinds, kind) ? (kind as TimelineKind) : undefined;
}

/** The address's query with this kind; other parameters stay. */
export function writeKind(params: URLSearchParams, kind: TimelineKind | undefined): string {
  const next = new URLSearchParams(params);
  if (kind === undefined) next.delete(PARAMETER);
  else next.set(PARAMETER, kind);
  return next.size > 0 ? `?${next}` : "";
}
