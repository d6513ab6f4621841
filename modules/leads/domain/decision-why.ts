import type { SeatView } from "@/modules/agents/domain/dealer";
import { EXPLORED_SHARE, SCORE_FLOOR } from "@/modules/agents/domain/strategies";

/** How a deal stood just before one of its leads, with the words for those in it. */
export interface DealMoment {
  strategy: string;
  /** Who was dealt to, for a sentence: "everyone", "the team North", "the agents chosen". */
  pool: string;
  /** Whether a split was given. */
  split: boolean;
  candidates: readonly SeatView[];
  excluded: readonly { agentId: string; reason: string }[];
  chosenId: string;
  /** An agent's name. */
  name: (agentId: string) => string;
}

const REASONS: Readonly<Record<string, string>> = {
  away: "away",
  busy: "busy",
  offline: "offline",
  disabled: "switched off as an account",
  full: "full",
  not_in_team: "not a member of the team",
};

/** One plain sentence: why this agent got the lead. */
export function whySentence(moment: DealMoment): string {
  const { candidates, chosenId, strategy } = moment;
  const name = moment.name(chosenId);
  const chosen = candidates.find(({ agentId }) => agentId === chosenId);
  if (!chosen) return `${name} was dealt it.`;
  const others = candidates.filter((one) => one.able && one.agentId !== chosenId);
  if (others.length === 0) return `${name} was the only agent of ${moment.pool} who could be given it.`;
  const counts = others.map(({ count }) => count);
  const rest = `the ${others.length === 1 ? "other" : "others"} ${range(counts)}`;
  const tied = Math.min(...counts) === chosen.count ? ", and had waited longest" : "";
  switch (strategy) {
    case "round_robin":
      return `${name} was next in the rotation of ${moment.pool}: ${turns(chosen.count)}, ${rest}${tied}.`;
    case "capacity_based":
      return (
        `${name} had the first claim by free room among ${moment.pool}: ${places(chosen.room)} free when the deal began ` +
        `and ${leads(chosen.count)} dealt on them so far.`
      );
    case "performance_weighted":
      return `The draw among ${moment.pool} fell on ${name}, whose chance was ${percent(chanceOf(chosen, candidates))} with a score of ${points(chosen.score)}.`;
    default:
      return `A manager named ${name}, who had had ${leads(chosen.count)} of ${moment.split ? "their split" : "this request"}, ${rest}${tied}.`;
  }
}

/** One plain sentence: why the lead did not go to `agentId`. */
export function whyNotSentence(moment: DealMoment, agentId: string): string {
  const name = moment.name(agentId);
  const got = moment.name(moment.chosenId);
  if (agentId === moment.chosenId) return `${name} did get it.`;
  const out = moment.excluded.find((one) => one.agentId === agentId && one.reason !== "full");
  if (out) return `${name} was left out: ${REASONS[out.reason] ?? out.reason}.`;
  const one = moment.candidates.find((candidate) => candidate.agentId === agentId);
  const chosen = moment.candidates.find((candidate) => candidate.agentId === moment.chosenId);
  if (!one || !chosen) return `${name} was not among ${moment.pool}, to whom it was dealt.`;
  if (one.quota === 0) return `${name} had had all of their split.`;
  if (!one.able) return `${name} had no room: ${leads(one.openLeads)} open${promised(one)} of ${one.maxCapacity}.`;
  switch (moment.strategy) {
    case "round_robin":
      return one.count > chosen.count
        ? `${name} had had ${turns(one.count)} and ${got} ${chosen.count}.`
        : `${name} had had as many turns as ${got}, ${one.count}, and the last of them later.`;
    case "capacity_based":
      return (
        `${name} had the weaker claim: ${places(one.room)} free when the deal began and ${leads(one.count)} dealt on them, ` +
        `${got} ${chosen.room} and ${chosen.count}.`
      );
    case "performance_weighted":
      return `${name} had a chance of ${percent(chanceOf(one, moment.candidates))}, and the draw fell on ${got}.`;
    default:
      return one.count > chosen.count
        ? `${name} had had ${leads(one.count)} of this request and ${got} ${chosen.count}.`
        : `${name} had had as many leads of this request as ${got}, ${one.count}, and the last of them later.`;
  }
}

export interface SingleDecision {
  strategy: string;
  /** null when the lead was given to nobody. */
  agent: string | null;
  previous: string | null;
  /** The name of whoever decided; null for the program. */
  decidedBy: string | null;
  overrideReason: string | null;
  explanation: Readonly<Record<string, unknown>>;
}

/** One plain sentence for a decision that no strategy made. */
export function singleSentence(decision: SingleDecision): string {
  const { agent, previous, decidedBy } = decision;
  const by = decidedBy ?? "The program";
  const whom = agent ?? "nobody";
  switch (decision.strategy) {
    case "manual":
      return `${by} chose ${whom}${loadOf(decision.explanation)}${overriddenOf(decision)}.`;
    case "undo":
      return agent === null
        ? `${by} undid a bulk change, which left the lead with nobody again.`
        : `${by} undid a bulk change, which gave the lead back to ${agent}.`;
    case "return_timer":
      return `${previous ?? "Its agent"} had not worked on it in time, so it went back to the pool.`;
    case "merge":
      return `${by} merged another lead into this one, which then was with ${whom}.`;
    case "unmerge":
      return `${by} undid a merge, after which the lead was with ${whom}.`;
    case "restore":
      return `${by} brought the lead back, with ${whom}.`;
    default:
      return agent === null ? `${by} took it from ${previous ?? "its agent"}.` : `${by} gave it to ${agent}.`;
  }
}

function loadOf({ before }: Readonly<Record<string, unknown>>): string {
  if (!isCounters(before)) return "";
  return `, who had ${leads(before.openLeads)} open and a capacity of ${before.maxCapacity}`;
}

export function isCounters(value: unknown): value is { openLeads: number; maxCapacity: number } {
  if (typeof value !== "object" || value === null) return false;
  const { openLeads, maxCapacity } = value as { openLeads?: unknown; maxCapacity?: unknown };
  return typeof openLeads === "number" && typeof maxCapacity === "number";
}

function overriddenOf({ explanation, overrideReason }: SingleDecision): string {
  if (overrideReason === null) return "";
  const kinds = Array.isArray(explanation.overridden) ? explanation.overridden : [];
  const full = kinds.some((one: unknown) => (one as { kind?: unknown }).kind === "capacity_exceeded");
  return `, ${full ? "past their capacity" : "although they took no leads just then"}: “${overrideReason}”`;
}

function chanceOf(one: SeatView, candidates: readonly SeatView[]): number {
  const able = candidates.filter((candidate) => candidate.able);
  const weight = ({ score }: SeatView): number => Math.max(SCORE_FLOOR, score);
  const all = able.reduce((sum, candidate) => sum + weight(candidate), 0);
  return (1 - EXPLORED_SHARE) * (weight(one) / all) + EXPLORED_SHARE / able.length;
}

const plural = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;
const turns = (count: number): string => plural(count, "turn", "turns");
const leads = (count: number): string => plural(count, "lead", "leads");
const places = (count: number): string => plural(count, "place", "places");
const points = (score: number): string => String(Math.round(score * 10) / 10);
const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
const promised = ({ reserved }: SeatView): string => (reserved > 0 ? ` and ${reserved} promised` : "");

function range(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least} to ${most}`;
}
