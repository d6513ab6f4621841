import { parsePhoneNumberFromString } from "libphonenumber-js";
import { z } from "zod";

/** An instant on the wire: ISO 8601 in UTC. */
export const instant = z.iso.datetime();

/** A person's free text: trimmed, at least one visible character. */
export const text = (max: number) =>
  z.string("must be text").trim().min(1, "is required").max(max, `has more than ${max} characters`);

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
