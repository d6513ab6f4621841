import twilio from "twilio";
import { PUBLIC_BASE_URL, TWILIO_AUTH_TOKEN } from "../house";
import { findRoute } from "../route-files";

export interface WebhookAnswer {
  status: number;
  type: string | null;
  body: string;
}

/** A webhook as the carrier sends it, through the real route handler. `signature` overrides the right one. */
export async function postWebhook(
  pathAndQuery: string,
  params: Readonly<Record<string, string>>,
  options: { signature?: string | null; body?: string; baseUrl?: string } = {},
): Promise<WebhookAnswer> {
  const url = (options.baseUrl ?? PUBLIC_BASE_URL) + pathAndQuery;
  const route = await findRoute(new URL(url).pathname);
  const handler = route?.handlers.POST;
  if (!route || !handler) throw new Error(`No route answers ${pathAndQuery}`);
  const signature =
    options.signature === undefined
      ? twilio.getExpectedTwilioSignature(TWILIO_AUTH_TOKEN, url, { ...params })
      : options.signature;
  const headers = new Headers({ "content-type": "application/x-www-form-urlencoded" });
  if (signature !== null) headers.set("x-twilio-signature", signature);
  // The host is not the public one: a signature is checked over the configured address, never over this.
  const request = new Request(`http://10.0.0.1:8080${pathAndQuery}`, {
    method: "POST",
    headers,
    body: options.body ?? new URLSearchParams(params).toString(),
  });
  const response = await handler(request, { params: Promise.resolve(route.params) });
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
}
