/**
 * How agents do at one yes-or-no outcome (a lead was reached, was won, was touched in time), each compared with what
 * the whole team does with the same kind of leads.
 *
 * Leads of one source and priority are a stratum. For agent a and stratum s, of n leads o came out well:
 *
 *   o ~ Binomial(n, sigmoid(ease_s + skill_a)),  skill_a ~ Normal(0, spread²),  ease_s ~ Normal(team's ease, 1)
 *
 * so that whoever is given the harder leads is expected less of, and whoever has few leads stays near the team's mean,
 * which is skill 0. It is the mixed-effects logistic model of profiling (Normand, Glickman and Gatsonis 1997; Efron and
 * Morris 1975 for the shrinkage). It is fitted by alternating posterior modes with Laplace's approximation (Breslow and
 * Clayton 1993); the spread is empirical Bayes, by EM, under a weak prior that keeps a small team from having none.
 */

export interface Cell {
  agentId: string;
  /** Source and priority. */
  stratum: string;
  /** Leads whose outcome is known. */
  n: number;
  /** How many of them came out well. */
  good: number;
}

export interface Skill {
  agentId: string;
  n: number;
  good: number;
  /** What the team as a whole would have had with the same leads. */
  expected: number;
  /** Log-odds against the team's mean, shrunk to it. */
  mean: number;
  /** Posterior standard deviation of `mean`. */
  sd: number;
}

/** Standard deviation of agents' log-odds that the spread is drawn to, and how many agents that prior weighs as much as. */
const PRIOR_SPREAD = 0.5;
const PRIOR_WEIGHT = 4;
/** Standard deviation of strata's log-odds around the team's. */
const EASE_SPREAD = 1;
const MOST_ROUNDS = 400;
const SETTLED = 1e-7;
/** Newton steps are bounded so that no start is too far away. */
const MOST_STEP = 2;

interface Effect {
  value: number;
  variance: number;
}

/** Fits the model; every agent of `agentIds` is in the answer, in that order, also those without any lead. */
export function fitSkills(agentIds: readonly string[], cells: readonly Cell[]): Skill[] {
  const known = cells.filter(({ n }) => n > 0);
  const byAgent = grouped(known, (cell) => cell.agentId);
  // With nobody to be compared with, good work and easy leads cannot be told apart.
  if (byAgent.size < 2) return agentIds.map((agentId) => incomparable(agentId, byAgent.get(agentId) ?? []));
  const byStratum = grouped(known, (cell) => cell.stratum);
  const base = teamEase(known);
  const eases = new Map([...byStratum.keys()].map((stratum) => [stratum, { value: base, variance: EASE_SPREAD ** 2 }]));
  const everyone = new Set([...agentIds, ...byAgent.keys()]);
  const skills = new Map([...everyone].map((agentId) => [agentId, { value: 0, variance: PRIOR_SPREAD ** 2 }]));
  const measured = [...byAgent.keys()].map((agentId) => effectIn(skills, agentId));
  const easeOf = (cell: Cell): number => eases.get(cell.stratum)?.value ?? base;
  const skillOf = (cell: Cell): number => skills.get(cell.agentId)?.value ?? 0;
  let spread2 = PRIOR_SPREAD ** 2;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let moved = 0;
    const fit = (
      effect: Effect,
      own: readonly Cell[],
      offset: (cell: Cell) => number,
      mean: number,
      prior2: number,
    ) => {
      const before = effect.value;
      Object.assign(effect, posterior(own, offset, effect.value, mean, prior2));
      moved = Math.max(moved, Math.abs(effect.value - before));
    };
    for (const [stratum, own] of byStratum) fit(effectIn(eases, stratum), own, skillOf, base, EASE_SPREAD ** 2);
    for (const [agentId, skill] of skills) fit(skill, byAgent.get(agentId) ?? [], easeOf, 0, spread2);
    moved = Math.max(moved, Math.abs(shift(measured, [...eases.values()], base, spread2)));
    const next = (sumOf(measured, secondMoment) + PRIOR_WEIGHT * PRIOR_SPREAD ** 2) / (measured.length + PRIOR_WEIGHT);
    moved = Math.max(moved, Math.abs(next - spread2));
    spread2 = next;
    if (moved < SETTLED) break;
  }
  return agentIds.map((agentId) => {
    const own = byAgent.get(agentId) ?? [];
    const { value, variance } = effectIn(skills, agentId);
    const ofStrata = strataVariance(own, easeOf, value, eases, variance);
    return {
      agentId,
      n: sumOf(own, ({ n }) => n),
      good: sumOf(own, ({ good }) => good),
      expected: sumOf(own, (cell) => cell.n * sigmoid(easeOf(cell))),
      mean: value,
      sd: Math.sqrt(variance + ofStrata),
    };
  });
}

function incomparable(agentId: string, own: readonly Cell[]): Skill {
  const good = sumOf(own, (cell) => cell.good);
  return { agentId, n: sumOf(own, ({ n }) => n), good, expected: good, mean: 0, sd: PRIOR_SPREAD };
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The mode and, by its curvature, the variance of an effect given all others, with a normal prior. */
function posterior(
  cells: readonly Cell[],
  offset: (cell: Cell) => number,
  from: number,
  mean: number,
  prior2: number,
): Effect {
  let value = from;
  let information = 1 / prior2;
  for (let step = 0; step < 25; step += 1) {
    let gradient = (mean - value) / prior2;
    information = 1 / prior2;
    for (const cell of cells) {
      const rate = sigmoid(offset(cell) + value);
      gradient += cell.good - cell.n * rate;
      information += cell.n * rate * (1 - rate);
    }
    const move = Math.max(-MOST_STEP, Math.min(MOST_STEP, gradient / information));
    value += move;
    if (Math.abs(move) < SETTLED / 10) break;
  }
  return { value, variance: 1 / information };
}

/**
 * What all agents have in common is the leads' ease and not their skill: moves it there, as far as the priors ask. Only
 * speeds up the fit, which would come to the same in hundreds of rounds. Answers how far it moved.
 */
function shift(skills: readonly Effect[], eases: readonly Effect[], base: number, spread2: number): number {
  const pull =
    sumOf(skills, ({ value }) => value) / spread2 - sumOf(eases, ({ value }) => value - base) / EASE_SPREAD ** 2;
  const common = pull / (skills.length / spread2 + eases.length / EASE_SPREAD ** 2);
  for (const skill of skills) skill.value -= common;
  for (const ease of eases) ease.value += common;
  return common;
}

/** What not knowing the strata's ease exactly adds to the variance of an agent's skill. */
function strataVariance(
  own: readonly Cell[],
  easeOf: (cell: Cell) => number,
  skill: number,
  eases: ReadonlyMap<string, Effect>,
  variance: number,
): number {
  return sumOf(own, (cell) => {
    const rate = sigmoid(easeOf(cell) + skill);
    return (variance * cell.n * rate * (1 - rate)) ** 2 * (eases.get(cell.stratum)?.variance ?? 0);
  });
}

/** The team's log-odds over all strata, drawn a little to even. */
function teamEase(cells: readonly Cell[]): number {
  const good = sumOf(cells, (cell) => cell.good) + 1;
  const bad = sumOf(cells, (cell) => cell.n - cell.good) + 1;
  return Math.log(good / bad);
}

const secondMoment = ({ value, variance }: Effect): number => value ** 2 + variance;

function effectIn(effects: ReadonlyMap<string, Effect>, key: string): Effect {
  const effect = effects.get(key);
  if (!effect) throw new Error(`there is no effect of ${key}`);
  return effect;
}

function grouped(cells: readonly Cell[], key: (cell: Cell) => string): Map<string, Cell[]> {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    const group = groups.get(key(cell));
    if (group) group.push(cell);
    else groups.set(key(cell), [cell]);
  }
  return groups;
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
