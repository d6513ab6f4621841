export const fileKinds = ["csv", "xlsx"] as const;
export type FileKind = (typeof fileKinds)[number];

export const delimiters = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof delimiters)[number];

/** Encodings that a file can be read in: what is detected, and what a person can choose instead. */
export const encodings = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "iso-8859-15",
  "windows-1250",
  "windows-1251",
  "windows-1253",
  "windows-1254",
  "shift_jis",
  "euc-jp",
  "euc-kr",
  "gb18030",
  "big5",
] as const;
export type Encoding = (typeof encodings)[number];

/** How the bytes of a text file become cells. A sheet needs none of it. */
export interface Dialect {
  encoding: Encoding;
  delimiter: Delimiter;
}

/** Lines of a sample that a delimiter is judged by. */
const LINES = 50;

/** The delimiter that parts most lines into the same number of cells; a comma where none does. */
export function detectDelimiter(sample: string): Delimiter {
  const named = /^\uFEFF?sep=([,;\t|])\r?\n/.exec(sample)?.[1];
  if (named !== undefined) return named as Delimiter;
  let best: { delimiter: Delimiter; score: number } = { delimiter: ",", score: 0 };
  for (const delimiter of delimiters) {
    const counts = countsByLine(sample, delimiter);
    const most = counts[0] ?? 0;
    // How often the header's number of cells comes again, weighted a little by how many they are.
    const score = most === 0 ? 0 : counts.filter((count) => count === most).length * (1 + Math.min(most, 20) / 100);
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** How often the delimiter stands outside quotation marks, line by line; the last line may be cut off and is left out. */
function countsByLine(sample: string, delimiter: Delimiter): number[] {
  const counts: number[] = [];
  let count = 0;
  let quoted = false;
  for (let at = 0; at < sample.length && counts.length < LINES; at += 1) {
    const letter = sample[at];
    if (letter === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (letter === delimiter) count += 1;
    else if (letter === "\n" || (letter === "\r" && sample[at + 1] !== "\n")) {
      counts.push(count);
      count = 0;
    }
  }
  if (counts.length === 0) counts.push(count);
  return counts;
}
