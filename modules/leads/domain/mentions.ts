/** An "@" that is being completed: where it stands, and what was typed after it. */
export interface MentionDraft {
  at: number;
  words: string;
}

/** Words of a name that may be typed after an "@" before it counts as ordinary text. */
const MOST_WORDS = 3;
const LONGEST = 60;

/** The "@" before the caret that somebody is completing; undefined where none is. */
export function mentionDraft(text: string, caret: number): MentionDraft | undefined {
  const at = text.lastIndexOf("@", caret - 1);
  if (at === -1) return undefined;
  // The @ of an e-mail address stands behind a letter.
  if (at > 0 && !/[\s(]/.test(text[at - 1] ?? "")) return undefined;
  const words = text.slice(at + 1, caret);
  if (words.length > LONGEST || /[\n,;:!?]|^\s|\s\s/.test(words)) return undefined;
  return words.split(" ").length > MOST_WORDS ? undefined : { at, words };
}

/** The text with the draft completed to a name, and where the caret goes. */
export function completeMention(
  text: string,
  { at, words }: MentionDraft,
  name: string,
): { text: string; caret: number } {
  const rest = text.slice(at + 1 + words.length);
  const mention = `@${name}${rest.startsWith(" ") ? "" : " "}`;
  return { text: text.slice(0, at) + mention + rest, caret: at + name.length + 2 };
}

/** Whose mention still stands in the text. */
export function stillMentioned<P extends { name: string }>(text: string, people: readonly P[]): P[] {
  return people.filter(({ name }) => text.includes(`@${name}`));
}

/** A text in pieces: ordinary ones, and mentions of these names. */
export function mentionPieces(text: string, names: readonly string[]): { text: string; isMention: boolean }[] {
  const pieces: { text: string; isMention: boolean }[] = [];
  const longestFirst = names.toSorted((one, other) => other.length - one.length).map((name) => `@${name}`);
  let plainFrom = 0;
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const mention = longestFirst.find((each) => text.startsWith(each, at));
    if (mention === undefined) continue;
    if (at > plainFrom) pieces.push({ text: text.slice(plainFrom, at), isMention: false });
    pieces.push({ text: mention, isMention: true });
    plainFrom = at + mention.length;
  }
  if (plainFrom < text.length) pieces.push({ text: text.slice(plainFrom), isMention: false });
  return pieces;
}
