/** Something that stands in the way of a call, or lowers its chances. */
export interface ReadinessIssue {
  /** Stable, lower_snake_case. */
  code: string;
  message: string;
  /** What to do about it, in plain words. */
  remedy: string;
  /** Points it takes from 100. */
  penalty: number;
  /** No call is offered while it lasts. */
  blocking: boolean;
}

/** A penalty that is linear between two points and level outside them. */
export function ramp(value: number, from: number, to: number, least: number, most: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return Math.round((least + share * (most - least)) * 10) / 10;
}
