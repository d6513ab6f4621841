import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockOf, cellsOf, columnsIn, moved, tabbed } from "@/components/grid/cell-range";
import { fillBlock, spread } from "@/components/grid/spread";
import { formatTsv, parseTsv } from "@/components/grid/tsv";

const extent = { rows: 50, columns: 6, page: 20 };
const bounds = { rows: 10_000, cells: 100_000 };

describe("moving", () => {
  it("stays inside, pages, and leaps to edges with Ctrl", () => {
    const from = { row: 45, column: 5 };
    expect(moved(from, { key: "PageDown", mod: false }, extent)).toEqual({ row: 49, column: 5 });
    expect(moved(from, { key: "ArrowRight", mod: false }, extent)).toEqual(from);
    expect(moved(from, { key: "ArrowUp", mod: true }, extent)).toEqual({ row: 0, column: 5 });
    expect(moved(from, { key: "Home", mod: false }, extent)).toEqual({ row: 45, column: 0 });
    expect(moved(from, { key: "Home", mod: true }, extent)).toEqual({ row: 0, column: 0 });
    expect(moved(from, { key: "End", mod: true }, extent)).toEqual({ row: 49, column: 5 });
    expect(moved(from, { key: "q", mod: false }, extent)).toBeUndefined();
  });

  it("goes on in the next row with Tab, and back with Shift", () => {
    expect(tabbed({ row: 3, column: 5 }, false, extent, 1)).toEqual({ row: 4, column: 1 });
    expect(tabbed({ row: 3, column: 1 }, true, extent, 1)).toEqual({ row: 2, column: 5 });
    expect(tabbed({ row: 0, column: 1 }, true, extent, 1)).toEqual({ row: 0, column: 1 });
    expect(tabbed({ row: 49, column: 5 }, false, extent, 1)).toEqual({ row: 49, column: 5 });
  });

  it("orders a range's edges whichever way it was drawn", () => {
    const block = blockOf({ anchor: { row: 9, column: 1 }, head: { row: 4, column: 3 } });
    expect(block).toEqual({ top: 4, bottom: 9, left: 1, right: 3 });
    expect(cellsOf(block)).toBe(18);
    expect(columnsIn(block, 4)).toEqual({ left: 1, right: 3 });
    expect(columnsIn(block, 10)).toBeUndefined();
  });
});

describe("TSV", () => {
  it("reads what spreadsheets write: quotes, line ends in cells, any line ends, no row behind the last", () => {
    expect(parseTsv('a\tb\r\n"two\nlines"\t"say ""hi"""\r\n', bounds).rows).toEqual([
      ["a", "b"],
      ["two\nlines", 'say "hi"'],
    ]);
    expect(parseTsv("a\rb\nc", bounds).rows).toEqual([["a"], ["b"], ["c"]]);
    expect(parseTsv("a\t\n\tb\t", bounds).rows).toEqual([
      ["a", ""],
      ["", "b", ""],
    ]);
    expect(parseTsv('5" pipe\t"open', bounds).rows).toEqual([['5" pipe', '"open']]);
    expect(parseTsv("", bounds).rows).toEqual([]);
  });

  it("reads back what it writes", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', "\t", "\n", "\r", " ", "é", ",") });
    const block = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    fc.assert(
      fc.property(block, (rows) => {
        const whole = rows.at(-1)?.join("") === "" && rows.at(-1)?.length === 1;
        fc.pre(!whole);
        expect(parseTsv(formatTsv(rows), bounds).rows).toEqual(rows);
      }),
    );
  });

  it("stops at its bounds and says so", () => {
    const text = Array.from({ length: 30 }, (_, at) => `x${at}`).join("\n");
    const { rows, cut } = parseTsv(text, { rows: 10, cells: 1_000 });
    expect([rows.length, cut]).toEqual([10, true]);
    expect(parseTsv(text, { rows: 30, cells: 30 })).toMatchObject({ cut: false });
  });
});

describe("pasting and filling", () => {
  it("puts one cell into many, a block into a multiple of itself, and cuts at the grid's end", () => {
    const many = spread([["x"]], { top: 1, bottom: 3, left: 2, right: 3 }, extent);
    expect(many).toHaveLength(6);
    expect(new Set(many.map(({ text }) => text))).toEqual(new Set(["x"]));
    const twice = spread([["a"], ["b"]], { top: 0, bottom: 3, left: 0, right: 0 }, extent);
    expect(twice.map(({ text }) => text)).toEqual(["a", "b", "a", "b"]);
    const odd = spread([["a"], ["b"]], { top: 0, bottom: 2, left: 0, right: 0 }, extent);
    expect(odd.map(({ text }) => text)).toEqual(["a", "b"]);
    const cut = spread([["a", "b", "c"]], { top: 49, bottom: 49, left: 4, right: 4 }, extent);
    expect(cut).toEqual([
      { row: 49, column: 4, text: "a" },
      { row: 49, column: 5, text: "b" },
    ]);
    const ragged = spread([["a", "b"], ["c"]], { top: 0, bottom: 0, left: 0, right: 0 }, extent);
    expect(ragged.map(({ row, column, text }) => `${row}${column}${text}`)).toEqual(["00a", "01b", "10c"]);
  });

  it("fills below or above what was selected", () => {
    const from = { top: 5, bottom: 6, left: 1, right: 2 };
    expect(fillBlock(from, 9)).toEqual({ top: 7, bottom: 9, left: 1, right: 2 });
    expect(fillBlock(from, 2)).toEqual({ top: 2, bottom: 4, left: 1, right: 2 });
    expect(fillBlock(from, 6)).toEqual(from);
  });
});
