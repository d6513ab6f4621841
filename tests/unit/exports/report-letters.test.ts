import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { faceFor } from "@/modules/exports/adapters/report-faces";
import { isPlain, LETTERS_MARK, OWN_FACE, visualRuns } from "@/modules/exports/domain/report-letters";

/** Typefaces by script, as the report's are. */
const faceOf = (letter: string): string | undefined => {
  if (/\p{Script=Hebrew}|\p{Script=Arabic}/u.test(letter)) return "from the right";
  if (/\p{Script=Han}/u.test(letter)) return "han";
  return isPlain(letter) || /\p{Bidi_Control}/u.test(letter) ? OWN_FACE : undefined;
};
const set = (line: string): string[] => visualRuns(line, faceOf).map(({ text }) => text);

it("knows what the report's own typeface has", () => {
  for (const text of ["Łukasz Żółć, Ærø", "Ελένη", "Ольга Ёж", "O’Neill — 50 % ©™ ↔ →", "Nguyễn", "e\u0301"]) {
    expect(isPlain(text), text).toBe(true);
  }
  for (const text of ["山", "ＡＢＣ", "محمد", "שלום", "김", "🔥", "नमस्ते"]) expect(isPlain(text), text).toBe(false);
});

describe("a line of several alphabets", () => {
  it("is set in one typeface after the other", () => {
    expect(visualRuns("Li 李明!", faceOf)).toEqual([
      { text: "Li ", face: OWN_FACE },
      { text: "李明", face: "han" },
      { text: "!", face: OWN_FACE },
    ]);
  });

  // Words that are read from the right stay in their order: their typeface turns each round.
  it.each([
    ["שלום עולם", ["עולם", " ", "שלום"]],
    ["abc שלום def", ["abc ", "שלום", " def"]],
    ["שלום 42, abc!", ["!", "abc", " ,", "42", " ", "שלום"]],
    ["כהן (דוד)", ["(", "דוד", ") ", "כהן"]],
    ["فارسی ۱۲۳", ["۱", "۲", "۳", " ", "فارسی"]],
    ["\u202eabc\u202c", ["cba"]],
  ])("%j is ordered as it is read", (line, runs) => {
    expect(set(line)).toEqual(runs);
  });

  it("has one mark for each stretch that no typeface has", () => {
    expect(set("hot 🔥🔥 lead 👩‍💻").join("")).toBe(`hot ${LETTERS_MARK} lead ${LETTERS_MARK}`);
    expect(set("नमस्ते दुनिया, Lee").join("")).toBe(`${LETTERS_MARK}, Lee`);
  });

  it("loses no letter and adds none", () => {
    const letter = fc.constantFrom("a", "B", "1", " ", "(", "]", ",", "ש", "ל", "م", "۲", "李", "e\u0301");
    const counted = (text: string): string =>
      [...text.replaceAll(/[()]/g, "(").replaceAll(/[[\]]/g, "[")].toSorted().join("");
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 40 }), (line) => counted(set(line).join("")) === counted(line)),
    );
  });
});

describe("the typefaces of other alphabets", () => {
  it.each([
    ["李", "sc", "sc"],
    ["太", "jp", "jp"],
    ["김", "sc", "kr"],
    ["م", "sc", "arabic"],
    ["שָׁ", "sc", "hebrew"],
    ["臺", "sc", "sc"],
  ] as const)("have %s", async (letter, language, family) => {
    expect((await faceFor(letter, language))?.name).toContain(`noto-sans-${family}-`);
  });

  it("have no picture, and say so", async () => {
    expect(await faceFor("🔥", "sc")).toBeUndefined();
    expect(await faceFor("न", "sc")).toBeUndefined();
  });
});
