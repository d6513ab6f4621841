/** What a file can be, by its content. */
export interface FileKind {
  mediaType: string;
  /** For people, after an article: "a PNG image". */
  words: string;
  group: FileGroup;
  /** Without the dot; the first is given to a file whose name says something else. */
  extensions: readonly [string, ...string[]];
  /** Shown or played where it stands. Everything else is only ever downloaded: it could act when it is opened. */
  inline?: true;
}

export const fileGroups = ["image", "audio", "video", "document", "text", "archive"] as const;
export type FileGroup = (typeof fileGroups)[number];

const kind = (
  group: FileGroup,
  mediaType: string,
  words: string,
  extensions: FileKind["extensions"],
  inline?: true,
): FileKind => ({ group, mediaType, words, extensions, ...(inline && { inline }) });

const OOXML = "application/vnd.openxmlformats-officedocument";

/** Kinds whose bytes say so themselves. */
const KINDS: readonly FileKind[] = [
  kind("image", "image/png", "a PNG image", ["png"], true),
  kind("image", "image/apng", "a PNG image", ["png", "apng"], true),
  kind("image", "image/jpeg", "a JPEG image", ["jpg", "jpeg", "jpe", "jfif"], true),
  kind("image", "image/gif", "a GIF image", ["gif"], true),
  kind("image", "image/webp", "a WebP image", ["webp"], true),
  kind("image", "image/avif", "an AVIF image", ["avif"], true),
  kind("image", "image/heic", "a HEIC image", ["heic", "heif"]),
  kind("image", "image/heif", "a HEIF image", ["heif", "heic"]),
  kind("image", "image/tiff", "a TIFF image", ["tif", "tiff"]),
  kind("image", "image/bmp", "a BMP image", ["bmp"]),
  kind("audio", "audio/mpeg", "an MP3 recording", ["mp3"], true),
  kind("audio", "audio/wav", "a WAV recording", ["wav"], true),
  kind("audio", "audio/ogg", "an Ogg recording", ["ogg", "oga", "opus"], true),
  kind("audio", "audio/x-m4a", "an M4A recording", ["m4a"], true),
  kind("audio", "audio/flac", "a FLAC recording", ["flac"]),
  kind("audio", "audio/aac", "an AAC recording", ["aac"]),
  kind("audio", "audio/amr", "an AMR recording", ["amr"]),
  kind("video", "video/mp4", "an MP4 video", ["mp4", "m4v"]),
  kind("video", "video/webm", "a WebM video", ["webm"]),
  kind("video", "video/quicktime", "a QuickTime video", ["mov"]),
  kind("document", "application/pdf", "a PDF", ["pdf"]),
  kind("document", `${OOXML}.wordprocessingml.document`, "a Word document", ["docx"]),
  kind("document", `${OOXML}.spreadsheetml.sheet`, "an Excel workbook", ["xlsx"]),
  kind("document", `${OOXML}.presentationml.presentation`, "a PowerPoint presentation", ["pptx"]),
  kind("document", "application/vnd.oasis.opendocument.text", "an OpenDocument text", ["odt"]),
  kind("document", "application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet", ["ods"]),
  kind("document", "application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation", ["odp"]),
  kind("document", "application/rtf", "a rich text", ["rtf"]),
  kind("archive", "application/zip", "a ZIP archive", ["zip"]),
];

/** What the old Office formats look like from outside is the same; their name tells them apart. */
const COMPOUND: readonly FileKind[] = [
  kind("document", "application/msword", "a Word document", ["doc"]),
  kind("document", "application/vnd.ms-excel", "an Excel workbook", ["xls"]),
  kind("document", "application/vnd.ms-powerpoint", "a PowerPoint presentation", ["ppt"]),
  kind("document", "application/vnd.ms-outlook", "an Outlook message", ["msg"]),
];

/** Text of any kind is downloaded as text: a page or a drawing among it would otherwise act. */
const TEXT = kind("text", "text/plain", "a text", [
  "txt",
  "csv",
  "tsv",
  "md",
  "log",
  "json",
  "xml",
  "html",
  "htm",
  "svg",
  "eml",
  "ics",
  "vcf",
  "yaml",
  "yml",
]);

const ALL: readonly FileKind[] = [...KINDS, ...COMPOUND, TEXT];

const extensionOf = (name: string): string => /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
const named = (kinds: readonly FileKind[], name: string): FileKind | undefined =>
  kinds.find((one) => one.extensions.includes(extensionOf(name)));

/** Kinds that are ZIP archives inside; told by name where their beginning does not tell. */
const IN_ZIP = KINDS.filter(({ mediaType }) => /openxml|opendocument/.test(mediaType));

/**
 * The kind of a file: by what was found in its bytes (`found`, a media type, or "text"), and by its name where bytes are
 * the same for several. Undefined for what is not taken: programs, documents with macros, what nobody knows.
 */
export function kindOf(found: string | undefined, name: string): FileKind | undefined {
  const type = found?.split(";")[0];
  switch (type) {
    case "text":
    case "image/svg+xml":
    case "text/html":
    case "application/xml":
    case "text/calendar":
    case "text/vcard":
      return TEXT;
    case "application/x-cfb":
      return named(COMPOUND, name);
    case "application/zip":
      return named(IN_ZIP, name) ?? KINDS.find(({ mediaType }) => mediaType === type);
    case "audio/mp4":
      return KINDS.find(({ mediaType }) => mediaType === "audio/x-m4a");
    default:
      return KINDS.find(({ mediaType }) => mediaType === type);
  }
}

/** The kind of a file that was taken. */
export function kindOfMediaType(mediaType: string): FileKind | undefined {
  return ALL.find((one) => one.mediaType === mediaType);
}

/** The name with an extension that says what the file is: another known one is replaced, an unknown one kept before it. */
export function nameFor(name: string, { extensions }: FileKind): string {
  if (extensions.includes(extensionOf(name))) return name;
  const stem = named(ALL, name) ? name.slice(0, name.lastIndexOf(".")) : name;
  return `${stem}.${extensions[0]}`;
}

/** Kinds that are taken, for a refusal. */
export const knownExtensions: readonly string[] = [...new Set(ALL.flatMap(({ extensions }) => extensions))];
