import type { Verb } from "../execution";

/** Ends the call. */
export const hangup: Verb = () => Promise.resolve({ kind: "hangup" });
