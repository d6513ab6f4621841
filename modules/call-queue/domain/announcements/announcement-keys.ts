/** A part of a text that is filled in when it is spoken, with what stands there in examples. */
export type Placeholder = "position" | "minutes" | "low" | "high" | "key";

interface AnnouncementKind {
  /** Where in the life of a call it is heard. */
  group: AnnouncementGroup;
  /** Each of them stands in every text of this kind, and no other does. */
  placeholders: readonly Placeholder[];
}

export const ANNOUNCEMENT_GROUPS = ["line", "callback", "exit", "talk", "trouble"] as const;
export type AnnouncementGroup = (typeof ANNOUNCEMENT_GROUPS)[number];

/** Everything the house says to callers, but for menus, which are texts of their own. */
export const ANNOUNCEMENTS = {
  welcome: { group: "line", placeholders: [] },
  position_first: { group: "line", placeholders: [] },
  position: { group: "line", placeholders: ["position"] },
  wait_minute: { group: "line", placeholders: [] },
  wait_within: { group: "line", placeholders: ["minutes"] },
  wait_between: { group: "line", placeholders: ["low", "high"] },
  wait_over: { group: "line", placeholders: ["minutes"] },
  back_in_line: { group: "line", placeholders: [] },
  agent_lost: { group: "line", placeholders: [] },
  passing_on: { group: "line", placeholders: [] },
  callback_offer: { group: "callback", placeholders: ["key"] },
  callback_promised: { group: "callback", placeholders: [] },
  callback_instead: { group: "callback", placeholders: [] },
  machine_message: { group: "callback", placeholders: [] },
  closed: { group: "exit", placeholders: [] },
  full: { group: "exit", placeholders: [] },
  max_wait: { group: "exit", placeholders: [] },
  nobody: { group: "exit", placeholders: [] },
  overflow: { group: "exit", placeholders: [] },
  voicemail_prompt: { group: "exit", placeholders: [] },
  voicemail_instead: { group: "exit", placeholders: [] },
  voicemail_thanks: { group: "exit", placeholders: [] },
  voicemail_silent: { group: "exit", placeholders: [] },
  recording_consent: { group: "talk", placeholders: [] },
  rating_question: { group: "talk", placeholders: [] },
  rating_thanks: { group: "talk", placeholders: [] },
  carrier_trouble: { group: "trouble", placeholders: [] },
  one_moment: { group: "trouble", placeholders: [] },
  apology: { group: "trouble", placeholders: [] },
} as const satisfies Record<string, AnnouncementKind>;

export type AnnouncementKey = keyof typeof ANNOUNCEMENTS;
export const ANNOUNCEMENT_KEYS = Object.keys(ANNOUNCEMENTS) as [AnnouncementKey, ...AnnouncementKey[]];

/** One text for each kind of announcement. */
export type AnnouncementTexts = Readonly<Record<AnnouncementKey, string>>;
