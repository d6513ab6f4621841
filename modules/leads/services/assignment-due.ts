import type { ReturnRules } from "../domain/return-policy";
import type { DueAssumption } from "../repositories/assignment.repository";
import type { DueTimes } from "./return-timer";

/** Milliseconds after which the rules are read anew even though nothing has contradicted them. */
const KEPT_MS = 5_000;

export interface ReturnRulesSource {
  /** The rules now, by the database's clock. */
  rules(): Promise<ReturnRules>;
}

/**
 * Works out return times before the statement that assigns a lead, so that it needs no round trip of its own. What it
 * takes for granted (the rules, and what the database's clock shows) is checked by that statement: when it does not
 * hold, nothing is assigned and `afresh` reads it again.
 */
export class AssignmentDue {
  private known: { rules: ReturnRules; readAt: number } | undefined;

  constructor(
    private readonly source: ReturnRulesSource,
    private readonly timer: { dueFrom(rules: ReturnRules, fromMs: number): DueTimes },
  ) {}

  async assume(afresh: boolean): Promise<DueAssumption> {
    const known = this.known;
    const age = known ? performance.now() - known.readAt : Number.POSITIVE_INFINITY;
    const { rules, readAt } = known && !afresh && age < KEPT_MS ? known : await this.read();
    const now = Math.round(rules.now.getTime() + performance.now() - readAt);
    return { times: this.timer.dueFrom(rules, now), rulesAt: rules.updatedAt, now: new Date(now) };
  }

  private async read(): Promise<{ rules: ReturnRules; readAt: number }> {
    const rules = await this.source.rules();
    this.known = { rules, readAt: performance.now() };
    return this.known;
  }
}
