import { localName, scan } from "./xlsx-scan";

/** Formats of numbers that every workbook has and that show dates. */
const BUILT_IN: ReadonlySet<number> = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47]);

/** Of each cell style, in order, whether numbers in it are shown as dates or times. */
export function dateStyles(xml: string): boolean[] {
  const custom = new Map<number, boolean>();
  const styles: boolean[] = [];
  let inCells = false;
  scan(xml, ({ name, attributes }) => {
    const local = localName(name);
    if (local === "numFmt") custom.set(Number(attributes["numFmtId"]), isDateFormat(attributes["formatCode"] ?? ""));
    if (local === "cellXfs") inCells = true;
    if (local === "cellStyles" || local === "dxfs") inCells = false;
    if (local === "xf" && inCells) {
      const format = Number(attributes["numFmtId"] ?? 0);
      styles.push(custom.get(format) ?? BUILT_IN.has(format));
    }
  });
  return styles;
}

/** Whether a format has parts of a date, outside of quotation marks, brackets and escapes. */
function isDateFormat(code: string): boolean {
  return /[ymdhs]/i.test(code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ""));
}
