import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DownloadLinks } from "@/modules/exports/domain/download-link";
import { filterInWords } from "@/modules/leads/domain/filter-words";
import { neutralised, restored } from "@/modules/leads/domain/lead-export";

describe("cells that a spreadsheet could take for a formula", () => {
  it.each(["=1+1", "+1555", "-2", "@SUM(A1)", "\tx", "\r=1", "'=1", "''+1", "＝1"])("marks %j", (text) => {
    expect(neutralised(text)).toBe(`'${text}`);
  });

  it.each(["", "Ann", "a=b", "'quoted'", "O'Neill", "1-2"])("leaves %j as it is", (text) => {
    expect(neutralised(text)).toBe(text);
  });

  it("gives back exactly what was there", () => {
    const text = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "a", " ", "\t", "＝") });
    fc.assert(fc.property(text, (given) => restored(neutralised(given)) === given));
    fc.assert(fc.property(text, (given) => !/^[=+\-@\t\r\n]/.test(neutralised(given))));
  });
});

describe("a filter in words", () => {
  it.each([
    [{ and: [] }, "all leads"],
    [{ field: "priority", op: "eq", value: "urgent" }, "priority is “urgent”"],
    [
      {
        and: [
          { field: "assigned_agent", op: "is_empty" },
          {
            or: [
              { field: "notes_count", op: "gt", value: 3 },
              { not: { field: "tags", op: "contains", value: "vip" } },
            ],
          },
        ],
      },
      "agent is nobody and (number of notes is above 3 or not (tags have “vip”))",
    ],
    [
      { field: "created_at", op: "within_last", value: { n: 1, unit: "days" } },
      "time of creation is within the last 1 day",
    ],
    [
      { field: "source", op: "in", value: ["a", "b", "c", "d", "e", "f", "g"] },
      "source is one of “a”, “b”, “c”, “d”, “e” and 2 more",
    ],
  ] as const)("%j", (filter, words) => {
    expect(filterInWords(filter as unknown as Parameters<typeof filterInWords>[0])).toBe(words);
  });
});

describe("a signed link", () => {
  const links = new DownloadLinks("secret of this test");
  const right = { exportId: "one", userId: "ann", until: 1_800_000_000 };
  const token = links.sign(right);

  it("gives the right it was made for", () => {
    expect(links.read("one", token)).toEqual(right);
  });

  it("gives nothing for another file, by another house, or changed", () => {
    const [payload = "", tag = ""] = token.split(".");
    const later = Buffer.from(JSON.stringify(["ann", 1_900_000_000])).toString("base64url");
    const others = [`${later}.${tag}`, payload, `${payload}.`, `.${tag}`, "", "a.b.c", `${payload}.${tag.slice(2)}`];
    for (const wrong of others) expect(() => links.read("one", wrong)).toThrow(/not valid/);
    expect(() => links.read("two", token)).toThrow(/not valid/);
    expect(() => new DownloadLinks("another").read("one", token)).toThrow(/not valid/);
  });
});
