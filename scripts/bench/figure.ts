/** One measured number and the bound it is held to. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The bound, as text: "<= 240", ">= 0.8". */
  limit: string;
  /** value / limit where that says something. */
  ratio?: number;
  passed: boolean;
  /** What ran beside it, how often it was measured. */
  note?: string;
}

export interface BenchOptions {
  /** Leads in the database, for benches that need many; undefined for their own default. */
  leads: number | undefined;
  /** How much of its full length a long bench runs, 0 to 1: less while one works on it. */
  share: number;
}

export interface Bench {
  name: string;
  /** One sentence for docs/benchmarks.md: what is measured, and how. */
  about: string;
  run(options: BenchOptions): Promise<Figure[]>;
}

export function atMost(name: string, value: number, unit: string, bound: number, note?: string): Figure {
  const ratio = bound === 0 ? {} : { ratio: value / bound };
  return { name, value, unit, limit: `<= ${bound}`, ...ratio, passed: value <= bound, ...(note ? { note } : {}) };
}

export function atLeast(name: string, value: number, unit: string, bound: number, note?: string): Figure {
  const ratio = bound === 0 ? {} : { ratio: value / bound };
  return { name, value, unit, limit: `>= ${bound}`, ...ratio, passed: value >= bound, ...(note ? { note } : {}) };
}

/** A figure with no bound of its own: the machine decides it. */
export function plain(name: string, value: number, unit: string, note?: string): Figure {
  return { name, value, unit, limit: "", passed: true, ...(note ? { note } : {}) };
}

/** To three digits behind the point: for notes and ratios. */
export const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
