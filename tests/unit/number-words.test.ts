import { expect, test } from "vitest";
import { numberWords } from "@/lib/number-words";
import { sizeText } from "@/modules/exports/components/export-queries";
import { rowCount } from "@/modules/imports/components/import-words";

test.each([
  { locale: "en", whole: "1,234", tenth: "1,234.6", rows: "500,000 rows", size: "1.5 MB" },
  { locale: "de", whole: "1.234", tenth: "1.234,6", rows: "500.000 rows", size: "1,5 MB" },
])("numbers in texts are written as $locale does", ({ locale, whole, tenth, rows, size }) => {
  const figure = numberWords(locale);
  expect(figure(1_234)).toBe(whole);
  expect(figure(1_234.56, 1)).toBe(tenth);
  expect(rowCount(500_000, figure)).toBe(rows);
  expect(sizeText(1_500_000, figure)).toBe(size);
});
