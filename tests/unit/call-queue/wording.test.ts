import { describe, expect, it } from "vitest";
import { ANNOUNCEMENT_KEYS } from "@/modules/call-queue/domain/announcements/announcement-keys";
import type { CallerTexts } from "@/modules/call-queue/repositories/announcement-text.repository";
import { CallerWordings } from "@/modules/call-queue/services/caller-wordings.service";
import { asSpoken, SHIPPED_TEXTS, textProblem, Wording } from "@/modules/call-queue/domain/announcements/wording";

const range = { low: 4, high: 7 };

describe("announcements in words", () => {
  it("ship whole in four languages, each text with exactly its placeholders", () => {
    expect(Object.keys(SHIPPED_TEXTS)).toEqual(["en", "de", "es", "fr"]);
    for (const texts of Object.values(SHIPPED_TEXTS)) {
      for (const key of ANNOUNCEMENT_KEYS) expect([key, textProblem(key, texts[key])]).toEqual([key, undefined]);
      expect(Object.keys(texts)).toEqual(ANNOUNCEMENT_KEYS);
    }
  });

  it("speak numbers and durations as the language does", () => {
    const said = (language: string) => {
      const wording = new Wording(language);
      return [
        wording.say("wait_between", range).text,
        wording.say("wait_over", { minutes: 1 }).text,
        wording.say("position", { position: 1_200 }).text,
      ];
    };
    expect(said("en-GB")).toEqual([
      "We expect to answer in 4 to 7 minutes.",
      "We expect to answer in more than 1 minute.",
      "You are number 1,200 in line.",
    ]);
    expect(said("de-DE")).toEqual([
      "Wir nehmen Ihren Anruf voraussichtlich in 4 bis 7 Minuten an.",
      "Es dauert voraussichtlich länger als 1 Minute, bis wir Ihren Anruf annehmen.",
      "Sie stehen an Stelle 1.200 in der Warteschlange.",
    ]);
    expect(said("es-ES")[0]).toBe("Calculamos que le atenderemos en un plazo de 4 a 7 minutos.");
    expect(said("fr-FR")[0]).toBe("Nous pensons vous répondre dans 4 à 7 minutes.");
  });

  it("take the queue's words before the house's, those before the product's, and English where there are none", () => {
    const own = { welcome: "Servus." };
    const house = { welcome: "Hallo.", closed: "Zu." };
    const german = new Wording("de", own, house);
    expect(german.say("welcome")).toEqual({ text: "Servus.", language: "de-DE" });
    expect(german.say("closed").text).toBe("Zu.");
    expect(german.say("full").text).toBe(SHIPPED_TEXTS.de?.full);
    const italian = new Wording("it-IT", {}, { welcome: "Benvenuti." });
    const sentences = [{ key: "welcome" }, { key: "position_first" }, { key: "wait_minute" }] as const;
    expect(italian.sayAll(sentences)).toEqual([
      { text: "Benvenuti.", language: "it-IT" },
      { text: "You are first in line. We expect to answer within a minute.", language: "en-US" },
    ]);
  });

  it("are those a process spoke to a caller in last, when nothing can be looked up", async () => {
    const known: Record<string, CallerTexts> = { CA1: { language: "fr-FR", own: { apology: "Pardon." }, house: {} } };
    const wordings = new CallerWordings({ ofCall: (callSid) => Promise.resolve(known[callSid]) });
    expect(wordings.lastOf("CA1").say("one_moment").language).toBe("en-US");
    expect((await wordings.of("CA1")).say("apology").text).toBe("Pardon.");
    delete known.CA1;
    expect((await wordings.of("CA1")).language).toBe("en-US");
    expect(wordings.lastOf("CA1").say("apology")).toEqual({ text: "Pardon.", language: "fr-FR" });
    expect(wordings.lastOf(undefined).language).toBe("en-US");
  });

  it("are refused with a placeholder that means nothing, without one that must be heard, or with a brace alone", () => {
    expect(textProblem("position", "You are {place}.")).toEqual({ code: "unknown_placeholder", placeholder: "place" });
    expect(textProblem("welcome", "Hello {position}")).toMatchObject({ code: "unknown_placeholder" });
    expect(textProblem("position", "You wait.")).toEqual({ code: "missing_placeholder", placeholder: "position" });
    expect(textProblem("wait_between", "{low}")).toEqual({ code: "missing_placeholder", placeholder: "high" });
    for (const stray of ["{position} }", "{{position}}", "{position} {"]) {
      expect([stray, textProblem("position", stray)?.code]).toEqual([stray, "stray_brace"]);
    }
    expect(asSpoken("In {low} bis {high}.", "de")).toBe("In 4 bis 7 Minuten.");
  });
});
