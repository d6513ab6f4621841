import type { z } from "zod";
import type { readCall } from "../schemas";

/** One call with everything that happened to it. */
export type CallStory = z.output<NonNullable<typeof readCall.response>>;
