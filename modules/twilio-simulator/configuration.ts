import { z } from "zod";

const sid = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`), `must be ${prefix} followed by 32 hexadecimal digits`);
const webAddress = z
  .string()
  .refine((text) => /^https?:\/\//.test(text) && URL.canParse(text), "must be an absolute http or https URL");
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be between ${least} and ${most}`);
const NUMBER = /^\+[1-9]\d{6,14}$/;
const secret = z.string().min(1, "must not be empty");

const environment = z.object({
  SIMULATOR_PORT: wholeNumber(0, 65_535).default(4010),
  SIMULATOR_SMTP_PORT: wholeNumber(0, 65_535).optional(),
  SIMULATOR_HOST: z.string().min(1, "must not be empty").default("127.0.0.1"),
  TWILIO_ACCOUNT_SID: sid("AC"),
  TWILIO_AUTH_TOKEN: secret,
  TWILIO_API_KEY_SID: sid("SK"),
  TWILIO_API_KEY_SECRET: secret,
  TWILIO_APP_SID: sid("AP"),
  TWILIO_PHONE_NUMBER: z.string().regex(NUMBER, "must be a telephone number in E.164, such as +15005550006"),
  SIMULATOR_PHONE_NUMBERS: z
    .string()
    .default("+15550100777,+15550100888")
    .transform((list) => list.split(",").map((number) => number.trim()))
    .refine(
      (numbers) => numbers.every((number) => NUMBER.test(number)),
      "must be telephone numbers in E.164, by commas",
    ),
  SIMULATOR_VOICE_URL: webAddress,
  SIMULATOR_VOICE_FALLBACK_URL: webAddress.optional(),
  SIMULATOR_STATUS_CALLBACK_URL: webAddress.optional(),
  SIMULATOR_APP_VOICE_URL: webAddress,
  SIMULATOR_APP_STATUS_CALLBACK_URL: webAddress.optional(),
  SIMULATOR_CPS: wholeNumber(1, 1_000).default(20),
  SIMULATOR_CALLEE: z.enum(["answer", "machine", "busy", "decline", "no-answer", "manual"]).default("answer"),
  SIMULATOR_CALLEE_DELAY_MS: wholeNumber(0, 600_000).default(1_500),
  SIMULATOR_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
});

/** What a scripted callee does when the carrier rings a telephone number that nobody answers by hand. */
export type CalleeBehaviour = "answer" | "machine" | "busy" | "decline" | "no-answer" | "manual";

/** Everything the carrier must be told; the product's environment names the same credentials. */
export interface CarrierConfig {
  port: number;
  host: string;
  /** Where mails are taken in by SMTP, for the mailbox page; undefined takes none. */
  smtpPort?: number | undefined;
  accountSid: string;
  authToken: string;
  apiKeySid: string;
  apiKeySecret: string;
  applicationSid: string;
  phoneNumber: string;
  /** Further numbers of the account: they can be dialled, and shown by calls out. */
  furtherNumbers: readonly string[];
  voiceUrl: string;
  voiceFallbackUrl: string | undefined;
  /** Status callback of the telephone number; undefined sends none. */
  statusCallbackUrl: string | undefined;
  applicationVoiceUrl: string;
  /** Status callback of the TwiML App, for calls made by browsers; undefined sends none. */
  applicationStatusCallbackUrl: string | undefined;
  /** REST-created calls started a second; the rest queue. */
  callsPerSecond: number;
  callee: CalleeBehaviour;
  /** Milliseconds a scripted callee rings before it does what `callee` says. */
  calleeDelayMs: number;
  logLevel: string;
}

/** The environment does not describe a carrier; the message names each variable and what is wrong with it. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/**
 * Reads the carrier's configuration.
 * @throws ConfigurationError naming every wrong variable
 */
export function readConfiguration(env: Record<string, string | undefined>): CarrierConfig {
  // An empty variable counts as unset: that is what `NAME= npm start` and compose files mean by it.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `${name}: ${given[name] === undefined ? "is not set" : issue.message}`;
    });
    throw new ConfigurationError(`The carrier cannot start:\n  ${lines.join("\n  ")}`);
  }
  const values = parsed.data;
  return {
    port: values.SIMULATOR_PORT,
    host: values.SIMULATOR_HOST,
    smtpPort: values.SIMULATOR_SMTP_PORT,
    accountSid: values.TWILIO_ACCOUNT_SID,
    authToken: values.TWILIO_AUTH_TOKEN,
    apiKeySid: values.TWILIO_API_KEY_SID,
    apiKeySecret: values.TWILIO_API_KEY_SECRET,
    applicationSid: values.TWILIO_APP_SID,
    phoneNumber: values.TWILIO_PHONE_NUMBER,
    furtherNumbers: values.SIMULATOR_PHONE_NUMBERS,
    voiceUrl: values.SIMULATOR_VOICE_URL,
    voiceFallbackUrl: values.SIMULATOR_VOICE_FALLBACK_URL,
    statusCallbackUrl: values.SIMULATOR_STATUS_CALLBACK_URL,
    applicationVoiceUrl: values.SIMULATOR_APP_VOICE_URL,
    applicationStatusCallbackUrl: values.SIMULATOR_APP_STATUS_CALLBACK_URL,
    callsPerSecond: values.SIMULATOR_CPS,
    callee: values.SIMULATOR_CALLEE,
    calleeDelayMs: values.SIMULATOR_CALLEE_DELAY_MS,
    logLevel: values.SIMULATOR_LOG_LEVEL,
  };
}
