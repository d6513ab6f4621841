import fc from "fast-check";
import type { Fault } from "./messages";

const anyKind = fc.constantFrom<Fault["kind"]>(
  "die_before",
  "die_after",
  "die_before",
  "die_after",
  "cut_before",
  "cut_after",
);

/**
 * A process killed, or a connection lost, at one of the first statements; a fault beyond the last one that is sent never
 * happens.
 */
export const faultWithin = (statements: number, ...kinds: Fault["kind"][]): fc.Arbitrary<Fault> =>
  fc.record({
    kind: kinds.length === 0 ? anyKind : fc.constantFrom(...kinds),
    statement: fc.integer({ min: 1, max: statements }),
  });

const moment = fc.nat(40);

/** Statements that one worker's part of a round may come to. */
const STATEMENTS = 60;
/** Nobody works on a plan at rest: a sweep is short. */
export const deadly = faultWithin(30, "die_before", "die_after");

/** What goes wrong while a round runs: at a statement of one worker, or after so many milliseconds. */
export const mishap = (workers: number) =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("fault" as const),
        worker: fc.nat(workers - 1),
        fault: faultWithin(STATEMENTS),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("kill" as const), worker: fc.nat(workers - 1), afterMs: moment }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const), afterMs: moment }) },
  );
export type Mishap = ReturnType<typeof mishap> extends fc.Arbitrary<infer T> ? T : never;
