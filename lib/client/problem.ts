/** One field that was refused, as in a problem document's `errors`. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** Never reached the server, or it did not answer in time. */
export const NO_ANSWER = 0;

/** A request that was refused or failed; `detail` is written for the person who asked. */
export class ProblemError extends Error {
  constructor(
    /** The HTTP status, or NO_ANSWER. */
    readonly status: number,
    /** Stable, lower_snake_case; what programs compare. */
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly FieldProblem[] = [],
    /** Every member of the problem document. */
    readonly members: Readonly<Record<string, unknown>> = {},
    readonly retryAfterSeconds?: number,
  ) {
    super(detail);
    this.name = "ProblemError";
  }

  /** What is wrong with one field, in words. */
  field(name: string): string | undefined {
    return this.errors.find((problem) => problem.field === name)?.message;
  }

  /** A number among the members, such as a capacity. */
  figure(name: string): number | undefined {
    const value = this.members[name];
    return typeof value === "number" ? value : undefined;
  }
}

/** Reads a refusal's body; a body of any other kind becomes a problem without details. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const members = await readMembers(response);
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ProblemError(
    response.status,
    typeof members.code === "string" ? members.code : `http_${response.status}`,
    typeof members.detail === "string" ? members.detail : "The server answered in a way this page does not understand.",
    fieldProblems(members.errors),
    members,
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  );
}

async function readMembers(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null ? { ...body } : {};
  } catch {
    return {}; // A gateway's HTML page, or a torn body: the status is all there is to tell.
  }
}

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) return [];
    const { field, message } = entry as Record<string, unknown>;
    return typeof field === "string" && typeof message === "string" ? [{ field, message }] : [];
  });
}

/** What to tell the person, whatever was thrown. */
export function inWords(error: unknown): string {
  return error instanceof ProblemError ? error.detail : "Something went wrong on this page. Reload it, and try again.";
}
