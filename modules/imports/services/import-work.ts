import type { Pace } from "@/lib/jobs/pace";

/** What kinds of work on an import have in common. */
export interface WorkManner {
  /** When to stop, looked at between two chunks, in milliseconds since 1970. */
  untilMs: number;
  /** Lets others go first, after each chunk. */
  pace: Pick<Pace, "rest">;
}

/** How a piece of work has ended: its import is at rest, waits for somebody with time, or is somebody else's. */
export type WorkEnd = "at rest" | "out of time" | "elsewhere";

/** Tests cut the work off here, as a process that dies would. */
export interface ImportHooks {
  /** Milliseconds between two signs of life, instead of the usual. */
  beatMs?: number;
  afterChunk?(importId: string, phase: "check" | "run" | "undo", done: number): void | Promise<void>;
}

/** Work that must not go on: somebody stopped it, or another runner has it. */
export class Halted extends Error {
  constructor(readonly why: "cancelled" | "lost") {
    super(`the import was halted: ${why}`);
  }
}
