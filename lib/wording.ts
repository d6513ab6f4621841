import type { z } from "zod";

/** Members of a list of choices that are named in full; longer lists are cut. */
const MOST_CHOICES = 20;

const NOUNS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
  null: "null",
  undefined: "absent",
  date: "a time",
};

const FORMATS: Readonly<Record<string, string>> = {
  email: "must be an e-mail address, such as ava@example.com",
  datetime: "must be a time in UTC, such as 2026-11-21T09:30:00Z",
  date: "must be a day, such as 2026-11-21",
  time: "must be a time of day, such as 09:30",
  uuid: "must be an identifier as this API gives it",
};

/** What an absent value is told by schemas that are not of one type. */
const ABSENT: ReadonlySet<string> = new Set(["invalid_type", "invalid_value", "invalid_union"]);

/** What is wrong with one value, in words that follow its name. A schema's own message goes before these. */
export const wording: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined && ABSENT.has(issue.code)) return "is required";
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue.expected, issue.input);
    case "invalid_value":
      return `must be ${choice(issue.values)}`;
    case "too_small":
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive === true);
    case "too_big":
      return tooBig(issue.origin, Number(issue.maximum), issue.inclusive === true);
    case "invalid_format":
      return FORMATS[issue.format] ?? "does not have the form it needs";
    case "unrecognized_keys":
      return "is not known here";
    case "invalid_union":
      return "has none of the forms that are known here";
    case "invalid_key":
      return "has a name that is not known here";
    default:
      return undefined;
  }
};

function wrongType(expected: string, input: unknown): string {
  const wanted = NOUNS[expected] ?? expected;
  const given = Array.isArray(input) ? "a list" : input === null ? "null" : (NOUNS[typeof input] ?? typeof input);
  if (typeof input === "number" && (expected === "int" || expected === "number")) {
    if (Number.isNaN(input)) return `must be ${wanted}`; // A word in a query.
    // JSON can write numbers that no number here can hold: 1e400, or 2 ** 53 + 1.
    return Number.isFinite(input) && !Number.isInteger(input) ? "must be a whole number" : outOfRange(input);
  }
  return `must be ${wanted}, not ${given}${expected === "number" || expected === "int" ? unquoted(input) : ""}`;
}

const outOfRange = (input: number): string => (input < 0 ? "is too small" : "is too large");

/** "5" is the most frequent wrong number: say what to do. */
function unquoted(input: unknown): string {
  return typeof input === "string" && input.trim() !== "" && Number.isFinite(Number(input))
    ? "; write it without quotes"
    : "";
}

function choice(values: readonly unknown[]): string {
  const named = values.slice(0, MOST_CHOICES).map(String);
  if (named.length < 2) return named.join("");
  const more = values.length > named.length ? ", ..." : "";
  return `one of ${named.join(", ")}${more}`;
}

function tooSmall(origin: string, minimum: number, inclusive: boolean): string {
  if (origin === "string") return minimum === 1 ? "must not be empty" : `must have at least ${minimum} characters`;
  if (origin === "array") return minimum === 1 ? "must not be empty" : `must have at least ${minimum} entries`;
  return inclusive ? `must be at least ${figure(minimum)}` : `must be more than ${figure(minimum)}`;
}

function tooBig(origin: string, maximum: number, inclusive: boolean): string {
  if (origin === "string") return `must have at most ${figure(maximum)} characters`;
  if (origin === "array") return `must have at most ${figure(maximum)} entries`;
  return inclusive ? `must be at most ${figure(maximum)}` : `must be less than ${figure(maximum)}`;
}

const figure = (value: number): string => value.toLocaleString("en");
