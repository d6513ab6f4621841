import type { DaySettings } from "./day";
import { exponential, logNormal, mixture, seeded, type Draw } from "./random";

/** A kind of day: who calls, how long they talk, how long they stay. */
export interface DayKind {
  name: string;
  agents: number;
  load: string;
  patience: string;
  day: (seed: number) => DaySettings;
}

const HOURS = 10;

/** Seconds; means of 205 each. The last one is two kinds of calls under one number. */
const TALKS: Readonly<Record<string, Draw>> = {
  exponential: exponential(205),
  "log-normal": logNormal(205, 0.7),
  mixed: mixture(0.8, logNormal(120, 0.6), logNormal(545, 0.5)),
};
/** Seconds a caller waits before giving up; the second is hardly anybody at once, then many. */
const PATIENCES: Readonly<Record<string, Draw>> = {
  exponential: exponential(300),
  "log-normal": logNormal(300, 0.8),
};
/** The agent may end it early, the product ends it after 60 s. */
const wrapUp: Draw = (random) => Math.min(60, logNormal(32, 0.6)(random));
const ring: Draw = (random) => Math.min(20, 2 + exponential(4)(random));

const LOADS: readonly { name: string; load: (moment: number) => number; mostLoad: number }[] = [
  ...[0.6, 0.8, 1, 1.15, 1.3].map((load) => ({ name: String(load), load: () => load, mostLoad: load })),
  { name: "0.6 to 1.3", load: (moment) => 0.6 + 0.7 * Math.sin(Math.PI * moment) ** 2, mostLoad: 1.3 },
];

/** Every kind of day with so many agents: each load, handle time and patience with each other. */
export function dayKinds(agents: number): DayKind[] {
  return Object.entries(TALKS).flatMap(([talkName, talk]) => {
    const handleSeconds = meanOf(talk) + meanOf(wrapUp) + meanOf(ring);
    return Object.entries(PATIENCES).flatMap(([patienceName, patience]) =>
      LOADS.map(({ name, load, mostLoad }) => ({
        name: `${talkName} talk, ${patienceName} patience, load ${name}`,
        agents,
        load: name,
        patience: patienceName,
        day: (seed: number) => ({
          seed,
          agents,
          load,
          mostLoad,
          daySeconds: HOURS * 3_600,
          talk,
          wrapUp,
          ring,
          handleSeconds,
          patience,
        }),
      })),
    );
  });
}

function meanOf(draw: Draw): number {
  const random = seeded(7);
  let sum = 0;
  for (let i = 0; i < 100_000; i += 1) sum += draw(random);
  return sum / 100_000;
}
