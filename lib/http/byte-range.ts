/** A part of something: from its first to its last byte, both included. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * The part that a Range header asks for (RFC 9110); "whole" without one, and for what it cannot give in one part;
 * undefined when there is no such part (416).
 */
export function rangeOf(header: string | null, size: number): ByteRange | "whole" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "") ?? [];
  if (first === "" && last === "") return "whole";
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(size - 1, Number(last));
  return from > to ? undefined : { first: from, last: to };
}

/** Only these bytes of a stream; the rest is not waited for. */
export function partOf(stream: ReadableStream<Uint8Array>, { first, last }: ByteRange): ReadableStream<Uint8Array> {
  let at = 0;
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const begin = Math.max(0, first - at);
        const end = Math.min(chunk.length, last + 1 - at);
        at += chunk.length;
        if (begin < end) controller.enqueue(chunk.subarray(begin, end));
        if (at > last) controller.terminate();
      },
    }),
  );
}
