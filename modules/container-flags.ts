import { features, flagsOffHere } from "@/lib/config/features";
import type { Db } from "@/lib/db/client";
import { logger } from "@/lib/logger";
import { ALL_LAYERS, type ReadinessLayers } from "@/modules/agents/domain/readiness";
import { AlertRepository } from "@/modules/alerts/repositories/alert.repository";
import { AlertBook } from "@/modules/alerts/services/alert-book.service";
import { shareOf, type FlagStanding } from "@/modules/flags/domain/flag-arms";
import { ExperimentRepository } from "@/modules/flags/repositories/experiment.repository";
import { FlagRepository } from "@/modules/flags/repositories/flag.repository";
import { FeatureFlags } from "@/modules/flags/services/feature-flags.service";
import { FlagExperimentsService } from "@/modules/flags/services/flag-experiments.service";
import { FlagSettingsService } from "@/modules/flags/services/flag-settings.service";

/** The part of the container that is about feature flags. */
export interface FlagSide {
  flags: FeatureFlags;
  flagSettings: FlagSettingsService;
  flagExperiments: FlagExperimentsService;
}

/** Which evidence of readiness counts where no call is concerned: what is on for anybody. Calls go by their own arms. */
export function layersOf(standing: FlagStanding | undefined): ReadinessLayers {
  if (!standing) return ALL_LAYERS;
  return {
    heartbeat: shareOf(standing, "FEATURE_AGENT_HEARTBEAT").share > 0,
    device: shareOf(standing, "FEATURE_DEVICE_CONNECTIVITY").share > 0,
  };
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
  const alerts = new AlertBook(db, new AlertRepository(db), logger("alerts"));
  return {
    flags,
    flagSettings: new FlagSettingsService(db, rows, flags, offHere),
    flagExperiments: new FlagExperimentsService(db, rows, new ExperimentRepository(db), flags, alerts),
  };
}
