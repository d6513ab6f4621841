import type { Logger } from "pino";
import type { Account } from "../contract";
import { mayRead, pageAssets, type PageHandler } from "../page-assets";

export interface TelephoneRoutesDeps {
  account: Account;
  log: Logger;
}

const PARTS = [
  "telephone.css",
  "telephone.js",
  "callers.js",
  "carrier-connection.js",
  "display.js",
  "messages.js",
  "keypad.js",
  "line-sound.js",
  "microphone.js",
  "transcript.js",
  "wording.js",
  "icon.svg",
];

/**
 * The telephone page and its assets, and a redirect to it from "/". Returns a handler that says whether the request
 * was its business; the page's socket is the signalling's.
 * @throws Error when a file of the page is missing
 */
export function telephoneRoutes({ account, log }: TelephoneRoutesDeps): PageHandler {
  const page = pageAssets("telephone", new URL("./page/", import.meta.url), PARTS);
  if (account.phoneNumbers.length === 0) log.warn("the account owns no number: the telephone page has none to suggest");
  return (request, response) => {
    const { pathname, search } = new URL(request.url ?? "/", "http://carrier");
    if (pathname !== "/" && pathname !== "/telephone/") return page(request, response);
    if (mayRead(request, response)) response.writeHead(302, { location: `/telephone${search}` }).end();
    return true;
  };
}
