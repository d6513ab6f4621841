import type { CommandKind } from "../domain/carrier-commands";

export interface BudgetRows {
  takePlace(callsPerSecond: number): Promise<number>;
  liveLegs(): Promise<number>;
}

export interface BudgetLimits {
  callsPerSecond: number;
  /** Legs at once; 0 for no limit of our own. */
  concurrentCalls: number;
}

/** Commands that place a call at the carrier. */
const PLACES_A_CALL: ReadonlySet<CommandKind> = new Set([
  "ring_agent",
  "ring_participant",
  "dial_customer",
  "dial_callback",
]);
/** Seconds until a leg may have ended. */
const FULL_SECONDS = 1;

/** What the account may do at the carrier, shared by all processes: who is over it waits, in order, and is not refused. */
export class CarrierBudget {
  constructor(
    private readonly rows: BudgetRows,
    private readonly limits: () => BudgetLimits,
  ) {}

  /** 0 when the command may run now, else the seconds until it may ask again. */
  async secondsUntil(kind: CommandKind): Promise<number> {
    if (!PLACES_A_CALL.has(kind)) return 0;
    const { callsPerSecond, concurrentCalls } = this.limits();
    if (concurrentCalls > 0 && (await this.rows.liveLegs()) >= concurrentCalls) return FULL_SECONDS;
    return this.rows.takePlace(callsPerSecond);
  }
}
