import { features, flagsOffHere } from "@/lib/config/features";
import type { Db } from "@/lib/db/client";
import { FlagRepository } from "@/modules/flags/repositories/flag.repository";
import { FeatureFlags } from "@/modules/flags/services/feature-flags.service";
import { FlagSettingsService } from "@/modules/flags/services/flag-settings.service";

/** The part of the container that is about feature flags. */
export interface FlagSide {
  flags: FeatureFlags;
  flagSettings: FlagSettingsService;
}

/** Makes the flag side once a process. */
export function createFlagSide(db: Db): FlagSide {
  const rows = new FlagRepository(db);
  const offHere = () => flagsOffHere();
  const flags = new FeatureFlags(rows, {
    mostAgeMs: () => features().FLAG_CACHE_MS,
    offHere,
    now: () => performance.now(),
  });
  return { flags, flagSettings: new FlagSettingsService(db, rows, flags, offHere) };
}
