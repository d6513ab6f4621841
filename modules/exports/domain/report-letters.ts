import bidiFactory from "bidi-js";

/** What stands in a report for letters that none of its typefaces has. */
export const LETTERS_MARK = "[?]";

/** The name of the report's own typeface: Latin, Greek and Cyrillic. */
export const OWN_FACE = "regular";

/** A stretch of one line that is set in one typeface, from left to right. */
export interface Run {
  /** In the order of reading: a typeface of letters that run from the right turns it round itself. */
  text: string;
  face: string;
}

/** Letters that Inter lacks: other alphabets, East Asian punctuation and wide forms, and pictures but for old signs of print. */
const LACKING =
  /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]|(?![©®™↔↕])\p{Extended_Pictographic}|[\u3000-\u30ff\uff00-\uffef]|\p{Bidi_Control}/u;
const RIGHT_TO_LEFT = /\p{Script=Arabic}|\p{Script=Hebrew}/u;
const CONTROL = /^\p{Bidi_Control}+$/u;

const bidi = bidiFactory();
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Whether the report's own typeface has every letter of a text. */
export const isPlain = (text: string): boolean => !LACKING.test(text);

/** A text as people count its letters: each with its marks. */
export const lettersOf = (text: string): string[] => [...graphemes.segment(text)].map(({ segment }) => segment);

interface Letter {
  text: string;
  face: string;
  level: number;
}

/**
 * One line as it is to be set, from left to right (Unicode Bidirectional Algorithm, UAX 9). `faceOf` names the typeface
 * that has a letter; a stretch of letters that none has is one mark.
 */
export function visualRuns(line: string, faceOf: (letter: string) => string | undefined): Run[] {
  const letters = marked(lettersOf(line), faceOf);
  const text = letters.map((letter) => letter.text).join("");
  const embedding = bidi.getEmbeddingLevels(text);
  const mirrored = bidi.getMirroredCharactersMap(text, embedding.levels);
  const runs: Letter[][] = [];
  /** By place in the text: which run it is in. */
  const runAt: number[] = [];
  for (const letter of letters) {
    const at = runAt.length;
    const set = { ...letter, text: mirrored.get(at) ?? letter.text, level: embedding.levels[at] ?? 0 };
    const last = runs.at(-1);
    if (last && areTogether(last, set)) last.push(set);
    else runs.push([set]);
    runAt.push(...Array<number>(letter.text.length).fill(runs.length - 1));
  }
  const order = new Set(bidi.getReorderedIndices(text, embedding).map((at) => runAt[at] ?? 0));
  return [...order].flatMap((index) => setting(runs[index] ?? []));
}

/** Letters with their typefaces; each stretch that has none, with what is between its words, as one mark. */
function marked(
  letters: readonly string[],
  faceOf: (letter: string) => string | undefined,
): { text: string; face: string }[] {
  const result: { text: string; face: string }[] = [];
  let spaces: string[] = [];
  let lacks = false;
  for (const letter of letters) {
    const face = faceOf(letter);
    if (face === undefined) {
      if (!lacks) result.push({ text: LETTERS_MARK, face: OWN_FACE });
      [lacks, spaces] = [true, []];
    } else if (lacks && letter.trim() === "") spaces.push(letter);
    else {
      result.push(...spaces.map((text) => ({ text, face: OWN_FACE })), { text: letter, face });
      [lacks, spaces] = [false, []];
    }
  }
  return result;
}

function areTogether(run: readonly Letter[], next: Letter): boolean {
  const last = run.at(-1);
  if (last?.level !== next.level || last.face !== next.face) return false;
  // Figures of Arabic script are read from the left, and their typeface would turn them round: one at a time.
  return next.level % 2 === 1 || !RIGHT_TO_LEFT.test(next.text);
}

/** What is printed of a run. Signs between letters that run from the right are not turned round by their typeface. */
function setting(run: readonly Letter[]): Run[] {
  const [first] = run;
  const shown = run.map(({ text }) => text).filter((text) => !CONTROL.test(text));
  if (!first || shown.length === 0) return [];
  const isTurned = first.level % 2 === 1 && !shown.some((text) => RIGHT_TO_LEFT.test(text));
  return [{ text: (isTurned ? shown.toReversed() : shown).join(""), face: first.face }];
}
