import { join } from "node:path";
import { type Font, openSync } from "fontkit";
import type PDFDocument from "pdfkit";
import { isPlain, lettersOf, LETTERS_MARK, OWN_FACE, type Run, visualRuns } from "../domain/report-letters";
import { type EastAsian, faceFor, has, languageOf } from "./report-faces";

type Doc = InstanceType<typeof PDFDocument>;

const FONTS = join(process.cwd(), "node_modules/@expo-google-fonts/inter");
export const REGULAR = join(FONTS, "400Regular/Inter_400Regular.ttf");
export const BOLD = join(FONTS, "600SemiBold/Inter_600SemiBold.ttf");

let inter: Font | undefined;
const own = (): Font => (inter ??= openSync(REGULAR) as Font);

/** Points; `y` is the top of the first line. */
interface Place {
  x: number;
  y: number;
  width: number;
  size: number;
}

/** Where the same characters are drawn as in Japan or Korea, unless a text's other letters say so. */
const READERS: Readonly<Record<string, EastAsian>> = { "Asia/Tokyo": "jp", "Asia/Seoul": "kr" };

/**
 * Writes single lines of any alphabet into a report, in its regular typeface or one that has the letters, each from the
 * side that it is read from. What is to be written must be made ready before: typefaces come from the disk.
 */
export class Lettering {
  /** Whether letters were marked that no typeface has. */
  lacks = false;
  private readonly reader: EastAsian;
  /** By language and letter; null: none has it. */
  private readonly faces = new Map<string, string | null>();

  constructor(
    private readonly doc: Doc,
    timeZone: string,
  ) {
    this.reader = READERS[timeZone] ?? "sc";
  }

  /** Finds the typefaces for texts that are written next. */
  async ready(texts: Iterable<string | null>): Promise<void> {
    for (const given of texts) {
      if (given === null || isPlain(given)) continue;
      const text = oneLine(given);
      const language = languageOf(text, this.reader);
      for (const letter of lettersOf(text)) {
        const key = `${language} ${letter}`;
        if (!this.faces.has(key)) this.faces.set(key, await this.find(letter, language));
      }
    }
  }

  /** As much of a text as fits on one line, in the present colour. */
  write(text: string, { x, y, width, size }: Place): void {
    this.doc.font(OWN_FACE).fontSize(size);
    const line = oneLine(text);
    if (isPlain(line)) {
      const shown = fitted(line, (part) => this.doc.widthOfString(part) <= width);
      if (shown !== "") this.doc.text(shown, x, y, { lineBreak: false });
      return;
    }
    const language = languageOf(line, this.reader);
    const shown = fitted(line, (part) => this.widthOf(this.runs(part, language)) <= width);
    this.set(this.runs(shown, language), { x, y, size });
  }

  /** A text over some lines, broken between its words. */
  writeLines(text: string, { x, y, width, size }: Place, most: number): void {
    this.doc.font(OWN_FACE).fontSize(size);
    const height = this.doc.currentLineHeight(true);
    const language = languageOf(text, this.reader);
    const fits = (part: string): boolean => this.widthOf(this.runs(part, language)) <= width;
    let rest = oneLine(text);
    for (let line = 0; rest !== "" && line < most; line += 1) {
      const part = line === most - 1 ? rest : wordsThat(fits, rest);
      this.write(part, { x, y: y + line * height, width, size });
      rest = rest.slice(part.length).trimStart();
    }
  }

  private set(runs: readonly Run[], { x, y, size }: Omit<Place, "width">): void {
    const { doc } = this;
    // All stand on the line of the own typeface: each has a height of its own.
    const baseline = y + (own().ascent / own().unitsPerEm) * size;
    let at = x;
    for (const { text, face } of runs) {
      doc.font(face).text(text, at, baseline, { lineBreak: false, baseline: "alphabetic" });
      at += doc.widthOfString(text);
      this.lacks ||= face === OWN_FACE && text.includes(LETTERS_MARK);
    }
    doc.font(OWN_FACE);
  }

  private widthOf(runs: readonly Run[]): number {
    const widths = runs.map(({ text, face }) => this.doc.font(face).widthOfString(text));
    this.doc.font(OWN_FACE);
    return widths.reduce((sum, width) => sum + width, 0);
  }

  private runs(line: string, language: EastAsian): Run[] {
    return visualRuns(line, (letter) => {
      const face = this.faces.get(`${language} ${letter}`);
      // What was not asked for stands there by ourselves: the ellipsis.
      return face === undefined && has(own(), letter) ? OWN_FACE : (face ?? undefined);
    });
  }

  private async find(letter: string, language: EastAsian): Promise<string | null> {
    if (/^\p{Bidi_Control}+$/u.test(letter) || has(own(), letter)) return OWN_FACE;
    const face = await faceFor(letter, language);
    if (!face) return null;
    // It takes typefaces of fontkit's as they are; its types do not know that yet.
    this.doc.registerFont(face.name, face.font as unknown as Buffer);
    return face.name;
  }
}

const oneLine = (text: string): string => text.normalize("NFC").replaceAll(/\s+/g, " ");

/** A text, or as much of its beginning as fits with an ellipsis behind it. */
function fitted(line: string, fits: (part: string) => boolean): string {
  if (fits(line)) return line;
  const letters = lettersOf(line);
  const beginning = (count: number): string => `${letters.slice(0, count).join("").trimEnd()}…`;
  let [some, tooMany] = [0, letters.length];
  while (tooMany - some > 1) {
    const middle = Math.floor((some + tooMany) / 2);
    if (fits(beginning(middle))) some = middle;
    else tooMany = middle;
  }
  return beginning(some);
}

const words = new Intl.Segmenter("und", { granularity: "word" });

/** The first words of a text that fit; at least one. */
function wordsThat(fits: (part: string) => boolean, text: string): string {
  let end = 0;
  for (const { index, segment } of words.segment(text)) {
    if (end > 0 && !fits(text.slice(0, index + segment.length).trimEnd())) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
