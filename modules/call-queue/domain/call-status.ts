/** The carrier's words for a call leg, by how far the leg has come. Equal ranks at the end: the first end counts. */
const RANK = {
  queued: 0,
  initiated: 1,
  ringing: 2,
  "in-progress": 3,
  completed: 4,
  busy: 4,
  "no-answer": 4,
  failed: 4,
  canceled: 4,
} as const;

export type CarrierStatus = keyof typeof RANK;

/** Reads a status from outside; undefined for words the carrier does not use. */
export function readCarrierStatus(text: string | undefined): CarrierStatus | undefined {
  return text !== undefined && Object.hasOwn(RANK, text) ? (text as CarrierStatus) : undefined;
}

export function isFinalStatus(status: CarrierStatus): boolean {
  return RANK[status] === RANK.completed;
}

/**
 * What a leg's status is after `reported` was heard: ranks only go up and the end is sticky, so that late, repeated
 * and reordered callbacks change nothing.
 */
export function laterStatus(present: CarrierStatus, reported: CarrierStatus): CarrierStatus {
  return RANK[reported] > RANK[present] ? reported : present;
}
