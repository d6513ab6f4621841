import { z } from "zod";

/** Anything a telephone may show as its number: E.164, 7 to 15 digits after the plus. */
const phoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/);

const frame = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("dial"),
    ref: z.int().min(0),
    from: phoneNumber,
    to: phoneNumber,
    sdp: z.string().min(1).max(32_768),
  }),
  z.object({ type: z.literal("digit"), digit: z.string().regex(/^[0-9*#]$/) }),
  z.object({ type: z.literal("hangup") }),
]);

/** What the telephone page sends. */
export type TelephoneFrame = z.infer<typeof frame>;

/** What the telephone page is told at any time. */
export type TelephoneNews = { type: "hello"; numbers: string[] } | { type: "refused"; message: string };

/** What it is told of its call, marked with the `ref` it dialled with. `caption` is what the caller hears. */
export type TelephoneCallNews =
  | { type: "calling"; callSid: string; sdp: string }
  | { type: "ringing" }
  | { type: "answered" }
  | { type: "progress"; state: "in_progress" | "in_queue" | "in_conference"; detail?: string }
  | { type: "caption"; text: string }
  | { type: "hangup"; by: "carrier"; message?: string };

/** Reads a frame of the telephone page, or says what is wrong with it. */
export function readTelephoneFrame(text: string): TelephoneFrame | { problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: "This is not JSON." };
  }
  const result = frame.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join(".") ?? "";
  if (field === "from" || field === "to") {
    return {
      problem: `${field === "from" ? "Your number" : "The number to dial"} must start with + and the country code and have 7 to 15 digits.`,
    };
  }
  return { problem: `The carrier does not understand this: ${issue?.message ?? "unknown frame"}.` };
}
