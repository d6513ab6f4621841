import { z } from "zod";
import { isDatabaseAway, isDatabaseFull } from "../db/transaction";
import { AppError } from "../errors";
import { troubleOf } from "../storage/object-store";

/** RFC 9457 problem document, plus `success: false` and a stable code. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  success: z.literal(false),
  code: z.string().describe("stable; docs/problems.md says when each is given and what to do"),
  errors: z.array(z.looseObject({ field: z.string(), message: z.string() })).optional(),
});

const TITLES: Readonly<Record<number, string>> = {
  400: "The request has the wrong shape",
  401: "Sign in first",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "In conflict with the present state",
  410: "No longer here",
  413: "Too large",
  415: "Unsupported media type",
  422: "Understood, but not possible",
  429: "Too many requests",
  500: "Something went wrong on our side",
  503: "Not available just now",
  507: "No room",
};

/** Seconds a caller is asked to wait when the database is away. */
const AWAY_RETRY_SECONDS = 3;
/** The same when files cannot be kept or fetched. */
const STORE_RETRY_SECONDS = 10;

/** Turns whatever was thrown into the answer for the caller: expected refusals as they are, the rest without its text. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseAway(error)) {
    return new AppError(
      503,
      "database_unavailable",
      // A connection that is lost while it commits takes the answer with it: nobody can say here that nothing was done.
      "The database cannot be reached just now. Look in a moment whether this was done, and try again if it was not.",
      {},
      AWAY_RETRY_SECONDS,
    );
  }
  if (isDatabaseFull(error)) {
    return new AppError(
      507,
      "database_full",
      "The database has no room left. What did not fit was not written; once there is room, look whether this was done, and try again if it was not.",
    );
  }
  const trouble = troubleOf(error);
  if (trouble === "full") {
    return new AppError(
      507,
      "file_store_full",
      "There is no room left where files are kept. Nothing of this one was kept; try again once there is room.",
    );
  }
  if (trouble === "away") {
    return new AppError(
      503,
      "file_store_unavailable",
      "Files cannot be kept or fetched just now. Nothing was lost; try again in a moment.",
      {},
      STORE_RETRY_SECONDS,
    );
  }
  return new AppError(
    500,
    "internal_error",
    "Something went wrong on our side, and we keep a record of it. Try again; if it stays, name the request_id.",
  );
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

/** Fields named in one refusal; a body may be wrong in very many places. */
const MOST_FIELDS = 50;
const LONGEST_NAME = 100;
/** A form with so many complaints was hardly meant. */
const MOST_OF_ONE = 3;

/** One field that was wrong, and what is wrong with it in words that follow its name. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** What does not fit a schema, field by field (400 invalid_request); the first is told in the detail as well. */
export function invalidShape(error: z.ZodError, where: "body" | "query" | "path"): AppError {
  const found = error.issues.slice(0, MOST_FIELDS).flatMap(fieldProblems).slice(0, MOST_FIELDS);
  // Of several complaints about one field, the last comes from its narrowest rule.
  const errors = [...new Map(found.map((problem) => [problem.field, problem])).values()];
  const [first, ...others] = errors;
  const name = first === undefined || first.field === "" ? "" : `${first.field}: `;
  const told = first === undefined ? "" : ` ${name}${first.message}.`;
  const more = others.length === 0 ? "" : ` ${others.length} more under "errors".`;
  return new AppError(400, "invalid_request", `The ${where} does not fit.${told}${more}`, { errors });
}

function fieldProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const name = (path: readonly PropertyKey[]): string => path.map((part) => cut(String(part))).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys
      .slice(0, MOST_FIELDS)
      .map((key) => ({ field: name([...issue.path, key]), message: issue.message }));
  }
  // A form that nearly fits says more than "none does": the one with the fewest complaints was meant.
  if (issue.code === "invalid_union") {
    const [nearest = [], next = []] = issue.errors.toSorted((one, other) => one.length - other.length);
    if (nearest.length < next.length && nearest.length < MOST_OF_ONE) {
      return nearest.flatMap((inner) => fieldProblems({ ...inner, path: [...issue.path, ...inner.path] }));
    }
  }
  return [{ field: name(issue.path), message: issue.message }];
}

/** Names come from the asker, too: they are not echoed at any length. */
function cut(text: string): string {
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}...` : text;
}
