import { startChild } from "../process/child";

export interface BeatLoad {
  /** Ends it; answers how many beats a second were acknowledged. */
  stop(): Promise<number>;
}

const STOP_MS = 10_000;

/** Beats of everybody who is signed in, from a process of their own, so that what is measured here does not wait for them. */
export async function beatLoad(databaseUrl: string, aSecond: number): Promise<BeatLoad> {
  const lines: string[] = [];
  const begun = Promise.withResolvers<void>();
  const child = startChild({
    args: ["scripts/bench/beating.ts"],
    env: { ...process.env, DATABASE_URL: databaseUrl, BEATS_A_SECOND: String(aSecond) },
    onLine: (line) => {
      lines.push(line);
      if (line === "beating") begun.resolve();
    },
  });
  const ended = child.exited.then((reason) => {
    throw new Error(`The beats ended with ${reason}:\n${lines.join("\n")}`);
  });
  await Promise.race([begun.promise, ended]);
  return {
    async stop() {
      await Promise.all([child.stop(STOP_MS), ended.catch(() => undefined)]);
      const rate = lines.map((line) => /^([\d.]+) a second$/.exec(line)?.[1]).find((found) => found !== undefined);
      if (rate === undefined) throw new Error(`The beats broke off:\n${lines.join("\n")}`);
      return Number(rate);
    },
  };
}
