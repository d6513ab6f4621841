import { FLAG_NAMES, type FlagName } from "@/lib/types/flags";
import type { Db } from "@/lib/db/client";
import { inTransaction } from "@/lib/db/transaction";
import { requireStaff, systemActor, type Principal } from "@/lib/principal";
import type { AlertRaiser } from "@/modules/alerts/services/alert-book.service";
import { writeAudit } from "@/modules/audit/repositories/audit.repository";
import { publishLive } from "@/modules/realtime/repositories/live-event.repository";
import { compareArms, FEWEST_CALLS, harmBeyond, type ArmFigures, type Harm } from "../domain/experiment";
import type { ExperimentRepository } from "../repositories/experiment.repository";
import type { FlagRepository } from "../repositories/flag.repository";
import type { ExperimentView } from "../schemas";
import type { FeatureFlags } from "./feature-flags.service";

const RULE = "the flag's own rule";

/** A flag that is on for some calls and off for others compares them; a rule takes it back when it does harm. */
export class FlagExperimentsService {
  constructor(
    private readonly db: Db,
    private readonly rows: FlagRepository,
    private readonly figures: ExperimentRepository,
    private readonly flags: Pick<FeatureFlags, "forget" | "shareNow">,
    private readonly alerts: Pick<AlertRaiser, "raise">,
  ) {}

  /** Flags that are rolled out to a share of the calls, with what became of calls with and without (managers). */
  async read(principal: Principal): Promise<ExperimentView[]> {
    requireStaff(principal);
    return (await this.figures.figures(await this.rolledOut())).map(({ name, since, on, off }) => ({
      name: name as FlagName,
      since: since.toISOString(),
      on: arm(on),
      off: arm(off),
      ...differences(on, off),
      enough: on.calls >= FEWEST_CALLS && off.calls >= FEWEST_CALLS,
    }));
  }

  /** Switches off every flag whose rule is broken; answers how many. Safe at any time, twice at once. */
  async round(): Promise<number> {
    const settings = await this.rows.flags();
    const names = (await this.rolledOut()).filter((name) =>
      settings.some((row) => row.name === name && row.worseByPoints !== null),
    );
    if (names.length === 0) return 0;
    let switchedOff = 0;
    for (const { name, since, on, off } of await this.figures.figures(names)) {
      const points = settings.find((row) => row.name === name)?.worseByPoints ?? null;
      const harm = points === null ? undefined : harmBeyond(points, on, off);
      if (harm && (await this.switchOff(name, since, harm))) switchedOff += 1;
    }
    return switchedOff;
  }

  /** Flags that are on for some calls and off for others, all things considered. */
  private async rolledOut(): Promise<FlagName[]> {
    const shares = await Promise.all(
      FLAG_NAMES.map(async (name) => ({ name, share: await this.flags.shareNow(name) })),
    );
    return shares.filter(({ share }) => share > 0 && share < 100).map(({ name }) => name);
  }

  /** Unless somebody has set the flag since it was judged; answers whether it did. */
  private async switchOff(name: string, since: Date, harm: Harm): Promise<boolean> {
    const reason = harmWords(harm);
    const done = await inTransaction(this.db, async (tx) => {
      await this.rows.lock(tx);
      const before = (await this.rows.flags(tx)).find((row) => row.name === name);
      if (!before?.enabled || before.updatedAt > since) return false;
      await this.rows.put(tx, { name, enabled: false, percentage: before.percentage, reason, updatedBy: RULE });
      await writeAudit(tx, systemActor(RULE), [
        {
          action: "flag.switched_off_by_rule",
          entityType: "flag",
          entityId: name,
          before: { enabled: true, percentage: before.percentage },
          after: { enabled: false, percentage: before.percentage, reason },
        },
      ]);
      await publishLive(tx, [{ topic: "flag", audience: "staff", data: { name } }]);
      return true;
    });
    if (!done) return false;
    this.flags.forget();
    await this.alerts.raise("flag_harm", name, { of: harm.of, points: Math.round(harm.points) });
    return true;
  }
}

const arm = (figures: ArmFigures): ExperimentView["on"] => ({
  calls: figures.calls,
  in_time: figures.inTime,
  lost: figures.lost,
});

function differences(on: ArmFigures, off: ArmFigures): Pick<ExperimentView, "service_level" | "abandonment"> {
  const { serviceLevel, abandonment } = compareArms(on, off);
  return { service_level: serviceLevel, abandonment };
}

function harmWords({ of, points, atLeast }: Harm): string {
  const what = of === "service_level" ? "fewer calls are answered in time" : "more callers hang up";
  return `With it, ${what}: ${points.toFixed(1)} points, at least ${atLeast.toFixed(1)}.`;
}
