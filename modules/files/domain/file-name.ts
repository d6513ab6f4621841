/** Bytes of a name in UTF-8: with what browsers add, file systems take 255. */
const MOST_BYTES = 180;
/** Longer than any extension that means something. */
const LONGEST_EXTENSION = 10;

/** Names that Windows keeps for devices, whatever their extension. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A name that is safe to show, to save under and to send: composed letters, no path, nothing invisible or that turns the
 * direction of writing (a file called exe.gnp backwards), none of the characters that file systems keep for themselves,
 * and not too long; its extension stays.
 */
export function safeName(given: string): string {
  const last = given.normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const clean = last
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, "")
    .replaceAll(/[<>:"|?*]/g, "_")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/^[ .]+|[ .]+$/g, "");
  const name = DEVICES.test(clean) ? `_${clean}` : clean;
  return shortened(name === "" ? "file" : name);
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= LONGEST_EXTENSION + 1 ? name.slice(dot) : "";
  let room = MOST_BYTES - Buffer.byteLength(extension);
  let stem = "";
  for (const character of name.slice(0, name.length - extension.length)) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    stem += character;
  }
  return stem.trimEnd() + extension;
}
