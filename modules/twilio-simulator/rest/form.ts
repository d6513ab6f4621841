import { httpMethod, type DocumentRequest } from "../engine/documents";
import { RestError } from "./rest-error";

const MOST_TWIML = 4_000;

/** A field with text in it; undefined when missing or empty. */
export function field(form: URLSearchParams, name: string): string | undefined {
  const value = form.get(name);
  return value === null || value === "" ? undefined : value;
}

/** @throws RestError 21205-like (given code) when it is no http(s) URL */
export function urlField(form: URLSearchParams, name: string, code: number): string | undefined {
  const value = field(form, name);
  if (value === undefined) return undefined;
  if (!/^https?:\/\//.test(value) || !URL.canParse(value))
    throw new RestError(400, code, `${name} is not a valid URL: ${value}`);
  return value;
}

/** "true" is true; everything else that is there is false, as Twilio documents for participants. */
export function flagField(form: URLSearchParams, name: string): boolean | undefined {
  const value = field(form, name);
  return value === undefined ? undefined : value.toLowerCase() === "true";
}

/** @throws RestError 20001 when it is not a whole number within bounds */
export function numberField(form: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const value = field(form, name);
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most))
    throw new RestError(400, 20_001, `${name} must be a number between ${least} and ${most}`);
  return number;
}

/**
 * What a call is to run: Twiml or Url (Twiml wins, as with Twilio).
 * @throws RestError for a URL that is none (21205) or TwiML that is too long (21623)
 */
export function documentFields(form: URLSearchParams): DocumentRequest | undefined {
  const twiml = field(form, "Twiml");
  if (twiml !== undefined) {
    if (twiml.length > MOST_TWIML) throw new RestError(400, 21_623, `Twiml is longer than ${MOST_TWIML} characters`);
    return { kind: "inline", twiml };
  }
  const url = urlField(form, "Url", 21_205);
  if (url === undefined) return undefined;
  const fallback = urlField(form, "FallbackUrl", 21_205);
  return {
    kind: "fetch",
    url,
    method: httpMethod(field(form, "Method")),
    params: {},
    ...(fallback === undefined
      ? {}
      : { fallback: { url: fallback, method: httpMethod(field(form, "FallbackMethod")) } }),
  };
}

/** The words of a field that may be given several times, or once with spaces. */
export function wordsField(form: URLSearchParams, name: string): string[] {
  return form
    .getAll(name)
    .flatMap((value) => value.split(/[\s,]+/))
    .filter((word) => word !== "");
}
