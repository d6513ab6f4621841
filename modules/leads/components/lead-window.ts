import type { ListSearch } from "./lead-filters";

/** Rows that one request brings. */
export const WINDOW_ROWS = 100;

/** Under which the browser keeps the `window`th WINDOW_ROWS of a search. */
export const windowKey = (search: ListSearch, window: number) => ["lead", "window", search, window] as const;
