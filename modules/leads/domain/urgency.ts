/** What presses of an agent's leads, from the most to the least; see repositories/my-work.repository.ts. */
export const urgencies = [
  "returns_soon",
  "follow_up_overdue",
  "follow_up_today",
  "urgent",
  "not_begun",
  "high",
  "open",
] as const;
export type Urgency = (typeof urgencies)[number];
