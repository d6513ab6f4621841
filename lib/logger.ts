import pino from "pino";
import { env } from "./config/env";

let root: pino.Logger | undefined;

/** A structured logger named after the part of the house that speaks. Secrets and credentials are never written. */
export function logger(part: string): pino.Logger {
  root ??= pino({
    level: env().LOG_LEVEL,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ["password", "authorization", "*.password", "*.authorization", "*.token"], censor: "[redacted]" },
  });
  return root.child({ part });
}

/** A phone number fit for a log: only its last three digits are readable. */
export function maskPhone(phone: string): string {
  return phone.length <= 3 ? "***" : `${"*".repeat(phone.length - 3)}${phone.slice(-3)}`;
}
