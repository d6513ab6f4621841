import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Answers what is its business, and says whether a request was. */
export type PageHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; media-src 'self' blob:; " +
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  "permissions-policy": "microphone=(self), camera=(), geolocation=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
} as const;

/**
 * Serves a page and its parts below `/name`, and nothing else: a request can name no other file.
 * @throws Error when a file of the page is missing
 */
export function pageAssets(name: string, folder: URL, parts: readonly string[]): PageHandler {
  const assets = new Map<string, { body: Buffer; contentType: string }>();
  for (const file of [`${name}.html`, ...parts]) {
    const contentType = CONTENT_TYPES[file.split(".").at(-1) ?? ""] ?? "application/octet-stream";
    const path = file === `${name}.html` ? `/${name}` : `/${name}/${file}`;
    assets.set(path, { body: readFileSync(new URL(file, folder)), contentType });
  }
  return (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://carrier");
    const asset = assets.get(pathname);
    if (!asset) return false;
    if (!mayRead(request, response)) return true;
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      "content-type": asset.contentType,
      "content-length": asset.body.length,
    });
    response.end(request.method === "HEAD" ? undefined : asset.body);
    return true;
  };
}

/** Whether a request only reads; others are answered 405. */
export function mayRead(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === "GET" || request.method === "HEAD") return true;
  response.writeHead(405, { allow: "GET, HEAD" }).end();
  return false;
}
