import { ANNOUNCEMENTS, type AnnouncementKey, type AnnouncementTexts, type Placeholder } from "./announcement-keys";
import { de } from "./texts-de";
import { en } from "./texts-en";
import { es } from "./texts-es";
import { fr } from "./texts-fr";

/** Something to be spoken, in the language of its voice (BCP 47, with its region). */
export interface Words {
  text: string;
  language: string;
}

/** Texts that come with the product, by language. */
export const SHIPPED_TEXTS: Readonly<Record<string, AnnouncementTexts>> = { en, de, es, fr };

const FALLBACK = "en-US";
/** Carriers' voices have a region; one that was not chosen is the language's own. */
const REGIONS: Readonly<Record<string, string>> = { en: "en-US", de: "de-DE", es: "es-ES", fr: "fr-FR" };
const PLACEHOLDER = /\{([^{}]*)\}/g;

/** "de" of "de-AT": texts are kept by language, voices have a region. */
export const languageOf = (tag: string): string => tag.split("-")[0]?.toLowerCase() ?? tag;

/** The language tag as a voice is asked for: with a region, where the language has one of its own. */
export const voiceOf = (tag: string): string => (tag.includes("-") ? tag : (REGIONS[tag] ?? tag));

/** What stands in the placeholders of one announcement. Numbers of minutes are given as numbers. */
export type Values = Partial<Record<Placeholder, number | string>>;

/** Something to say, before it is put into words. */
export interface Sentence {
  key: AnnouncementKey;
  values?: Values;
}

/**
 * Puts announcements into words for one caller: in the queue's own text, else the house's, else the one that comes with
 * the product; in English, with an English voice, where there is none in the caller's language.
 */
export class Wording {
  constructor(
    /** BCP 47. */
    readonly language: string,
    private readonly own: Readonly<Record<string, string>> = {},
    private readonly house: Readonly<Record<string, string>> = {},
  ) {}

  say(key: AnnouncementKey, values: Values = {}): Words {
    const text = this.own[key] ?? this.house[key] ?? SHIPPED_TEXTS[languageOf(this.language)]?.[key];
    if (text === undefined) return { text: fill(en[key], values, FALLBACK), language: FALLBACK };
    const language = voiceOf(this.language);
    return { text: fill(text, values, language), language };
  }

  /** Several sentences on end: one after the other of the same language is one text. */
  sayAll(sentences: readonly Sentence[]): Words[] {
    const all: Words[] = [];
    for (const { key, values } of sentences) {
      const words = this.say(key, values);
      const last = all.at(-1);
      if (last?.language === words.language) last.text += ` ${words.text}`;
      else all.push({ ...words });
    }
    return all;
  }
}

/** What is said where nothing is known of the caller. */
export const HOUSE_WORDING = new Wording(FALLBACK);

/** The text with its placeholders filled in. `minutes` and `high` are spoken with their unit, in its right number. */
function fill(text: string, values: Values, language: string): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => {
    const value = values[name as Placeholder];
    if (value === undefined) return whole;
    if (typeof value === "number" && (name === "minutes" || name === "high")) return minutes(value, language);
    return typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value;
  });
}

/** "1 minute", "5 Minuten": as the language says it (Unicode CLDR's unit patterns). */
function minutes(count: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "unit", unit: "minute", unitDisplay: "long" }).format(count);
}

export type TextProblem =
  | { code: "unknown_placeholder"; placeholder: string }
  | { code: "missing_placeholder"; placeholder: Placeholder }
  | { code: "stray_brace" };

/** What is wrong with a text that somebody has written for an announcement; undefined when nothing is. */
export function textProblem(key: AnnouncementKey, text: string): TextProblem | undefined {
  const wanted: readonly Placeholder[] = ANNOUNCEMENTS[key].placeholders;
  const found = [...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
  const unknown = found.find((name) => !(wanted as readonly string[]).includes(name));
  if (unknown !== undefined) return { code: "unknown_placeholder", placeholder: unknown };
  if (/[{}]/.test(text.replaceAll(PLACEHOLDER, ""))) return { code: "stray_brace" };
  const missing = wanted.find((name) => !found.includes(name));
  return missing === undefined ? undefined : { code: "missing_placeholder", placeholder: missing };
}

/** The problem in words, for people. */
export function problemInWords(key: AnnouncementKey, problem: TextProblem): string {
  const wanted = ANNOUNCEMENTS[key].placeholders.map((name) => `{${name}}`);
  switch (problem.code) {
    case "unknown_placeholder":
      return wanted.length === 0
        ? `This text has nothing to fill in: {${problem.placeholder}} means nothing here.`
        : `{${problem.placeholder}} means nothing here; it knows ${wanted.join(" and ")}.`;
    case "missing_placeholder":
      return `{${problem.placeholder}} must stand in this text, so that callers hear it.`;
    case "stray_brace":
      return "A brace stands alone: write { and } only around a placeholder.";
  }
}

const EXAMPLES: Required<Values> = { position: 3, minutes: 5, low: 4, high: 7, key: "1" };

/** A text as it would be spoken, with examples in its placeholders. */
export const asSpoken = (text: string, language: string): string => fill(text, EXAMPLES, voiceOf(language));
