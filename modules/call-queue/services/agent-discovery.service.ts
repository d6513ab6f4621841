import type { FlagArms, FlagName } from "@/lib/types/flags";
import type { FeatureFlags } from "@/modules/flags/services/feature-flags.service";
import { discover, type Discovered, type ReadinessVerdict } from "../domain/discovery";
import type { PoolMember } from "../repositories/dispatch.repository";

/** Judges whether a member of the pool can take a call now; the readiness rules are the agents module's. */
export type JudgeReadiness = (member: PoolMember, arms: FlagArms) => ReadinessVerdict;

/** Flags without which the state of the device does not count. */
const DEVICE_FLAGS: readonly FlagName[] = ["FEATURE_ENHANCED_DISCOVERY", "FEATURE_DEVICE_CONNECTIVITY"];

export interface DiscoveryLog {
  warn(fields: object, message: string): void;
}

/** Whom a call may be offered to, by the arms the call began with. */
export class AgentDiscoveryService {
  private fellBack = 0;

  constructor(
    private readonly judge: JudgeReadiness,
    private readonly flags: Pick<FeatureFlags, "standing">,
    private readonly log: DiscoveryLog,
  ) {}

  /** Whether calls may wait, or come, for which the state of the device does not count. */
  async anyDevice(): Promise<boolean> {
    const { offHere, rolledBack, settings } = await this.flags.standing();
    if (rolledBack) return true;
    return DEVICE_FLAGS.some((name) => {
      const setting = settings.get(name);
      // A flag that somebody has ever set may have been off for calls that still wait.
      return offHere.includes(name) || setting !== undefined;
    });
  }

  /** How often this process had to fall back since it began; the ideal is 0. */
  get fallbacks(): number {
    return this.fellBack;
  }

  /** Sorts a pool that was read in one query. Members whose readiness cannot be worked out are logged. */
  among(pool: readonly PoolMember[], arms: FlagArms): Discovered<PoolMember> {
    const discovered = discover(pool, arms, this.judge);
    const [first] = discovered.unproven;
    if (first) {
      this.log.warn(
        { err: first.error, agents: discovered.unproven.map(({ agentId }) => agentId), way: discovered.way },
        "readiness could not be worked out",
      );
    }
    if (discovered.way === "fallback") this.fellBack += 1;
    return discovered;
  }
}
