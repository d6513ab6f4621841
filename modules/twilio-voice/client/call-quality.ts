import type { Quality } from "./phone-problems";

/** One second of the SDK's statistics, in its units. */
export interface QualitySample {
  mos: number | null;
  /** Milliseconds. */
  rtt: number;
  /** Milliseconds. */
  jitter: number;
  /** Percent of the packets of this second. */
  packetsLostFraction: number;
}

export type QualityGrade = "good" | "fair" | "poor";

const WINDOW_SECONDS = 5;

/** Keeps the last seconds of a call and says how they were on average. */
export class QualityWindow {
  private readonly samples: QualitySample[] = [];

  add(sample: QualitySample): Quality {
    this.samples.push(sample);
    if (this.samples.length > WINDOW_SECONDS) this.samples.shift();
    return {
      mos: mean(this.samples.map((s) => s.mos)),
      rttMs: mean(this.samples.map((s) => s.rtt)),
      jitterMs: mean(this.samples.map((s) => s.jitter)),
      lossPercent: mean(this.samples.map((s) => s.packetsLostFraction)),
    };
  }
}

/**
 * How a call sounds, by the thresholds at which the Voice SDK warns: MOS 3.5, round trip 400 ms, jitter 30 ms, loss
 * 1 %. Null while nothing was measured.
 */
export function gradeOf(quality: Quality | null): QualityGrade | null {
  if (quality === null || Object.values(quality).every((value) => value === null)) return null;
  const { mos, rttMs, jitterMs, lossPercent } = quality;
  if ((mos ?? 5) < 3 || (rttMs ?? 0) > 800 || (jitterMs ?? 0) > 80 || (lossPercent ?? 0) > 5) return "poor";
  if ((mos ?? 5) < 3.5 || (rttMs ?? 0) > 400 || (jitterMs ?? 0) > 30 || (lossPercent ?? 0) > 1) return "fair";
  return "good";
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
