import { isUtf8 } from "node:buffer";
import { AppError } from "../errors";

const MEBIBYTE = 1_048_576;
const DEFAULT_MAX_BYTES = MEBIBYTE;
/** Deeper than any contract is; a schema that calls itself stays far from the end of the stack. */
const MAX_DEPTH = 200;
/** Commas in one body: room for a million identifiers, but not for the tens of millions of numbers 64 MiB could hold. */
const MAX_VALUES = 2_000_000;

/** The refusal of a body that is longer than its route takes. */
export const tooLarge = (limit: number): AppError => {
  const size = limit % MEBIBYTE === 0 ? `${limit / MEBIBYTE} MiB` : `${limit} bytes`;
  return new AppError(413, "body_too_large", `The body may have at most ${size}. Send less at once.`, {
    max_bytes: limit,
  });
};

/** Reads a body as text, stopping at the limit without buffering more. Bytes that are not UTF-8 are refused. */
export async function readText(request: Request, maxBytes = DEFAULT_MAX_BYTES): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  if (!request.body) return "";
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  const bytes = Buffer.concat(chunks, size);
  chunks.length = 0; // A large body would otherwise stand in memory twice while it is decoded.
  return decodeText(bytes);
}

/** Bytes that are not UTF-8 are refused. */
export function decodeText(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) {
    throw new AppError(400, "invalid_encoding", "The body is not valid UTF-8. Send its text encoded as UTF-8.");
  }
  return new TextDecoder("utf-8").decode(bytes);
}

/**
 * Parses JSON text. Refused here, once for every route: text that is no JSON (400 malformed_json), nesting and lists
 * beyond every contract (400 too_deep, 413 too_many_values; before they cost memory), and text that the database could
 * not store, null bytes and half surrogate pairs (400 invalid_text, naming the field).
 */
export function parseJson(text: string): unknown {
  if (isDeep(text)) {
    throw new AppError(400, "too_deep", `The body is nested deeper than ${MAX_DEPTH} levels. Send it flatter.`, {
      max_depth: MAX_DEPTH,
    });
  }
  if (hasMore(text, ",", MAX_VALUES)) {
    const most = MAX_VALUES.toLocaleString("en");
    throw new AppError(413, "too_many_values", `The body has more than ${most} values. Send it in parts.`, {
      max_values: MAX_VALUES,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError(400, "malformed_json", `The body is not valid JSON: ${(cause as Error).message}.`);
  }
  // Only an escape can bring such text in: readText refuses raw ones. Most bodies skip the walk.
  if (/\\u(0000|d[89a-f])/i.test(text)) refuseUnstorable(value, []);
  return value;
}

/** Whether `mark` stands in the text more than `most` times; looks no further than that. */
function hasMore(text: string, mark: string, most: number): boolean {
  let seen = 0;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
    seen += 1;
    if (seen > most) return true;
  }
  return false;
}

/**
 * Whether JSON text is nested deeper than MAX_DEPTH. Asked of the text, because parsing 64 MiB of opening brackets takes
 * gigabytes. Text with few brackets, such as a million identifiers, is not walked through.
 */
function isDeep(text: string): boolean {
  if (!hasMore(text, "[", MAX_DEPTH / 2) && !hasMore(text, "{", MAX_DEPTH / 2)) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === BACKSLASH) at += 1;
      else if (character === QUOTE) inString = false;
    } else if (character === QUOTE) inString = true;
    else if (character === OPEN_LIST || character === OPEN_OBJECT) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (character === CLOSE_LIST || character === CLOSE_OBJECT) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What keeps a text out of the database, in words that follow its name; undefined when nothing does. */
export function unstorable(text: string): string | undefined {
  if (text.includes("\0")) return "holds a null byte, which cannot be stored";
  if (!text.isWellFormed()) return "holds half a surrogate pair, which is no character";
  return undefined;
}

/** Throws 400 invalid_text for a text in the value that cannot be stored. The value is at most MAX_DEPTH deep. */
function refuseUnstorable(value: unknown, path: readonly (string | number)[]): void {
  if (typeof value === "string") {
    const problem = unstorable(value);
    if (problem !== undefined) throw invalidText(path.join("."), problem);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseUnstorable(item, [...path, index]);
  } else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      const problem = unstorable(key);
      if (problem !== undefined) throw invalidText(path.join("."), `has a field whose name ${problem}`);
      refuseUnstorable(item, [...path, key]);
    }
  }
}

/** The refusal (400 invalid_text) of a text that cannot be stored; `field` is empty when it is the body itself. */
export function invalidText(field: string, problem: string, where: "body" | "query" = "body"): AppError {
  const name = field === "" ? "" : `${field}: `;
  return new AppError(400, "invalid_text", `The ${where} does not fit. ${name}${problem}. Remove it.`, {
    errors: [{ field, message: problem }],
  });
}
