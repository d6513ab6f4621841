import type { ToldEvent } from "./told-events";

/** Something a notification is about. */
export interface Subject {
  id: string;
  label: string;
}

export type Figures = Readonly<Record<string, string | number | boolean | null>>;

/** What a notification keeps to say: its first subjects, and figures and short words. */
export interface NotificationData {
  items: readonly Subject[];
  facts: Figures;
}

/** What one person is to be told of one event. */
export interface Draft {
  userId: string;
  event: ToldEvent;
  /** Drafts of one key become one while they are unread. */
  groupKey: string | null;
  count: number;
  data: NotificationData;
}

/** A notification as it is kept. */
export interface NotificationRow {
  id: string;
  userId: string;
  event: ToldEvent;
  count: number;
  data: NotificationData;
  createdAt: Date;
  updatedAt: Date;
  readAt: Date | null;
}

/** Subjects that a notification names. */
export const MOST_NAMED = 5;
/** Minutes within which several become one. */
export const GATHER_MINUTES = 10;

/** One that stands for both: the newer one's figures, the subjects of both, the newest first. */
export function together<T extends Pick<Draft, "count" | "data">>(earlier: T, later: Pick<Draft, "count" | "data">): T {
  const newer = new Set(later.data.items.map(({ id }) => id));
  const items = [...later.data.items, ...earlier.data.items.filter(({ id }) => !newer.has(id))];
  return {
    ...earlier,
    count: earlier.count + later.count,
    data: { items: items.slice(0, MOST_NAMED), facts: later.data.facts },
  };
}

/** Drafts of one person and key as one, in the order in which they came. */
export function gathered(drafts: readonly Draft[]): Draft[] {
  const result = new Map<string, Draft>();
  drafts.forEach((draft, place) => {
    const key = draft.groupKey === null ? `#${place}` : `${draft.userId} ${draft.groupKey}`;
    const earlier = result.get(key);
    result.set(key, earlier ? together(earlier, draft) : draft);
  });
  return [...result.values()];
}
