import { createHash, timingSafeEqual } from "node:crypto";
import type { Account } from "../contract";
import { RestError } from "./rest-error";

/** Compares without telling by the time it takes how much was right. */
function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * Lets in the account with its token, and API keys with their secrets.
 * @throws RestError 20003
 */
export function authenticate(header: string | undefined, account: Account): void {
  const encoded = /^Basic (.+)$/i.exec(header ?? "")?.[1];
  const [user = "", ...rest] = Buffer.from(encoded ?? "", "base64")
    .toString("utf8")
    .split(":");
  const password = rest.join(":");
  const known =
    (same(user, account.accountSid) && same(password, account.authToken)) ||
    (same(user, account.apiKeySid) && same(password, account.apiKeySecret));
  if (!encoded || !known) throw new RestError(401, 20_003, "Authenticate");
}
