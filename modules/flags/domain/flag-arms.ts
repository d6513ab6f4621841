import { createHash } from "node:crypto";
import { FLAG_DEFAULT_SHARE, FLAG_NAMES, type FlagArms, type FlagName } from "@/lib/types/flags";

/** A flag as somebody set it in the database. */
export interface FlagSetting {
  enabled: boolean;
  /** Share of the calls it is on for, 0 to 100. */
  percentage: number;
}

/** Everything that decides about flags at one moment. */
export interface FlagStanding {
  /** Switched off by the environment of this process. */
  offHere: readonly FlagName[];
  /** The emergency switch: every flag is off. */
  rolledBack: boolean;
  settings: ReadonlyMap<string, FlagSetting>;
}

export type FlagSource = "environment" | "rollback" | "database" | "default";

/** For how many calls in a hundred a flag is on, and what says so: the first of the sources that speaks. */
export function shareOf(standing: FlagStanding, name: FlagName): { share: number; source: FlagSource } {
  if (standing.offHere.includes(name)) return { share: 0, source: "environment" };
  if (standing.rolledBack) return { share: 0, source: "rollback" };
  const setting = standing.settings.get(name);
  if (!setting) return { share: FLAG_DEFAULT_SHARE, source: "default" };
  return { share: setting.enabled ? setting.percentage : 0, source: "database" };
}

/**
 * Whether a flag is on for this key. The same key always falls on the same side of a percentage, one flag says nothing
 * about another, and a percentage that grows only adds keys.
 */
export function isOn(standing: FlagStanding, name: FlagName, key: string): boolean {
  return bucketOf(name, key) < shareOf(standing, name).share;
}

/** The arm of every flag for one key. */
export function armsOf(standing: FlagStanding, key: string): FlagArms {
  return Object.fromEntries(FLAG_NAMES.map((name) => [name, isOn(standing, name, key)])) as Record<FlagName, boolean>;
}

/** Numbers that carriers send in place of a withheld one. */
const WITHHELD: ReadonlySet<string> = new Set(["+266696687", "+7378742833", "+2562533", "+8566696", "+86282452253"]);

/** What a call's arms are chosen by: the caller's number, or the call itself when the caller has none. */
export function armKey(from: string, callSid: string): string {
  return /^\+[1-9]\d{6,14}$/.test(from) && !WITHHELD.has(from) ? from : callSid;
}

/** 0 to below 100: where a key stands within one flag. */
function bucketOf(name: FlagName, key: string): number {
  const hash = createHash("sha256").update(`${name}:${key}`).digest();
  return (hash.readUIntBE(0, 6) / 2 ** 48) * 100;
}
