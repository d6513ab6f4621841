import type { StoredObject } from "../storage/object-store";
import { type ByteRange, rangeOf } from "./byte-range";

/** An object of known size, to be answered in whole or in parts. */
export interface Source {
  size: number;
  open(range?: ByteRange): Promise<StoredObject | undefined>;
}

/**
 * Answers an object, or the part that a Range header asks for: 200, 206 or 416; undefined when it has gone meanwhile.
 * A part that `If-Range` wants of another version than the one that `headers` name by their etag is answered in whole.
 */
export async function storedResponse(
  { size, open }: Source,
  asked: Headers,
  headers: Readonly<Record<string, string>>,
): Promise<Response | undefined> {
  const version = asked.get("if-range");
  const isSame = version === null || version === headers.etag;
  const part = isSame ? rangeOf(asked.get("range"), size) : "whole";
  const common = { ...headers, "accept-ranges": "bytes" };
  if (part === undefined) {
    return new Response(null, { status: 416, headers: { ...common, "content-range": `bytes */${size}` } });
  }
  const isWhole = part === "whole";
  const stored = await open(isWhole ? undefined : part);
  if (!stored) return undefined;
  if (isWhole) return new Response(stored.stream, { headers: { ...common, "content-length": String(stored.size) } });
  const { first, last } = part;
  return new Response(stored.stream, {
    status: 206,
    headers: {
      ...common,
      "content-range": `bytes ${first}-${last}/${size}`,
      "content-length": String(last - first + 1),
    },
  });
}
