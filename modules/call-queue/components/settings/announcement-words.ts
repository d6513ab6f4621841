import type { AnnouncementGroup, AnnouncementKey } from "../../domain/announcements/announcement-keys";

/** Languages with texts of the product, as voices speak them. */
export const VOICES: readonly string[] = ["en-US", "en-GB", "de-DE", "es-ES", "es-MX", "fr-FR"];

/** The language's name for people, such as "German (Germany)". */
export const languageName = (tag: string): string =>
  new Intl.DisplayNames("en", { type: "language", languageDisplay: "standard" }).of(tag) ?? tag;

export const groupWords: Readonly<Record<AnnouncementGroup, string>> = {
  line: "In line",
  callback: "Callbacks",
  exit: "Ways out",
  talk: "With an agent",
  trouble: "When something is wrong",
};

export const announcementWords: Readonly<Record<AnnouncementKey, { label: string; when: string }>> = {
  welcome: { label: "Welcome", when: "At first, before the position." },
  position_first: { label: "First in line", when: "Nobody is ahead." },
  position: { label: "Position", when: "Never a larger one than was said before." },
  wait_minute: { label: "Wait: a minute", when: "The range ends within a minute." },
  wait_within: { label: "Wait: at most", when: "The range begins at once." },
  wait_between: { label: "Wait: a range", when: "{high} is spoken with its unit." },
  wait_over: { label: "Wait: longer", when: "Beyond what is said as a range." },
  back_in_line: { label: "Back in line", when: "The line broke off for a moment." },
  agent_lost: { label: "Agent lost", when: "In mid-call; the caller is first in line again." },
  passing_on: { label: "Passed on", when: "The agent transferred the caller to a queue." },
  callback_offer: { label: "Callback offered", when: "{key} is the key to press." },
  callback_promised: { label: "Callback promised", when: "The key was pressed." },
  callback_instead: { label: "Callback as a way out", when: "Where a way out has no message of its own." },
  machine_message: { label: "For an answering machine", when: "Where a queue leaves messages on machines." },
  closed: { label: "Out of hours", when: "The calendar is closed." },
  full: { label: "Full", when: "As many wait as may." },
  max_wait: { label: "Waited too long", when: "The longest wait is over." },
  nobody: { label: "Nobody signed in", when: "The way out is a message." },
  overflow: { label: "Overflow", when: "The way out is a message." },
  voicemail_prompt: { label: "Voicemail", when: "Before the tone, where a way out has no message of its own." },
  voicemail_instead: { label: "Voicemail instead", when: "Nobody answered, here or at an outside number." },
  voicemail_thanks: { label: "Message taken", when: "After the recording." },
  voicemail_silent: { label: "No message", when: "Nothing was said after the tone." },
  recording_consent: { label: "Recording", when: "Before a conversation that is recorded." },
  rating_question: { label: "Rating", when: "The agent has ended the call; a key from 1 to 5 answers." },
  rating_thanks: { label: "Rated", when: "After the key." },
  carrier_trouble: { label: "Carrier trouble", when: "Agents' phones cannot be rung; every 45 s." },
  one_moment: { label: "One moment", when: "The house cannot answer at once." },
  apology: { label: "Apology", when: "The call cannot be taken." },
};
