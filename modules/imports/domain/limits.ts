const KIBIBYTE = 1_024;
const MEBIBYTE = 1_048_576;

/**
 * Every bound of an import, in one place. A file beyond one of them is refused as such, naming the bound; nothing of it
 * is then written. Together they keep the process that reads below 512 MiB, whatever the file says of itself.
 */
export const LIMITS = {
  /** Bytes of an uploaded file, counted as they come and not as they are declared. */
  fileBytes: 200_000_000,
  rows: 500_000,
  columns: 200,
  /** Characters of one cell. */
  cellCharacters: 10_000,
  /** Bytes of one row of CSV, line ends inside quotation marks included; characters of one row of XLSX. */
  rowBytes: 64 * KIBIBYTE,
  /** Of an XLSX file: what its parts may grow to, all together, when they are unpacked. */
  unpackedBytes: 1_024 * MEBIBYTE,
  /** Times that one of its parts may grow when it is unpacked, once it has more than `ratioFromBytes`. */
  ratio: 250,
  ratioFromBytes: 16 * MEBIBYTE,
  /** Tags that are open at once in one of its parts. */
  depth: 100,
  /** Files inside of it. */
  parts: 1_000,
  /** Bytes of parts that are read as a whole: its list of sheets, its styles. */
  smallPartBytes: 8 * MEBIBYTE,
  /** Texts that its cells share, and their bytes. */
  sharedTexts: 2_000_000,
  sharedTextBytes: 64 * MEBIBYTE,
} as const;

/** How large a file may be, for people. */
export const FILE_LIMIT = `${LIMITS.fileBytes / 1_000_000} MB`;

/** Rows written by one transaction. */
export const CHUNK_ROWS = 500;
/** Characters of all cells of one chunk: one of long rows has fewer. */
export const CHUNK_CHARACTERS = MEBIBYTE;
/** Rows of the file that are shown while its columns are chosen, and characters of a cell there. */
export const SAMPLE_ROWS = 10;
export const SAMPLE_CHARACTERS = 120;
/** Rows that one page of results has at most. */
export const ROWS_PAGE = 100;
/** Times that a piece of work is begun before it counts as failed: its process died each time. */
export const MOST_ATTEMPTS = 5;
/** Imports of one person that may wait or run at once. */
export const MOST_UNDER_WAY = 3;
/** Days that a file, its rows and what came of them are kept, to mend them and to undo. */
export const KEPT_DAYS = 30;
