import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { create, type Font } from "fontkit";
import subsetFont from "subset-font";

/** Typefaces of the alphabets that the report's own one lacks: web fonts, cut into pieces of some hundred letters. */
const FAMILIES = ["sc", "jp", "kr", "arabic", "hebrew"] as const;
type Family = (typeof FAMILIES)[number];
/** The same character is drawn differently in China, Japan and Korea. */
export type EastAsian = Extract<Family, "sc" | "jp" | "kr">;

/** A piece of a typeface that can be put into a document: all of it that is used ends there, and nothing else. */
export interface Face {
  name: string;
  /** In the regular weight, and of that name: documents tell typefaces apart by their names. */
  font: Font;
}

const REGULAR_WEIGHT = 400;

/** Which of its pieces has a letter, by family; and the pieces that were needed so far, once a process. */
const indexes = new Map<Family, Promise<ReadonlyMap<number, string>>>();
const faces = new Map<string, Promise<Face>>();

/** The typeface that has all of a letter, of the family that comes first in the language; undefined when none has. */
export async function faceFor(letter: string, language: EastAsian): Promise<Face | undefined> {
  const families = [language, ...FAMILIES.filter((family) => family !== language)];
  for (const family of families) {
    const piece = (await indexOf(family)).get(letter.codePointAt(0) ?? 0);
    if (piece === undefined) continue;
    const face = await pieceOf(family, piece);
    if (has(face.font, letter)) return face;
  }
  return undefined;
}

/** Whether a typeface has all of a letter. What only chooses between its forms, or joins it to others, is not drawn. */
export function has(font: Font, letter: string): boolean {
  return [...letter].every(
    (sign) =>
      /\p{Variation_Selector}|\p{Join_Control}/u.test(sign) || font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0),
  );
}

/** The language that the letters of a text are of, as far as they tell; otherwise the reader's. */
export function languageOf(text: string, reader: EastAsian): EastAsian {
  if (/\p{Script=Hiragana}|\p{Script=Katakana}/u.test(text)) return "jp";
  return /\p{Script=Hangul}/u.test(text) ? "kr" : reader;
}

const folderOf = (family: Family): string =>
  join(process.cwd(), "node_modules/@fontsource-variable", `noto-sans-${family}`);

function indexOf(family: Family): Promise<ReadonlyMap<number, string>> {
  return once(indexes, family, async () => {
    const ranges = JSON.parse(await readFile(join(folderOf(family), "unicode.json"), "utf8")) as Record<string, string>;
    const index = new Map<number, string>();
    for (const [piece, list] of Object.entries(ranges)) {
      for (const codePoint of codePointsOf(list)) index.set(codePoint, piece.replaceAll(/[[\]]/g, ""));
    }
    return index;
  });
}

/** "U+41-43,U+61" as numbers. */
function* codePointsOf(list: string): Generator<number> {
  for (const range of list.split(",")) {
    const [first = "", last = first] = range.replace(/^U\+/i, "").split("-");
    for (let at = Number.parseInt(first, 16); at <= Number.parseInt(last, 16); at += 1) yield at;
  }
}

/** A piece of one weight, as a document takes it: the packages have all weights in one, compressed. */
function pieceOf(family: Family, piece: string): Promise<Face> {
  const name = `noto-sans-${family}-${piece}`;
  return once(faces, name, async () => {
    const packed = await readFile(join(folderOf(family), "files", `${name}-wght-normal.woff2`));
    const letters = [...(await indexOf(family))].flatMap(([codePoint, of]) =>
      of === piece ? [String.fromCodePoint(codePoint)] : [],
    );
    const bytes = await subsetFont(packed, letters.join(""), {
      targetFormat: "truetype",
      variationAxes: { wght: REGULAR_WEIGHT },
    });
    const font = create(bytes) as Font;
    Object.defineProperty(font, "postscriptName", { value: name });
    return { name, font };
  });
}

/** Made at the first call for a key; one that failed is made again. */
function once<K, T>(made: Map<K, Promise<T>>, key: K, make: () => Promise<T>): Promise<T> {
  const earlier = made.get(key);
  if (earlier) return earlier;
  const promise = make();
  made.set(key, promise);
  promise.catch(() => made.delete(key));
  return promise;
}
