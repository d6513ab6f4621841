import type { Sentence } from "./announcements/wording";
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
  sentences: Sentence[];
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
  return {
    sentences: [...(mayName ? [positionSentence(position)] : []), ...(input.range ? [rangeSentence(input.range)] : [])],
    position: mayName ? position : null,
    range: input.range ?? null,
  };
}

function sameRange(a: SpokenRange, b: SpokenRange | undefined): boolean {
  return a.lowMinutes === b?.lowMinutes && a.highMinutes === b.highMinutes;
}

const positionSentence = (position: number): Sentence =>
  position === 1 ? { key: "position_first" } : { key: "position", values: { position } };

function rangeSentence({ lowMinutes: low, highMinutes: high }: SpokenRange): Sentence {
  if (high <= 1) return { key: "wait_minute" };
  if (low >= high) return { key: "wait_over", values: { minutes: low } };
  if (low === 0) return { key: "wait_within", values: { minutes: high } };
  return { key: "wait_between", values: { low, high } };
}
