/** What stands in a report for letters that its typeface does not have. */
export const LETTERS_MARK = "[?]";

/**
 * Letters that Inter lacks: other alphabets than Latin, Greek and Cyrillic, East Asian punctuation and wide forms, and
 * pictures but for the few that are old signs of print. A run of them, with what is between its words, is one mark.
 */
const LACKING =
  "(?:[^\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}\\p{Script=Common}\\p{Script=Inherited}]" +
  "|(?![©®™↔↕])\\p{Extended_Pictographic}|[\\u3000-\\u30ff\\uff00-\\uffef])";
const RUNS = new RegExp(`${LACKING}(?:[\\s\\p{M}\\u200d\\ufe0f]*${LACKING})*[\\p{M}\\u200d\\ufe0f]*`, "gu");

/** A text as a report can print it: letters that would be empty boxes are marked as what they are, not printable. */
export const printable = (text: string): string => text.replaceAll(RUNS, LETTERS_MARK);
