/** Everything that a lead's timeline tells. */
export const activityTypes = [
  "created",
  "updated",
  "disposition",
  "assigned",
  "reassigned",
  "unassigned",
  "returned",
  "undone",
  "locked",
  "unlocked",
  "merged",
  "unmerged",
  "removed",
  "restored",
  "note",
  "file",
  "file_removed",
  "file_restored",
  "call",
  "voicemail",
  "callback",
] as const;

export type ActivityType = (typeof activityTypes)[number];
