import { AppError } from "../errors";

const DEFAULT_MAX_BYTES = 1_048_576;
const MAX_DEPTH = 64;

const tooLarge = (limit: number): AppError =>
  new AppError(413, "body_too_large", `The body may have at most ${limit} bytes.`, { max_bytes: limit });

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
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new AppError(400, "invalid_encoding", "The body is not valid UTF-8.", { cause: String(cause) });
  }
}

/** Parses JSON text; text that the database could not store (null bytes, lone surrogates) is refused here, once. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError(400, "malformed_json", `The body is not valid JSON: ${(cause as Error).message}`);
  }
  // Only an escape can bring such text in: the decoder above refuses raw ones. Most bodies skip the walk.
  if (/\\u(0000|d[89a-f])/i.test(text)) assertStorable(value, 0);
  return value;
}

function assertStorable(value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) throw new AppError(400, "too_deep", `The body is nested deeper than ${MAX_DEPTH} levels.`);
  if (typeof value === "string") {
    if (value.includes("\0") || !value.isWellFormed()) {
      throw new AppError(400, "invalid_text", "A text holds a null byte or half a surrogate pair.");
    }
  } else if (Array.isArray(value)) {
    for (const item of value) assertStorable(item, depth + 1);
  } else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      assertStorable(key, depth + 1);
      assertStorable(item, depth + 1);
    }
  }
}
