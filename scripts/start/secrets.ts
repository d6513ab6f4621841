import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

const hex = (prefix: string): string => `${prefix}${randomBytes(16).toString("hex")}`;
const opaque = (): string => randomBytes(32).toString("base64url");

/** How each secret of a local installation is made. The carrier's have Twilio's shapes. */
const MAKERS = {
  AUTH_SECRET: opaque,
  CRON_SECRET: opaque,
  METRICS_TOKEN: opaque,
  TWILIO_ACCOUNT_SID: () => hex("AC"),
  TWILIO_AUTH_TOKEN: () => hex(""),
  TWILIO_API_KEY_SID: () => hex("SK"),
  TWILIO_API_KEY_SECRET: () => hex(""),
  TWILIO_APP_SID: () => hex("AP"),
} as const satisfies Record<string, () => string>;

export type SecretName = keyof typeof MAKERS;
export type Secrets = Record<SecretName, string>;

const SECRET_NAMES = Object.keys(MAKERS) as SecretName[];

async function readKept(file: string): Promise<Partial<Record<SecretName, string>>> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "{}";
    throw error;
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON. Remove it to have new secrets made; everybody then signs in again.`, {
      cause: error,
    });
  }
  const kept = typeof parsed === "object" && parsed !== null ? parsed : {};
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => typeof value === "string"));
}

/** The secrets of this installation, made on its first start and kept in a file that only its owner can read. */
export async function installationSecrets(dataDirectory: string): Promise<Secrets> {
  await mkdir(dataDirectory, { recursive: true });
  const file = join(dataDirectory, "secrets.json");
  const kept = await readKept(file);
  const secrets = Object.fromEntries(SECRET_NAMES.map((name) => [name, kept[name] ?? MAKERS[name]()])) as Secrets;
  if (SECRET_NAMES.some((name) => kept[name] === undefined)) {
    // Written beside and renamed: a start that is killed here leaves the old file or the new one, never half of it.
    const unfinished = `${file}.${process.pid}`;
    await writeFile(unfinished, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    await rename(unfinished, file);
  }
  await chmod(file, 0o600);
  return secrets;
}
