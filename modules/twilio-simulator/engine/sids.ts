import { randomBytes } from "node:crypto";

/** A new identifier of Twilio's form: two letters and 32 hexadecimal digits. */
export function newSid(prefix: "CA" | "QU" | "CF" | "RE" | "PN" | "TR" | "SM"): string {
  return prefix + randomBytes(16).toString("hex");
}
