import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Account } from "../contract";

export interface TelephoneRoutesDeps {
  account: Account;
  log: Logger;
}

interface Asset {
  body: Buffer;
  contentType: string;
}

const HTML = "text/html; charset=utf-8";
const CSS = "text/css; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";
const SVG = "image/svg+xml";

/** Everything there is to be served: a request can name nothing else. */
const FILES: readonly (readonly [path: string, file: string, contentType: string])[] = [
  ["/telephone", "telephone.html", HTML],
  ["/telephone/telephone.css", "telephone.css", CSS],
  ["/telephone/telephone.js", "telephone.js", SCRIPT],
  ["/telephone/callers.js", "callers.js", SCRIPT],
  ["/telephone/carrier-connection.js", "carrier-connection.js", SCRIPT],
  ["/telephone/display.js", "display.js", SCRIPT],
  ["/telephone/messages.js", "messages.js", SCRIPT],
  ["/telephone/keypad.js", "keypad.js", SCRIPT],
  ["/telephone/line-sound.js", "line-sound.js", SCRIPT],
  ["/telephone/microphone.js", "microphone.js", SCRIPT],
  ["/telephone/transcript.js", "transcript.js", SCRIPT],
  ["/telephone/wording.js", "wording.js", SCRIPT],
  ["/telephone/icon.svg", "icon.svg", SVG],
];

const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self' blob:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  "permissions-policy": "microphone=(self), camera=(), geolocation=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
} as const;

/**
 * The telephone page and its assets, and a redirect to it from "/". Returns a handler that says whether the request
 * was its business; the page's socket is the signalling's.
 * @throws Error when a file of the page is missing
 */
export function telephoneRoutes({
  account,
  log,
}: TelephoneRoutesDeps): (request: IncomingMessage, response: ServerResponse) => boolean {
  const assets = new Map<string, Asset>();
  for (const [path, file, contentType] of FILES) {
    assets.set(path, { body: readFileSync(new URL(`./page/${file}`, import.meta.url)), contentType });
  }
  if (account.phoneNumbers.length === 0) log.warn("the account owns no number: the telephone page has none to suggest");

  return (request, response) => {
    const { pathname, search } = new URL(request.url ?? "/", "http://carrier");
    const asset = assets.get(pathname);
    const redirects = pathname === "/" || pathname === "/telephone/";
    if (!asset && !redirects) return false;
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
    } else if (!asset) {
      response.writeHead(302, { location: `/telephone${search}` }).end();
    } else {
      response.writeHead(200, {
        ...SECURITY_HEADERS,
        "content-type": asset.contentType,
        "content-length": asset.body.length,
      });
      response.end(request.method === "HEAD" ? undefined : asset.body);
    }
    return true;
  };
}
