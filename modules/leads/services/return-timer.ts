import type { Tx } from "@/lib/db/transaction";
import { BusinessClock } from "../domain/business-clock";
import type { Priority } from "../domain/lead";
import { dueTime, type ReturnRules } from "../domain/return-policy";
import type { ReturnPolicyRepository } from "../repositories/return-policy.repository";
import type { ReturnRecountRepository, TimedLead } from "../repositories/return-recount.repository";

/** When leads go back that are assigned at this moment and stay untouched, by priority; null when never. */
export type DueTimes = Record<Priority, Date | null>;

/** A clock looks ten years ahead of its beginning: after a day it is made anew. */
const KEPT_MS = 86_400_000;

/** Says when return timers end. The rules are read in the transaction that needs them; only the clock is kept. */
export class ReturnTimer {
  private known: { calendar: string; clock: BusinessClock } | undefined;

  constructor(
    private readonly policies: ReturnPolicyRepository,
    private readonly timers: ReturnRecountRepository,
  ) {}

  /** For leads assigned now, by the database's clock; asked in the transaction that assigns them. */
  async dueTimes(tx: Tx): Promise<DueTimes> {
    const rules = await this.policies.rules(tx);
    const at = rules.now.getTime();
    return this.dueFrom(rules, at);
  }

  /** As dueTimes(), for rules that are known and a time that may lie back. */
  dueFrom(rules: ReturnRules, fromMs: number): DueTimes {
    const clock = this.clockOf(rules, fromMs);
    const due = (priority: Priority): Date | null => dueTime(clock, rules, priority, fromMs);
    return { normal: due("normal"), high: due("high"), urgent: due("urgent") };
  }

  /**
   * Sets the timers of locked leads anew: those that are open, with an agent and untouched run to where they would if
   * they had been assigned `from` ("now": reopened or unlocked leads begin again; "assignment": another priority).
   */
  async restart(tx: Tx, leadIds: readonly string[], from: "now" | "assignment"): Promise<void> {
    const leads = await this.timers.among(tx, leadIds);
    if (leads.length === 0) return;
    const rules = await this.policies.rules(tx);
    const began = from === "now" ? leads.map((lead) => ({ ...lead, assignedAt: rules.now })) : leads;
    await this.timers.setDueTimes(tx, this.ends(rules, began));
  }

  /** When the timers of these leads end. */
  ends(rules: ReturnRules, leads: readonly TimedLead[]): { leadId: string; dueAt: Date | null }[] {
    const floor = rules.countsFrom?.getTime() ?? -Infinity;
    const began = (lead: TimedLead): number => Math.max(lead.assignedAt.getTime(), floor);
    const clock = this.clockOf(
      rules,
      leads.reduce((least, lead) => Math.min(least, began(lead)), Infinity),
    );
    return leads.map((lead) => ({ leadId: lead.leadId, dueAt: dueTime(clock, rules, lead.priority, began(lead)) }));
  }

  /** The calendar's clock from `fromMs` on, kept while the calendar is the same; null without a calendar. */
  private clockOf(rules: ReturnRules, fromMs: number): BusinessClock | null {
    if (rules.calendar === null) return null;
    const calendar = JSON.stringify(rules.calendar);
    const { known } = this;
    const fits =
      known?.calendar === calendar && known.clock.beginMs <= fromMs && fromMs < known.clock.beginMs + KEPT_MS;
    if (known && fits) return known.clock;
    const clock = new BusinessClock(rules.calendar, fromMs);
    this.known = { calendar, clock };
    return clock;
  }
}
