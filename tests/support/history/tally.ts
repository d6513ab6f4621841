import type { Db } from "@/lib/db/client";
import type { Act } from "./acts";
import type { Outcome } from "./crew";

/** What histories did, in figures, for whoever reads a soak's report. */
export class Tally {
  private readonly counts = new Map<string, number>();
  constructor(private readonly what: string) {}

  histories = 0;
  rounds = 0;

  note(act: Act, outcome: Outcome): void {
    const came =
      outcome === "died" ? "died" : `${outcome.status}${outcome.body.code ? ` ${String(outcome.body.code)}` : ""}`;
    const key = `${act.kind}: ${came}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  get acts(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Writes the figures of a soak; a short run has nothing to tell. */
  async report(db: Db, crew: { deaths: number }): Promise<void> {
    if (process.env.SOAK_RUNS === undefined && process.env.SOAK_MINUTES === undefined) return;
    const outcomes = await db.$queryRaw<{ line: string }[]>`
      SELECT lpad(count(*)::text, 8) || '  rows of plans: ' || coalesce(o.outcome, 'not applied') AS line
      FROM bulk_plan_chunks c CROSS JOIN LATERAL ROWS FROM (unnest(c.lead_ids), unnest(c.outcomes)) AS o(lead, outcome)
      GROUP BY o.outcome ORDER BY count(*) DESC`;
    const rounds = this.rounds === 0 ? "" : `${this.rounds} rounds, `;
    const figures = `${this.histories} histories, ${rounds}${this.acts} acts, ${crew.deaths} processes dead`;
    process.stdout.write(
      [`Histories ${this.what}: ${figures}`, ...this.lines(), ...outcomes.map(({ line }) => line), ""].join("\n"),
    );
  }

  /** One line an act and answer, the most frequent of each act first. */
  lines(): string[] {
    return [...this.counts]
      .sort(([one, n], [other, m]) => (one.split(":")[0] ?? "").localeCompare(other.split(":")[0] ?? "") || m - n)
      .map(([key, count]) => `${String(count).padStart(8)}  ${key}`);
  }
}
