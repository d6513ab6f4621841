import { atLeast, atMost, plain, type Bench, type Figure } from "./figure";
import { estimatesOf, type Told } from "./simulated-day/estimates";
import { judge, type Verdict } from "./simulated-day/judge";
import { dayKinds, type DayKind } from "./simulated-day/settings";

/** Not among those the estimator was tuned on (1 to 30). */
const SEEDS = [2_026, 2_027];
const LESS = 0.3;
const COVERAGE = [0.75, 0.85] as const;
const NEAR = 0.9;

export const waitEstimate: Bench = {
  name: "wait-estimate",
  about:
    `Simulated days of 10 hours, ${SEEDS.length} of each kind, none of them tuned on: 8 and 40 agents; load 0.6, 0.8, ` +
    "1, 1.15, 1.3, and rising from 0.6 to 1.3 and falling again; talks exponential, log-normal, and of two kinds mixed; " +
    "patience exponential and log-normal, 5 minutes on average; ringing and wrap-up included. The product's own " +
    "estimator speaks to every caller who has to wait, on arrival and every 30 s, from facts as old as the product's. " +
    "Judged by the wait until the answer, also of those who gave up: they would have been answered then. The average " +
    "of past waits is the best of five weights, chosen afterwards.",
  run(): Promise<Figure[]> {
    const figures = [8, 40].flatMap((agents) => {
      const kinds = dayKinds(agents).map((kind) => ({ kind, told: days(kind) }));
      return [
        ...pooled(
          agents,
          kinds.flatMap(({ told }) => told),
        ),
        ...apart(agents, kinds),
      ];
    });
    return Promise.resolve(figures);
  },
};

const days = (kind: DayKind): Told[] => SEEDS.flatMap((seed) => estimatesOf(kind.day(seed)));

function pooled(agents: number, told: readonly Told[]): Figure[] {
  const all = judge(told);
  const first = judge(told.filter((one) => one.first));
  const note = `${all.count} estimates, ${first.count} on arrival`;
  const name = (figure: string) => `${agents} agents: ${figure}`;
  return [
    atLeast(name("error below the average of past waits"), all.less, "", LESS, errors(all)),
    atLeast(name("the same, on arrival alone"), first.less, "", LESS, errors(first)),
    atLeast(name("waits within the 80 % range"), all.coverage, "", COVERAGE[0], note),
    atMost(name("waits within the 80 % range"), all.coverage, "", COVERAGE[1], `sooner ${share(all.below)}`),
    atLeast(name("the same, on arrival alone"), first.coverage, "", COVERAGE[0]),
    atMost(name("the same, on arrival alone"), first.coverage, "", COVERAGE[1], `sooner ${share(first.below)}`),
    ...near(agents, all, first),
    plain(name("the formula alone: waits within its range"), all.formulaCoverage, "", `error ${s(all.formulaError)}`),
  ];
}

function near(agents: number, all: Verdict, first: Verdict): Figure[] {
  const name = `${agents} agents: middle of the range within 30 s`;
  if (agents < 40) return [plain(name, all.near, "", `on arrival ${share(first.near)}`)];
  return [atLeast(name, all.near, "", NEAR), plain(`${name}, on arrival alone`, first.near, "")];
}

/** Each load for itself, on arrival: where the pooled figures come from. */
function apart(agents: number, kinds: readonly { kind: DayKind; told: Told[] }[]): Figure[] {
  const loads = [...new Set(kinds.map(({ kind }) => kind.load))];
  return loads.map((load) => {
    const told = kinds.filter(({ kind }) => kind.load === load).flatMap((one) => one.told);
    const verdict = judge(told.filter((one) => one.first));
    const note = `${verdict.count} callers, within the range ${share(verdict.coverage)}, within 30 s ${share(verdict.near)}`;
    return plain(`${agents} agents, load ${load}: error below the average, on arrival`, verdict.less, "", note);
  });
}

const s = (seconds: number): string => `${seconds.toFixed(1)} s`;
const share = (value: number): string => `${(value * 100).toFixed(1)} %`;

function errors({ error, averageError, averageWeight, lastWaitError, meanWait }: Verdict): string {
  return `${s(error)} of ${s(meanWait)}; average (weight ${averageWeight}) ${s(averageError)}, last wait ${s(lastWaitError)}`;
}
