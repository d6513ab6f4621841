import { randomBytes } from "node:crypto";

/** A new SID of a call, as the carrier hands them out: "CA" and 32 hexadecimal digits. */
export function newCallSid(): string {
  return `CA${randomBytes(16).toString("hex")}`;
}

/** A token that only the browser whose call it is knows; it picks the call up again with it after a lost socket. */
export function newReconnectToken(): string {
  return randomBytes(24).toString("base64url");
}
