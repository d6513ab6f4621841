/**
 * A place in the order of live events: everything up to it has been told. `tx` is the writing transaction, `id` the
 * row; `knownAt` is when (seconds of the database's clock) everything up to here was known to be committed.
 */
export interface Position {
  tx: bigint;
  id: bigint;
  knownAt: number;
}

const FORM = /^(\d{1,19})\.(\d{1,19})\.(\d{1,12})$/;

/** As the `id` of a server-sent event, which a listener that comes back sends as Last-Event-ID. */
export function writePosition({ tx, id, knownAt }: Position): string {
  return `${tx}.${id}.${Math.floor(knownAt)}`;
}

/** Reads what a listener sent; undefined when it was not one of ours. */
export function readPosition(text: string): Position | undefined {
  const [, tx, id, knownAt] = FORM.exec(text) ?? [];
  if (tx === undefined || id === undefined || knownAt === undefined) return undefined;
  return { tx: BigInt(tx), id: BigInt(id), knownAt: Number(knownAt) };
}

/** Whether `one` lies after `other`. */
export function isAfter(one: Pick<Position, "tx" | "id">, other: Pick<Position, "tx" | "id">): boolean {
  return one.tx > other.tx || (one.tx === other.tx && one.id > other.id);
}

/** Seconds between an event's own time and its commit, at most: transactions are bounded far below. */
const SLOWEST_COMMIT_SECONDS = 120;

/**
 * Whether every event after `from` is still kept, so that a listener may go on where it stopped. It may not when events
 * of that time have been pruned, or when the position lies beyond `now`: then it comes from another database.
 */
export function canResume(from: Position, now: Position, keptSeconds: number): boolean {
  return !isAfter(from, now) && now.knownAt - from.knownAt < keptSeconds - SLOWEST_COMMIT_SECONDS;
}
