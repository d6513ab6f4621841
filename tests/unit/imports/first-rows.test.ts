import fc from "fast-check";
import { expect, it } from "vitest";
import { FirstRows } from "@/modules/imports/domain/first-rows";

it("knows the first row of each text, whatever the texts, and of none that was not there", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), fc.array(fc.string()), (texts, others) => {
      const rows = new FirstRows();
      const first = new Map<string, number>();
      for (const [at, text] of texts.entries()) {
        rows.add(text, at + 1);
        if (!first.has(text)) first.set(text, at + 1);
      }
      for (const text of [...texts, ...others]) expect(rows.of(text)).toBe(first.get(text));
    }),
  );
});

it("keeps them apart while it grows: a hundred thousand numbers and addresses that differ in a letter or two", () => {
  const rows = new FirstRows();
  const COUNT = 50_000;
  for (let n = 1; n <= COUNT; n += 1) {
    rows.add(`+1555${1_000_000 + n}`, n);
    rows.add(`person${n}@example.com`, n);
  }
  let wrong = 0;
  for (let n = 1; n <= COUNT; n += 1) {
    if (rows.of(`+1555${1_000_000 + n}`) !== n || rows.of(`person${n}@example.com`) !== n) wrong += 1;
    if (rows.of(`+1555${1_000_000 + COUNT + n}`) !== undefined || rows.of(`person${n}@example.org`) !== undefined)
      wrong += 1;
  }
  expect(wrong).toBe(0);
});
