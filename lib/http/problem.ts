import { z } from "zod";
import { isDatabaseAway } from "../db/transaction";
import { AppError } from "../errors";

/** RFC 9457 problem document, plus `success: false` and a stable code. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  success: z.literal(false),
  code: z.string(),
});

const TITLES: Readonly<Record<number, string>> = {
  400: "The request has the wrong shape",
  401: "Sign in first",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "In conflict with the present state",
  413: "Too large",
  415: "Unsupported media type",
  422: "Understood, but not possible",
  429: "Too many requests",
  500: "Something went wrong on our side",
  503: "Not available just now",
};

/** Seconds a caller is asked to wait when the database is away. */
const AWAY_RETRY_SECONDS = 3;

/** Turns whatever was thrown into the answer for the caller: expected refusals as they are, the rest without its text. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseAway(error)) {
    return new AppError(
      503,
      "database_unavailable",
      "The database cannot be reached just now. Nothing was changed; try again in a moment.",
      {},
      AWAY_RETRY_SECONDS,
    );
  }
  return new AppError(500, "internal_error", "Something went wrong on our side. Nothing you sent was lost to others.");
}

export function problemResponse(error: AppError, requestId: string): Response {
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (error.retryAfterSeconds !== undefined) headers.set("retry-after", String(error.retryAfterSeconds));
  return new Response(
    JSON.stringify({
      type: `urn:evenhand:problem:${error.code}`,
      title: TITLES[error.status] ?? "Error",
      status: error.status,
      detail: error.message,
      success: false,
      code: error.code,
      request_id: requestId,
      ...error.details,
    }),
    { status: error.status, headers },
  );
}

/** The fields that were wrong, by path, from a Zod error. */
export function invalidShape(error: z.ZodError, where: "body" | "query" | "path"): AppError {
  return new AppError(400, "invalid_request", `The ${where} has the wrong shape.`, {
    errors: error.issues.slice(0, 50).map((issue) => ({
      field: issue.path.map(String).join("."),
      message: issue.message,
      ...(issue.code === "unrecognized_keys" ? { unknown_fields: issue.keys } : {}),
    })),
  });
}
