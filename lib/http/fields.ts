import { parsePhoneNumberFromString } from "libphonenumber-js";
import { z } from "zod";

/** An instant on the wire: ISO 8601 in UTC. */
export const instant = z.iso.datetime();

/** An instant that somebody asks for or sets: the form allows a year 0, which the database does not have. */
export const givenInstant = instant.refine((value) => !value.startsWith("0000"), "must be of a year from 1 to 9999");

/** Dates that people plan with lie between these years; beyond them somebody has mistyped. */
const YEARS = { from: 2000, to: 2099 } as const;

/** A calendar date that somebody sets: a real one, YYYY-MM-DD, without a time or a time zone. */
export const calendarDate = z.iso
  .date("must be a real calendar date, such as 2026-11-30")
  .refine(
    (date) => Number(date.slice(0, 4)) >= YEARS.from && Number(date.slice(0, 4)) <= YEARS.to,
    `must be of a year from ${YEARS.from} to ${YEARS.to}`,
  );

/** Anything but spaces, line ends, control characters and those that only join or direct others. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}]/u;

/** A person's free text: trimmed, at least one visible character. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(max)
    .refine((value) => value === "" || VISIBLE.test(value), "must have at least one visible character");

export const emailField = z.string().trim().toLowerCase().max(254).pipe(z.email());

/** A phone number as people write it, kept as E.164. Without a country code it is read as a number of `country`. */
export const phoneField = z
  .string()
  .trim()
  .max(40)
  .transform((value, context) => {
    const parsed = parsePhoneNumberFromString(value, "US");
    if (parsed?.isPossible()) return parsed.number;
    context.addIssue({ code: "custom", message: "is not a phone number; write it with its country code" });
    return z.NEVER;
  });

/** An identifier in a path. Its form is not checked here: an unknown one is 404 whatever it looks like. */
export const pathId = z.string().min(1).max(254);

/**
 * Identifiers in a body, up to very many. Checked in one pass that makes nothing: a million take milliseconds, and a
 * list that is wrong throughout has one complaint, not one for each. A list longer than `max` is let through unread,
 * for the service to refuse as too many (413). Their form is not checked: an unknown one is answered for by itself.
 */
export const idList = (max: number) =>
  z
    .custom<string[]>()
    .superRefine((value: unknown, context) => {
      const problem = idListProblem(value, max);
      if (problem) context.addIssue({ code: "custom", ...problem });
    })
    .meta({
      type: "array",
      items: { type: "string", minLength: 1, maxLength: LONGEST_ID },
      minItems: 1,
      maxItems: max,
    });

const LONGEST_ID = 254;

function idListProblem(value: unknown, max: number): { message: string; path?: number[] } | undefined {
  if (value === undefined) return { message: "is required" };
  if (!Array.isArray(value)) return { message: "must be a list of identifiers" };
  if (value.length === 0) return { message: "must not be empty" };
  if (value.length > max) return undefined;
  const wrong = value.findIndex((id) => typeof id !== "string" || id.length < 1 || id.length > LONGEST_ID);
  if (wrong === -1) return undefined;
  return { path: [wrong], message: `must be an identifier: text of 1 to ${LONGEST_ID} characters` };
}
