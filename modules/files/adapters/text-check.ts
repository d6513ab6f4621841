/** Control characters that no text has: all but tabs, line ends, form feeds and escapes. */
// oxlint-disable-next-line no-control-regex -- it is about these
const NO_TEXT = /[\u0000-\u0008\u000E-\u001A\u001C-\u001F\u007F]/;
/** Whether the beginning of a file reads as text: UTF-8, or UTF-16 with its mark, without control characters. */
export function isText(head: Uint8Array): boolean {
  const mark = head.length < 2 ? undefined : `${head[0]},${head[1]}`;
  if (mark === "255,254") return reads("utf-16le", head);
  if (mark === "254,255") return reads("utf-16be", head);
  return reads("utf-8", head);
}

function reads(encoding: string, bytes: Uint8Array): boolean {
  try {
    // As a piece of something longer: its end may have cut a letter off.
    return !NO_TEXT.test(new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true }));
  } catch {
    return false;
  }
}
