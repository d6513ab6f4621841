"use client";

import { useState } from "react";

/** The part of a query that its failure is read from. */
interface Asked {
  data: unknown;
  error: Error | null;
  /** How often it has failed for good; of a query with another key, from the beginning. */
  errorUpdateCount: number;
}

/**
 * Why a query has nothing to show, once it has failed: also while it is asked again, where the query itself would say
 * that it is pending, so that what is said does not come and go. Undefined before, and as soon as there is an answer.
 */
export function useFailure({ data, error, errorUpdateCount }: Asked): Error | undefined {
  const [kept, setKept] = useState<Error | null>(null);
  if (error !== null && error !== kept) setKept(error);
  return data === undefined && errorUpdateCount > 0 ? (error ?? kept ?? undefined) : undefined;
}
