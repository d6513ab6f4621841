import type { SpokenRange } from "./spoken-range";

/** What is known when a waiting caller's line needs something to hear. */
export interface AnnouncementInput {
  /** 1 is first in line. */
  position: number;
  lastSpokenPosition: number | null;
  /** Undefined while nobody is there to answer. */
  range: SpokenRange | undefined;
  lastRange: SpokenRange | undefined;
  /** Null before the first announcement. */
  secondsSinceLast: number | null;
  announceEverySeconds: number;
}

export interface Announcement {
  text: string;
  /** Null when the position was not spoken. */
  position: number | null;
  range: SpokenRange | null;
}

/**
 * What to say now, or undefined when music says as much: no more often than `announceEverySeconds`, and only something
 * new. A spoken position never grows (law 8): once overtaken, a caller hears the range alone until its position is at
 * most the last one spoken.
 */
export function nextAnnouncement(input: AnnouncementInput): Announcement | undefined {
  if (input.secondsSinceLast !== null && input.secondsSinceLast < input.announceEverySeconds) return undefined;
  const { lastSpokenPosition, position } = input;
  const mayName = lastSpokenPosition === null || position <= lastSpokenPosition;
  const newPosition = mayName && position !== lastSpokenPosition;
  const newRange = input.range !== undefined && !sameRange(input.range, input.lastRange);
  if (!newPosition && !newRange) return undefined;
  const sentences = [mayName ? positionSentence(position) : "", input.range ? rangeSentence(input.range) : ""];
  return {
    text: sentences.filter(Boolean).join(" "),
    position: mayName ? position : null,
    range: input.range ?? null,
  };
}

function sameRange(a: SpokenRange, b: SpokenRange | undefined): boolean {
  return a.lowMinutes === b?.lowMinutes && a.highMinutes === b.highMinutes;
}

function positionSentence(position: number): string {
  return position === 1 ? "You are first in line." : `You are number ${position} in line.`;
}

function rangeSentence({ lowMinutes, highMinutes }: SpokenRange): string {
  if (highMinutes <= 1) return "We expect to answer within a minute.";
  if (lowMinutes >= highMinutes) return `We expect to answer in more than ${lowMinutes} minutes.`;
  if (lowMinutes === 0) return `We expect to answer within ${highMinutes} minutes.`;
  return `We expect to answer in ${lowMinutes} to ${highMinutes} minutes.`;
}
