import type { FlagArms, FlagName } from "@/lib/types/flags";
import { armKey, armsOf, isOn, shareOf, type FlagStanding } from "../domain/flag-arms";
import type { FlagRepository } from "../repositories/flag.repository";

export interface FlagReading {
  /** Milliseconds that a reading may be old. */
  mostAgeMs(): number;
  offHere(): readonly FlagName[];
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

/**
 * What the flags say, for everybody who has to ask. A reading is kept for a moment, so that asking is free and a change
 * is still seen by every process within that moment; nobody is answered from an older one.
 */
export class FeatureFlags {
  private last: FlagStanding | undefined;
  private kept: { standing: FlagStanding; atMs: number } | undefined;
  private underWay: Promise<FlagStanding> | undefined;
  /** Grows with each change made here: a reading begun before it is not kept. */
  private changes = 0;

  constructor(
    private readonly rows: Pick<FlagRepository, "flags" | "rollback">,
    private readonly reading: FlagReading,
  ) {}

  /** Everything that decides now. Throws what the database throws when it has to be asked and cannot be. */
  async standing(): Promise<FlagStanding> {
    if (this.kept && this.reading.now() - this.kept.atMs < this.reading.mostAgeMs()) return this.kept.standing;
    this.underWay ??= this.read();
    return this.underWay;
  }

  /** The arms of a call that comes in now. */
  async armsOfCall(from: string, callSid: string): Promise<FlagArms> {
    return armsOf(await this.standing(), armKey(from, callSid));
  }

  /** Whether a flag is on where no call is concerned; `key` says for whom. */
  async isOn(name: FlagName, key: string): Promise<boolean> {
    return isOn(await this.standing(), name, key);
  }

  /** For how many calls in a hundred a flag is on now. */
  async shareNow(name: FlagName): Promise<number> {
    return shareOf(await this.standing(), name).share;
  }

  /** Makes sure that latest() is not older than a reading may be. */
  async refresh(): Promise<void> {
    await this.standing();
  }

  /** Whether a flag is on for anybody at all: what the house's own rounds go by. */
  async isOnForAny(name: FlagName): Promise<boolean> {
    return shareOf(await this.standing(), name).share > 0;
  }

  /** What was read last, for those who have just made sure by standing(); undefined before the first reading. */
  latest(): FlagStanding | undefined {
    return this.last;
  }

  /** The next question reads anew: somebody has just changed something in this process. */
  forget(): void {
    this.changes += 1;
    this.kept = undefined;
    this.underWay = undefined;
  }

  private async read(): Promise<FlagStanding> {
    // The age counts from before the reading: what is committed while it runs may be missing from it.
    const atMs = this.reading.now();
    const { changes } = this;
    try {
      const [flags, rollback] = await Promise.all([this.rows.flags(), this.rows.rollback()]);
      const standing = {
        offHere: this.reading.offHere(),
        rolledBack: rollback.active,
        settings: new Map(flags.map((flag) => [flag.name, flag])),
      };
      this.last = standing;
      if (changes === this.changes) this.kept = { standing, atMs };
      return standing;
    } finally {
      if (changes === this.changes) this.underWay = undefined;
    }
  }
}
