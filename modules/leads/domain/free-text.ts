/**
 * What a free text is looked for in: name, e-mail, phone digits and notes. Substrings are found by their trigrams; one
 * or two letters of ASCII have none, and are looked for at the beginnings of the name's words and of the e-mail.
 */
const TRIGRAM = 3;
const ASCII = /^\p{ASCII}*$/u;
/** Only what is written like a number is one: "Studio 54321" is a name. */
const NUMBER = /^[\d\s()+./-]+$/;

export const isShort = (text: string): boolean => text.length < TRIGRAM && ASCII.test(text);

/** The digits to look for in phone numbers; undefined for a text that is no part of one. */
export function phoneDigits(text: string): string | undefined {
  const digits = text.replaceAll(/\D/g, "");
  return NUMBER.test(text) && digits.length >= TRIGRAM ? digits : undefined;
}
