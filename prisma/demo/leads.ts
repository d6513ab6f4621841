import { newId } from "@/lib/ids";
import { seededRandom } from "@/modules/agents/domain/seeded-random";
import { agents, type DemoAgent, teams, UNASSIGNED } from "./people";
import * as wording from "./wording";

const SEED = 20_261_121;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MONTHS_BACK_MS = 150 * 24 * HOUR_MS;
/** Leads that nobody has touched yet were assigned so short a time ago that their return timers still run. */
const JUST_ASSIGNED_MS = 0.75 * HOUR_MS;
const WORK_MS = 10 * 24 * HOUR_MS;

/** One lead of the demonstration with everything that has happened to it. */
export interface DemoLead {
  id: string;
  name: string;
  phone: string;
  email: string | null;
  source: string;
  disposition: string;
  priority: "normal" | "high" | "urgent";
  tags: string[];
  agent: DemoAgent | undefined;
  /** The name of the team whose lead it is, if any. */
  team: string | null;
  createdAt: Date;
  assignedAt: Date | null;
  /** In order of time, by the agent. */
  notes: { text: string; at: Date }[];
  /** When the disposition became what it is; null while it is new. */
  disposedAt: Date | null;
  /** A date, as midnight in UTC. */
  followUpOn: Date | null;
}

/** The lead that demonstration callers are: the telephone page dials from this number. */
const DANA = { name: "Dana Whitfield", phone: "+15550100100", email: "dana.whitfield@example.com" };

/** The demonstration's leads: always the same people, ending at `now`. */
export function demoLeads(now: Date): DemoLead[] {
  const make = new LeadMaker(now);
  const leads: DemoLead[] = [];
  for (const [index, agent] of agents.entries()) {
    for (let count = 0; count < agent.openLeads; count += 1) {
      leads.push(
        index === 0 && count === 0 ? make.dana(agent) : make.lead(agent, make.oneOf(wording.openDispositions)),
      );
    }
    for (let count = 0; count < agent.closed; count += 1) {
      leads.push(make.lead(agent, count < agent.converted ? "converted" : make.oneOf(wording.lostDispositions)));
    }
  }
  for (let count = 0; count < UNASSIGNED; count += 1) {
    // Every fifth belongs to the one team, every fifth to the other; the rest is everybody's.
    leads.push({ ...make.lead(undefined, "new"), team: teams[count % 5]?.name ?? null });
  }
  return leads;
}

class LeadMaker {
  private readonly random = seededRandom(SEED);
  private made = 0;

  constructor(private readonly now: Date) {}

  oneOf<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)] as T;
  }

  /** True in `share` of all cases. */
  private chance(share: number): boolean {
    return this.random() < share;
  }

  dana(agent: DemoAgent): DemoLead {
    return { ...this.lead(agent, "follow_up"), ...DANA, priority: "high", tags: ["enterprise", "demo-booked"] };
  }

  lead(agent: DemoAgent | undefined, disposition: string): DemoLead {
    this.made += 1;
    const name = `${this.oneOf(wording.firstNames)} ${this.oneOf(wording.lastNames)}`;
    const untouched = agent !== undefined && disposition === "new";
    const createdAt = untouched ? this.lately(JUST_ASSIGNED_MS, 24 * HOUR_MS) : this.createdAt(agent, disposition);
    const assignedBy = new Date(createdAt.getTime() + 30 * HOUR_MS);
    const assignedAt = untouched
      ? this.lately(0, JUST_ASSIGNED_MS)
      : agent
        ? this.between(createdAt, assignedBy)
        : null;
    const disposedAt = assignedAt && disposition !== "new" ? this.workedOn(assignedAt) : null;
    return {
      id: newId(),
      name,
      // The last four digits are spread, so that numbers do not look counted.
      phone: `+1555${String(2_010_000 + this.made * 7_919).slice(0, 7)}`,
      email: this.chance(0.8) ? `${name.toLowerCase().replace(" ", ".")}${this.made}@example.com` : null,
      source: this.oneOf(wording.sources),
      disposition,
      // An untouched urgent lead would go back to the pool before the demonstration has been looked at.
      priority: this.chance(0.08) && !untouched ? "urgent" : this.chance(0.2) ? "high" : "normal",
      tags: wording.tags.filter(() => this.chance(0.15)),
      agent,
      team: null,
      createdAt,
      assignedAt,
      notes: disposedAt && assignedAt ? this.notes(assignedAt, disposedAt) : [],
      disposedAt,
      // Some of them late, some due today, the others within days.
      followUpOn: disposition === "follow_up" ? this.day(((this.made * 5) % 11) - 2) : null,
    };
  }

  /** A date so many days from today. */
  private day(ahead: number): Date {
    return new Date(Math.floor(this.now.getTime() / DAY_MS) * DAY_MS + ahead * DAY_MS);
  }

  /** Unassigned leads are of this week; the others lie back some months, more of them lately. */
  private createdAt(agent: DemoAgent | undefined, disposition: string): Date {
    if (!agent) return new Date(this.now.getTime() - this.random() * 6 * 24 * HOUR_MS);
    const lately = disposition === "new" || disposition === "attempted" ? 0.2 : 1;
    return new Date(this.now.getTime() - 48 * HOUR_MS - this.random() ** 1.7 * MONTHS_BACK_MS * lately);
  }

  /** A time at least `leastMs` and at most `mostMs` ago. */
  private lately(leastMs: number, mostMs: number): Date {
    return new Date(this.now.getTime() - leastMs - this.random() * (mostMs - leastMs));
  }

  /** When the agent had worked on a lead: often within a day, now and then after a week. */
  private workedOn(assignedAt: Date): Date {
    return new Date(Math.min(this.now.getTime(), assignedAt.getTime() + this.random() ** 2 * WORK_MS));
  }

  private between(from: Date, to: Date): Date {
    const end = Math.min(to.getTime(), this.now.getTime());
    return new Date(from.getTime() + this.random() * Math.max(0, end - from.getTime()));
  }

  private notes(from: Date, to: Date): DemoLead["notes"] {
    const count = Math.floor(this.random() * 3.2);
    return Array.from({ length: count }, () => ({ text: this.oneOf(wording.notes), at: this.between(from, to) })).sort(
      (one, other) => one.at.getTime() - other.at.getTime(),
    );
  }
}
