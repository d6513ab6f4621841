import type { Verb } from "../execution";

/** Takes the call out of the queue it waits in. */
export const leaveQueue: Verb = () => Promise.resolve({ kind: "leave" });
