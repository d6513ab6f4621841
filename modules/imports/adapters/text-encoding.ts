import { isUtf8 } from "node:buffer";
import { analyse } from "chardet";
import iconv from "iconv-lite";
import { type Encoding, encodings } from "../domain/dialect";

/** Names that the detector has for encodings that are read under another, which has more letters. */
const READ_AS: Readonly<Record<string, Encoding>> = {
  ascii: "utf-8",
  "iso-8859-1": "windows-1252",
  "iso-8859-2": "windows-1250",
  "iso-8859-5": "windows-1251",
  "iso-8859-7": "windows-1253",
  "iso-8859-9": "windows-1254",
};

/** The longest a letter is in UTF-8: the sample may end in the middle of one. */
const MOST_LETTER_BYTES = 4;
/** How sure the detector must be, of a hundred, to be followed in what is not the commonest encoding. */
const SURE = 30;

/** The encoding of a text by its beginning: a byte order mark, UTF-8 where all of it is, else what it looks most like. */
export function detectEncoding(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = zerosByPlace(head);
  if (zeros.odd > head.length / 8) return "utf-16le";
  if (zeros.even > head.length / 8) return "utf-16be";
  for (let cut = 0; cut < MOST_LETTER_BYTES; cut += 1) {
    if (isUtf8(head.subarray(0, head.length - cut))) return "utf-8";
  }
  for (const { name, confidence } of analyse(head)) {
    const wanted = name.toLowerCase();
    const encoding = READ_AS[wanted] ?? encodings.find((one) => one === wanted);
    if (encoding !== undefined && encoding !== "utf-8" && confidence >= SURE) return encoding;
  }
  return "windows-1252";
}

function zerosByPlace(head: Uint8Array): { even: number; odd: number } {
  const zeros = { even: 0, odd: 0 };
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2 === 0 ? "even" : "odd"] += 1;
  return zeros;
}

/** Text of a sample. */
export const decoded = (bytes: Uint8Array, encoding: Encoding): string => iconv.decode(Buffer.from(bytes), encoding);

/** Bytes on their way as text; UTF-8 stays as it is, for the parser reads it itself. */
export async function* decodedStream(
  source: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<Uint8Array | string> {
  if (encoding === "utf-8") {
    yield* source;
    return;
  }
  const decoder = iconv.getDecoder(encoding);
  for await (const chunk of source) {
    const text = decoder.write(Buffer.from(chunk));
    if (text !== "") yield text;
  }
  const rest = decoder.end();
  if (rest !== undefined && rest !== "") yield rest;
}
