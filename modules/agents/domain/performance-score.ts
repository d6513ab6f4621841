import { fitSkills, sigmoid, type Skill } from "./performance-model";

/** One source and priority of an agent's leads, counted. */
export interface LeadCounts {
  agentId: string;
  /** null: one of the rarer sources, which count as one. */
  source: string | null;
  priority: string;
  /** Leads somebody worked on, and those among them that were reached. */
  worked: number;
  contacted: number;
  /** Reached leads that are closed, and those among them that were won. */
  decided: number;
  converted: number;
  /** Leads that were touched or waited long enough to tell, and those that were touched in time. */
  timed: number;
  prompt: number;
}

export const partNames = ["contact", "conversion", "promptness"] as const;
export type PartName = (typeof partNames)[number];

/** What each part weighs in the score; together 1. */
export const WEIGHTS: Readonly<Record<PartName, number>> = { contact: 0.3, conversion: 0.5, promptness: 0.2 };

/** A first touch is in time within this many hours of the assignment. */
export const PROMPT_HOURS = 24;
/** Leads assigned longer ago than this say little of how somebody works now. */
export const WINDOW_DAYS = 180;
/** The score of somebody of whom nothing is known, and of the team's mean. */
export const TEAM_SCORE = 50;
/** Standard deviations to either side that hold 90 % of a normal distribution. */
export const NINETY_PERCENT = 1.6449;
/** Sources beyond the commonest count as one, so that a free text cannot make strata without end. */
export const MOST_SOURCES = 40;

/** The counts with all sources but the MOST_SOURCES commonest taken together as one. */
export function commonSources(counts: readonly LeadCounts[]): LeadCounts[] {
  const weights = new Map<string, number>();
  for (const { source, timed, worked } of counts) {
    if (source !== null) weights.set(source, (weights.get(source) ?? 0) + timed + worked);
  }
  const ranked = [...weights].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const common = new Set(ranked.slice(0, MOST_SOURCES).map(([source]) => source));
  const merged = new Map<string, LeadCounts>();
  for (const row of counts) {
    const source = row.source !== null && common.has(row.source) ? row.source : null;
    const key = JSON.stringify([row.agentId, source, row.priority]);
    const sum = merged.get(key);
    merged.set(key, sum ? added(sum, row) : { ...row, source });
  }
  return [...merged.values()];
}

const added = (a: LeadCounts, b: LeadCounts): LeadCounts => ({
  ...a,
  worked: a.worked + b.worked,
  contacted: a.contacted + b.contacted,
  decided: a.decided + b.decided,
  converted: a.converted + b.converted,
  timed: a.timed + b.timed,
  prompt: a.prompt + b.prompt,
});

export interface PartScore {
  name: PartName;
  /** 0 to 100; 50 is the team's mean, 66.7 twice its odds. */
  score: number;
  low: number;
  high: number;
  /** Leads that count for it, how many came out well, and how many would have with the team's mean. */
  n: number;
  good: number;
  expected: number;
}

export interface Performance {
  agentId: string;
  /** 0 to 100, one decimal. */
  score: number;
  /** The true score lies between these with a probability of 90 %. */
  low: number;
  high: number;
  /** Posterior standard deviation of the score. */
  sd: number;
  parts: PartScore[];
}

/**
 * Every agent's score from the leads of all, by the published formula (docs/performance-score.md):
 *
 *   part  = 100 * sigmoid(skill)        for contact, conversion and promptness, each as fitSkills() says
 *   score = 0.3 * contact + 0.5 * conversion + 0.2 * promptness
 *
 * The interval is the central 90 % of the posterior, its parts taken as independent: conversion is counted among reached
 * leads only, so that it and contact say different things. Rounded to one decimal at the end.
 */
export function performanceScores(agentIds: readonly string[], counts: readonly LeadCounts[]): Performance[] {
  return exactScores(agentIds, counts).map((own) => ({ ...own, ...interval(own.score, own.sd) }));
}

type Placed = Pick<Performance, "score" | "sd">;

export interface Standing {
  /** How many others cannot be told apart from this agent. */
  comparableWith: number;
  /** The best and the worst place this agent may have among all. */
  bestRank: number;
  worstRank: number;
}

/** Where one of `all` stands: two agents are told apart when 0 is outside the central 90 % of their difference. */
export function standingAmong(own: Placed, all: readonly Placed[]): Standing {
  const apart = (other: Placed): boolean =>
    Math.abs(other.score - own.score) > NINETY_PERCENT * Math.hypot(other.sd, own.sd);
  const better = all.filter((other) => other.score > own.score && apart(other)).length;
  const worse = all.filter((other) => other.score < own.score && apart(other)).length;
  return { comparableWith: all.length - 1 - better - worse, bestRank: better + 1, worstRank: all.length - worse };
}

interface ExactScore {
  agentId: string;
  score: number;
  sd: number;
  parts: PartScore[];
}

/** Scores before rounding, for comparisons. */
export function exactScores(agentIds: readonly string[], counts: readonly LeadCounts[]): ExactScore[] {
  const skillsByPart = partNames.map((name) => {
    const cells = counts.map((row) => ({
      agentId: row.agentId,
      stratum: `${row.priority} of ${row.source ?? "other sources"}`,
      ...outcome(name, row),
    }));
    return { name, skills: new Map(fitSkills(agentIds, cells).map((skill) => [skill.agentId, skill])) };
  });
  return agentIds.map((agentId) => {
    let score = 0;
    let variance = 0;
    const parts = skillsByPart.map(({ name, skills }) => {
      const skill = skills.get(agentId);
      if (!skill) throw new Error(`there is no ${name} of ${agentId}`);
      const value = 100 * sigmoid(skill.mean);
      const sd = slope(skill.mean) * skill.sd;
      score += WEIGHTS[name] * value;
      variance += (WEIGHTS[name] * sd) ** 2;
      return partScore(name, skill);
    });
    return { agentId, score, sd: Math.sqrt(variance), parts };
  });
}

function partScore(name: PartName, skill: Skill): PartScore {
  const { mean, sd, n, good, expected } = skill;
  return {
    name,
    score: rounded(100 * sigmoid(mean)),
    low: rounded(100 * sigmoid(mean - NINETY_PERCENT * sd)),
    high: rounded(100 * sigmoid(mean + NINETY_PERCENT * sd)),
    n,
    good,
    expected: rounded(expected),
  };
}

function outcome(name: PartName, row: LeadCounts): { n: number; good: number } {
  switch (name) {
    case "contact":
      return { n: row.worked, good: row.contacted };
    case "conversion":
      return { n: row.decided, good: row.converted };
    case "promptness":
      return { n: row.timed, good: row.prompt };
  }
}

function interval(score: number, sd: number): { score: number; low: number; high: number } {
  const reach = NINETY_PERCENT * sd;
  return {
    score: rounded(score),
    low: rounded(Math.max(0, score - reach)),
    high: rounded(Math.min(100, score + reach)),
  };
}

/** How much 100 * sigmoid grows at x. */
const slope = (x: number): number => 100 * sigmoid(x) * (1 - sigmoid(x));
const rounded = (value: number): number => Math.round(value * 10) / 10;
