import { createHmac } from "node:crypto";

/**
 * The X-Twilio-Signature of a form post: HMAC-SHA1 over the URL and every parameter name and value, sorted by name,
 * in base64. GET requests are signed over the URL alone: their parameters are in it.
 */
export function sign(authToken: string, url: string, params: Readonly<Record<string, string>>): string {
  const text = Object.keys(params)
    .sort()
    .reduce((all, name) => `${all}${name}${params[name] ?? ""}`, url);
  return createHmac("sha1", authToken).update(text, "utf8").digest("base64");
}
