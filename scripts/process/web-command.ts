import { join } from "node:path";

/**
 * Node's arguments for the web process. The space for what is new, three times the figure, would grow to 96 MiB by itself,
 * and is kept then.
 */
export const WEB_COMMAND: readonly string[] = ["--max-semi-space-size=8", join("scripts", "web.mts")];
