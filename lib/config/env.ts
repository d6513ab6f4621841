import { z } from "zod";

/**
 * The environment, validated once. Reading process.env anywhere else in the product is a lint error: use env().
 */
const url = (protocols: string[]) =>
  z.url().refine((value) => protocols.includes(new URL(value).protocol), {
    error: `must begin with ${protocols.map((p) => `${p}//`).join(" or ")}`,
  });

const secret = z.string().min(24, "must have at least 24 characters");

const schema = z.object({
  NODE_ENV: z.enum(["development", "test", "production"]).default("production"),
  DATABASE_URL: url(["postgres:", "postgresql:"]),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(12),
  AUTH_SECRET: secret,
  CRON_SECRET: secret,
  METRICS_TOKEN: secret.optional(),
  /** How the outside (the carrier above all) reaches this product; webhook signatures are computed over it. */
  PUBLIC_BASE_URL: url(["http:", "https:"]).transform((value) => value.replace(/\/+$/, "")),
  TWILIO_ACCOUNT_SID: z.string().regex(/^AC[0-9a-f]{32}$/, "must be AC and 32 hexadecimal digits"),
  TWILIO_AUTH_TOKEN: z.string().min(16),
  TWILIO_API_KEY_SID: z.string().regex(/^SK[0-9a-f]{32}$/, "must be SK and 32 hexadecimal digits"),
  TWILIO_API_KEY_SECRET: z.string().min(16),
  TWILIO_APP_SID: z.string().regex(/^AP[0-9a-f]{32}$/, "must be AP and 32 hexadecimal digits"),
  TWILIO_PHONE_NUMBER: z.string().regex(/^\+[1-9]\d{6,14}$/, "must be a number in E.164, such as +15550100000"),
  /** Only for a carrier other than Twilio's own: the base of its REST API. */
  TWILIO_API_BASE_URL: url(["http:", "https:"]).optional(),
  /** Only for a carrier other than Twilio's own: the Voice SDK's signalling socket. */
  TWILIO_SIGNAL_URL: url(["ws:", "wss:"]).optional(),
  /** Where people find the local carrier's telephone; unset with a real carrier. */
  TELEPHONE_PAGE_URL: url(["http:", "https:"]).optional(),
  /** Where people see the mails that the local carrier takes in; unset with a real mail server. */
  MAILBOX_PAGE_URL: url(["http:", "https:"]).optional(),
  CORS_ALLOWED_ORIGINS: z
    .string()
    .default("")
    .transform((value) =>
      value
        .split(",")
        .map((origin) => origin.trim())
        .filter(Boolean),
    ),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  /** Where files lie without S3_BUCKET: exports, and what is attached to leads. Every process sees the same directory. */
  FILES_DIR: z.string().min(1).default(".data/files"),
  /** With a bucket, files lie there and not on disk: Amazon's, or that of the server at S3_ENDPOINT. */
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket")
    .optional(),
  S3_REGION: z.string().min(1).max(64).default("us-east-1"),
  S3_ENDPOINT: url(["http:", "https:"]).optional(),
  /** Both or none; without them the machine's own role, profile or environment says who asks. */
  S3_ACCESS_KEY_ID: z.string().min(1).max(256).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).max(1_024).optional(),
  /** Bytes of one file attached to a lead; S3 takes 5 GiB in one request. */
  FILE_MAX_BYTES: z.coerce.number().int().min(1_024).max(5_368_709_120).default(25_000_000),
  /** Files of one lead. */
  FILES_PER_LEAD: z.coerce.number().int().min(1).max(10_000).default(200),
  /** Days that a removed file can be brought back. */
  FILES_REMOVED_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  /** The mail server that notifications go out by: smtp:// or smtps://, with user and password where it wants them. */
  SMTP_URL: url(["smtp:", "smtps:"]).optional(),
  /** Who they are from: "Name <address>". */
  MAIL_FROM: z.string().max(320).optional(),
  /** "1" when a worker process runs beside the web: health then waits for its beat. */
  EXPECT_WORKER: z.stringbool().default(false),
  /** Checks every answer against its contract before it leaves; on in tests and development. */
  CHECK_RESPONSES: z.stringbool().optional(),
  /** Requests a minute that one principal may make before 429. */
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(6_000),
  /** Sign-in attempts in 5 minutes for one e-mail address before 429. */
  SIGN_IN_LIMIT: z.coerce.number().int().min(1).max(1_000_000).default(10),
  /** Timeline entries that a merge may move: one transaction does it, and other merges wait. */
  LEAD_MERGE_ENTRIES: z.coerce.number().int().min(1).max(100_000).default(50_000),
});

/** What makes sense only together. */
const together = schema.superRefine((given, context) => {
  const missing = (name: keyof typeof given): void =>
    context.addIssue({ code: "custom", path: [name], message: "is not set" });
  const { S3_BUCKET, S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = given;
  if (S3_BUCKET === undefined && (S3_ENDPOINT ?? S3_ACCESS_KEY_ID ?? S3_SECRET_ACCESS_KEY) !== undefined) {
    missing("S3_BUCKET");
  }
  if (S3_ACCESS_KEY_ID === undefined && S3_SECRET_ACCESS_KEY !== undefined) missing("S3_ACCESS_KEY_ID");
  if (S3_ACCESS_KEY_ID !== undefined && S3_SECRET_ACCESS_KEY === undefined) missing("S3_SECRET_ACCESS_KEY");
});

export type Env = z.infer<typeof schema>;

export class EnvironmentError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((p) => `  - ${p}`).join("\n")}`);
    this.name = "EnvironmentError";
  }
}

/** Validates a set of variables; throws EnvironmentError naming each bad one and why. Empty strings count as unset. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = together.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new EnvironmentError(
    parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return given[name] === undefined ? `${name} is not set` : `${name} ${issue.message}`;
    }),
  );
}

let cached: Env | undefined;

/** The validated environment of this process. */
export function env(): Env {
  cached ??= parseEnv(process.env);
  return cached;
}
