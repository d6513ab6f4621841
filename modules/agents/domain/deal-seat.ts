/** An agent who may be given leads, as a deal begins. */
export interface Candidate {
  agentId: string;
  openLeads: number;
  /** Places that plans under way have been promised and have not used yet. */
  reserved: number;
  maxCapacity: number;
  /** Microseconds since 1970; null when the agent never had a lead. */
  lastAssignedAt: number | null;
  /** 0 to 100. */
  score: number;
  /** manual with a split: leads this agent is to get. */
  quota?: number;
  /** manual without a split: leads this agent has had from the same request. */
  given?: number;
}

/** One agent while leads are being dealt. */
export interface Seat {
  readonly agentId: string;
  readonly score: number;
  /** Free places at the beginning; what capacity_based is in proportion to. */
  readonly room: number;
  /** Open leads above which nothing is given: the capacity without what is reserved. */
  readonly limit: number;
  readonly openAtStart: number;
  readonly givenAtStart: number;
  /** Breaks ties that the cursor leaves. */
  readonly draw: number;
  open: number;
  /** The most open leads after any lead so far. */
  peak: number;
  given: number;
  /** Grows with every lead dealt: who has the least has waited longest. */
  cursor: number;
  /** Leads the split still allows. */
  quota: number;
}

export function seatOf(candidate: Candidate, draw: number): Seat {
  const { agentId, score, openLeads, reserved, maxCapacity, lastAssignedAt, quota, given = 0 } = candidate;
  return {
    agentId,
    score,
    room: Math.max(0, maxCapacity - reserved - openLeads),
    limit: maxCapacity - reserved,
    openAtStart: openLeads,
    givenAtStart: given,
    draw,
    open: openLeads,
    peak: openLeads,
    given,
    cursor: lastAssignedAt ?? -1,
    quota: quota ?? Number.POSITIVE_INFINITY,
  };
}

export const hasRoom = (seat: Seat): boolean => seat.open < seat.limit;

/** Who has waited longest for a lead; then as the seed drew. Never by name, id or the order of a list. */
export const byCursor = (one: Seat, other: Seat): number => one.cursor - other.cursor || one.draw - other.draw;
