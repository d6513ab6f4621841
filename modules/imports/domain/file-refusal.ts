/** What a file is refused for. Each is a problem code too (docs/problems.md). */
export type RefusalCode =
  | "file_empty"
  | "not_a_spreadsheet"
  | "old_excel"
  | "password_protected"
  | "file_damaged"
  | "unpacks_too_large"
  | "too_many_rows"
  | "too_many_columns"
  | "row_too_long"
  | "quote_not_closed"
  | "file_unavailable"
  | "store_full";

/** The file cannot be read, or must not be; the message is for the person who sent it. */
export class FileRefused extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "FileRefused";
  }
}
