import type { NextRequest } from "next/server";
import { NextResponse } from "next/server";
import { env } from "@/lib/config/env";

// Only a preflight carries this header. Everything else must not even come here: passing through a proxy costs a
// request more than a whole route handler does.
export const config = {
  matcher: [{ source: "/api/:path*", has: [{ type: "header", key: "access-control-request-method" }] }],
};

const METHODS = "GET, POST, PUT, PATCH, DELETE";
const HEADERS = "authorization, content-type, idempotency-key, last-event-id";
const ANSWER_SECONDS = 600;

/**
 * Answers the browser's preflight question for the origins of CORS_ALLOWED_ORIGINS, and nothing else. Who may do what
 * is decided by each route (law 10); the answer's own CORS headers come from the route wrapper.
 */
export function proxy(request: NextRequest): NextResponse {
  const origin = request.headers.get("origin");
  if (request.method !== "OPTIONS" || origin === null) return NextResponse.next();
  const headers = new Headers({ vary: "Origin" });
  if (env().CORS_ALLOWED_ORIGINS.includes(origin)) {
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-allow-credentials", "true");
    headers.set("access-control-allow-methods", METHODS);
    headers.set("access-control-allow-headers", HEADERS);
    headers.set("access-control-max-age", String(ANSWER_SECONDS));
  }
  return new NextResponse(null, { status: 204, headers });
}
