import twilio from "twilio";

/** Whether the carrier signed this request: HMAC over the address it was sent to and the form it carries. */
export function isSignedBy(
  authToken: string,
  request: { url: string; params: Readonly<Record<string, string>>; signature: string | null },
): boolean {
  if (request.signature === null || request.signature === "") return false;
  return twilio.validateRequest(authToken, request.signature, request.url, { ...request.params });
}
