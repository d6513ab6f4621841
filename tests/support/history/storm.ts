import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import type { Db } from "@/lib/db/client";
import { type Act, episode, rivals } from "./acts";
import type { Crew, Outcome } from "./crew";
import type { Answer } from "./messages";
import { deadly, mishap, type Mishap } from "./mishaps";
import { requestOf } from "./requests";
import { later, settle } from "./settle";
import type { Tally } from "./tally";
import { learnPlans, type World } from "./world";

export const WORKERS = 3;

/** What one worker is asked in a round: all at once, or one after the other. */
const list = fc.record({
  acts: fc.array(episode, { minLength: 1, maxLength: 3 }).map((episodes) => episodes.flat()),
  together: fc.boolean(),
});

const lists = fc.oneof(
  { weight: 2, arbitrary: fc.array(list, { minLength: WORKERS, maxLength: WORKERS }) },
  { weight: 1, arbitrary: rivals(WORKERS).map((all) => all.map((acts) => ({ acts, together: true }))) },
);

/** All workers at once, with what goes wrong meanwhile and while the dust settles. */
export const round = fc.record({
  lists,
  mishap: fc.option(mishap(WORKERS), { nil: null }),
  settling: fc.option(deadly, { nil: null, freq: 2 }),
});
export type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;

/** Answers that are right whatever else happens; a lost connection may also be answered as such. */
const EXPECTED: ReadonlySet<number> = new Set([200, 201, 202, 403, 404, 409, 410, 422]);
const CUT: ReadonlySet<string> = new Set(["database_unavailable"]);

/** Runs a round and lets it settle. Answers what was not to be answered, in words. */
export async function weather(db: Db, crew: Crew, world: World, given: Round, tally: Tally): Promise<string[]> {
  const wrong: string[] = [];
  const hear = (done: Act, outcome: Outcome | undefined): void => {
    if (outcome === undefined) return;
    tally.note(done, outcome);
    if (outcome === "died" || EXPECTED.has(outcome.status)) return;
    if (cutsConnections(given.mishap) && CUT.has(String(outcome.body.code))) return;
    wrong.push(`${JSON.stringify(done)} was answered ${outcome.status} ${JSON.stringify(outcome.body)}`);
  };
  if (given.mishap?.kind === "fault") await crew.arm(given.mishap.worker, given.mishap.fault);
  const trouble = strike(crew, given.mishap);
  await Promise.all(
    given.lists.map(async ({ acts, together }, worker) => {
      const perform = async (one: Act) => hear(one, await ask(db, crew, worker, world, one));
      if (together) await Promise.all(acts.map(perform));
      else for (const one of acts) await perform(one);
    }),
  );
  await trouble;
  for (let worker = 0; worker < WORKERS; worker += 1) await crew.arm(worker, null);
  await settle(db, crew, given.settling);
  await learnPlans(db, world);
  tally.rounds += 1;
  return wrong;
}

async function ask(db: Db, crew: Crew, worker: number, world: World, one: Act): Promise<Outcome | undefined> {
  if (one.kind === "later") {
    await later(db, crew);
    return undefined;
  }
  const request = requestOf(world, one);
  if (!request) return undefined;
  const outcome = await crew.ask(worker, request);
  if (outcome !== "died" && isPlanMade(outcome)) world.plans.push(outcome.body.plan.plan_id);
  if (outcome !== "died" && outcome.planId !== null) world.plans.push(outcome.planId);
  return outcome;
}

/** Whether the answer tells of a plan that was just made: what is applied next in the same list. */
function isPlanMade(answer: Answer): answer is Answer & { body: { plan: { plan_id: string } } } {
  const { plan } = answer.body;
  const made = typeof plan === "object" && plan !== null && "plan_id" in plan;
  return made && answer.status < 300;
}

function cutsConnections(given: Mishap | null): boolean {
  return given?.kind === "cut" || (given?.kind === "fault" && given.fault.kind.startsWith("cut"));
}

async function strike(crew: Crew, given: Mishap | null): Promise<void> {
  if (given === null || given.kind === "fault") return;
  await delay(given.afterMs);
  if (given.kind === "kill") await crew.kill(given.worker);
  else await crew.cutConnections();
}
