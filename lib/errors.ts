/** Statuses that a problem document may carry (RFC 9457). */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503 | 507;

const BRAND = Symbol.for("evenhand.AppError");

/**
 * An expected refusal: its code is stable and machine-readable, its message is meant for the person who asked.
 * Everything else that is thrown answers 500 without its text. Known by a brand, not by its class: pages and routes are
 * bundled apart and each has a class of this name, while they share the one container that throws.
 */
export class AppError extends Error {
  readonly [BRAND] = true;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && BRAND in value;
  }

  constructor(
    readonly status: ProblemStatus,
    /** Stable, lower_snake_case. */
    readonly code: string,
    message: string,
    /** Further members of the problem document, such as the fields that were wrong. */
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = "AppError";
  }
}

export const notFound = (what: string): AppError => new AppError(404, "not_found", `${what} does not exist.`);
export const forbidden = (why = "You may not do this."): AppError => new AppError(403, "forbidden", why);
export const conflict = (code: string, message: string, details: Readonly<Record<string, unknown>> = {}): AppError =>
  new AppError(409, code, message, details);
export const unprocessable = (
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): AppError => new AppError(422, code, message, details);
