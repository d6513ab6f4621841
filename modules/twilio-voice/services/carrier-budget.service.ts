import { Coalescer } from "@/lib/coalesce";
import type { CommandKind } from "../domain/carrier-commands";

export interface BudgetRows {
  takePlaces(wanted: number, callsPerSecond: number): Promise<{ places: number; seconds: number }>;
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
/** Calls that are asked for in one statement, and that wait to be. */
const ASKING = { batch: 100, most: 1_000 };

/** What the account may do at the carrier, shared by all processes: who is over it waits, in order, and is not refused. */
export class CarrierBudget {
  private asked = 0;
  /** The budget is one row that all processes write: this one asks once for all its calls that come together. */
  private readonly asking = new Coalescer<number, number>(String, (calls) => this.takePlaces(calls.length), ASKING);

  constructor(
    private readonly rows: BudgetRows,
    private readonly limits: () => BudgetLimits,
  ) {}

  /** 0 when the command may run now, else the seconds until it may ask again. */
  async secondsUntil(kind: CommandKind): Promise<number> {
    if (!PLACES_A_CALL.has(kind)) return 0;
    const { concurrentCalls } = this.limits();
    if (concurrentCalls > 0 && (await this.rows.liveLegs()) >= concurrentCalls) return FULL_SECONDS;
    this.asked += 1;
    return this.asking.submit(this.asked);
  }

  private async takePlaces(wanted: number): Promise<number[]> {
    const { places, seconds } = await this.rows.takePlaces(wanted, this.limits().callsPerSecond);
    return Array.from({ length: wanted }, (_, index) => (index < places ? 0 : seconds));
  }
}
