import type { ServerResponse } from "node:http";
import escapeHtml from "escape-html";
import { mayRead, pageAssets, type PageHandler } from "../page-assets";
import type { Mail, MailStore } from "./mail-store";

const BODY = /^\/mailbox\/mails\/([\w-]+)$/;

const DOCTYPE = /^(\s*<!doctype[^>]*>)?/i;
const NEW_TABS = '<base target="_blank">';

/** A mail may hold anything: it is drawn, with what it brings along, and neither runs nor loads. Its links open tabs. */
const INERT = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/**
 * The mailbox page, and the mails as documents for its frame. Returns a handler that says whether the request was its
 * business; the list of mails is the control API's.
 * @throws Error when a file of the page is missing
 */
export function mailboxRoutes(mails: MailStore): PageHandler {
  const page = pageAssets("mailbox", new URL("./page/", import.meta.url), ["mailbox.css", "mailbox.js", "icon.svg"]);
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://carrier");
    const [, id] = BODY.exec(pathname) ?? [];
    if (id === undefined) return page(request, response);
    if (mayRead(request, response)) sendMail(mails.find(id), response);
    return true;
  };
}

function sendMail(mail: Mail | undefined, response: ServerResponse): void {
  if (!mail) {
    response.writeHead(404, { "content-type": "text/plain" }).end("This mail is kept no longer.\n");
    return;
  }
  // Behind its doctype: before it, mails would be drawn as those of the nineties.
  const drawn = mail.html?.replace(DOCTYPE, (doctype) => doctype + NEW_TABS);
  const text = `${NEW_TABS}<pre style="white-space:pre-wrap;font:14px/1.5 system-ui,sans-serif">${escapeHtml(mail.text)}</pre>`;
  response.writeHead(200, INERT).end(drawn ?? text);
}
