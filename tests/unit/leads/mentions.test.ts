import { describe, expect, it } from "vitest";
import { completeMention, mentionDraft, mentionPieces, stillMentioned } from "@/modules/leads/domain/mentions";

const draft = (text: string) => mentionDraft(text, text.length);

describe("mentionDraft", () => {
  it("is the @ before the caret, with what was typed of a name", () => {
    expect(draft("Ask @")).toEqual({ at: 4, words: "" });
    expect(draft("Ask @Gra")).toEqual({ at: 4, words: "Gra" });
    expect(draft("@Grace Nak")).toEqual({ at: 0, words: "Grace Nak" });
    expect(mentionDraft("Ask @Grace today", 7)).toEqual({ at: 4, words: "Gr" });
    expect(draft("(@Gra")).toEqual({ at: 1, words: "Gra" });
  });

  it("is none in an address, after a sentence has gone on, or before the @", () => {
    for (const text of [
      "ada@example.com",
      "Ask @Grace, then",
      "Ask @ Grace",
      "@Grace Nakamura called back today",
      "@a\nb",
      "no",
    ]) {
      expect(draft(text), text).toBeUndefined();
    }
    expect(mentionDraft("Ask @Grace", 3)).toBeUndefined();
  });
});

describe("completing and reading mentions", () => {
  it("puts the name where the draft stood, with one space after it", () => {
    expect(completeMention("Ask @Gr", { at: 4, words: "Gr" }, "Grace Nakamura")).toEqual({
      text: "Ask @Grace Nakamura ",
      caret: 20,
    });
    expect(completeMention("Ask @Gr today", { at: 4, words: "Gr" }, "Grace")).toEqual({
      text: "Ask @Grace today",
      caret: 11,
    });
  });

  it("drops who was deleted from the text again", () => {
    const people = [{ name: "Grace" }, { name: "Hugo" }];
    expect(stillMentioned("Ask @Hugo", people)).toEqual([{ name: "Hugo" }]);
  });

  it("marks the longest name that fits, and leaves every letter in its place", () => {
    const text = "@Ada and @Ada Lovelace, not ada@example.com";
    const pieces = mentionPieces(text, ["Ada", "Ada Lovelace"]);
    expect(pieces.filter(({ isMention }) => isMention).map((piece) => piece.text)).toEqual(["@Ada", "@Ada Lovelace"]);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(mentionPieces("plain", [])).toEqual([{ text: "plain", isMention: false }]);
  });
});
