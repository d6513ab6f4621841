import type { ListSearch } from "./lead-filters";

/** Rows that one request brings. */
export const WINDOW_ROWS = 100;

/** Under which the browser keeps the `window`th WINDOW_ROWS of a search. */
export const windowKey = (search: ListSearch, window: number) => ["lead", "window", search, window] as const;

/** Which window a query of the browser keeps; undefined: another kind of query. */
export function windowOf([root, kind, , window]: readonly unknown[]): number | undefined {
  return root === "lead" && kind === "window" && typeof window === "number" ? window : undefined;
}
