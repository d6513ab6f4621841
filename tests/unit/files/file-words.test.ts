import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isText } from "@/modules/files/adapters/text-check";
import { kindOf, kindOfMediaType, nameFor } from "@/modules/files/domain/file-kinds";
import { safeName } from "@/modules/files/domain/file-name";

describe("a safe name", () => {
  it.each([
    ["contract.pdf", "contract.pdf"],
    ["../../etc/passwd", "passwd"],
    ["C:\\Users\\Ada\\plan.png", "plan.png"],
    ["  .hidden  ", "hidden"],
    ["photo\u202Egnp.exe", "photognp.exe"],
    ["in\u200Bvisible\uFEFF.txt", "invisible.txt"],
    ["line\nbreak\u0007.txt", "linebreak.txt"],
    ['a<b>c:d"e|f?g*h.txt', "a_b_c_d_e_f_g_h.txt"],
    ["Cafe\u0301.pdf", "Café.pdf"],
    ["CON.txt", "_CON.txt"],
    ["com1", "_com1"],
    ["console.txt", "console.txt"],
    ["...", "file"],
    ["a/", "file"],
    ["日本語の名前.pdf", "日本語の名前.pdf"],
  ])("%j is %j", (given, safe) => {
    expect(safeName(given)).toBe(safe);
  });

  it("is bounded, keeps its extension, and is safe already", () => {
    expect(safeName(`${"長".repeat(300)}.pdf`)).toMatch(/^長+\.pdf$/);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (given) => {
        const name = safeName(given);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(190);
        expect(name.length).toBeGreaterThan(0);
        expect(name).not.toMatch(/[/\\\p{Cc}\p{Cf}]/u);
        expect(safeName(name)).toBe(name);
      }),
    );
  });
});

describe("the kind of a file", () => {
  const named = (found: string | undefined, name: string) => {
    const kind = kindOf(found, name);
    return kind && [kind.mediaType, nameFor(name, kind)];
  };

  it.each([
    ["image/png", "photo.jpg", ["image/png", "photo.png"]],
    ["image/jpeg", "photo.JPEG", ["image/jpeg", "photo.JPEG"]],
    ["audio/ogg; codecs=opus", "voice.opus", ["audio/ogg", "voice.opus"]],
    ["application/pdf", "v1.2", ["application/pdf", "v1.2.pdf"]],
    ["text", "run.bat", ["text/plain", "run.bat.txt"]],
    ["text/html", "page.html", ["text/plain", "page.html"]],
    ["image/svg+xml", "drawing.svg", ["text/plain", "drawing.svg"]],
    ["application/zip", "letter.docx", [expect.stringContaining("wordprocessingml") as string, "letter.docx"]],
    ["application/zip", "letter.docm", ["application/zip", "letter.docm.zip"]],
    ["application/x-cfb", "old.doc", ["application/msword", "old.doc"]],
    ["application/x-cfb", "setup.msi", undefined],
    ["application/x-msdownload", "photo.png", undefined],
    ["application/vnd.ms-word.document.macroenabled.12", "letter.docm", undefined],
    [undefined, "data.bin", undefined],
  ])("found as %s and called %s is %j", (found, name, expected) => {
    expect(named(found, name)).toEqual(expected);
  });

  it("is shown in place only where nothing in it can act", () => {
    const shown = ["image/svg+xml", "text/html", "text/plain", "application/pdf", "image/png", "audio/mpeg"].filter(
      (type) => kindOfMediaType(type)?.inline,
    );
    expect(shown).toEqual(["image/png", "audio/mpeg"]);
  });
});

it.each([
  ["UTF-8, cut in the middle of a letter", Buffer.from("naïveté €").subarray(0, -1), true],
  ["UTF-16 with its mark", Buffer.from("\uFEFFhello", "utf16le"), true],
  ["an odd end of UTF-16", Buffer.from("\uFEFFhello", "utf16le").subarray(0, -1), true],
  ["a null byte", Buffer.from("a\u0000b"), false],
  ["Latin-1", Buffer.from("naïve, then more", "latin1"), false],
  ["a mark of an order alone", Buffer.from("\u001B[31mred"), true],
])("text: %s", (_name, bytes, expected) => {
  expect(isText(bytes)).toBe(expected);
});
