/** A header as it is compared: its letters and digits in lower case, without accents and what stands in brackets. */
export function headerKey(header: string): string {
  return header
    .normalize("NFKD")
    .replace(/\(.*?\)/g, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}
