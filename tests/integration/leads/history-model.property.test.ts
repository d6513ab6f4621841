import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import { Crew, START_MS } from "@/tests/support/history/crew";
import { Model } from "@/tests/support/history/model/model";
import { firstState } from "@/tests/support/history/model/state";
import { brokenPlans } from "@/tests/support/history/plan-laws";
import { runHistories, timeoutMs } from "@/tests/support/history/run-histories";
import { calm, rough, Solo, type SoloStep } from "@/tests/support/history/solo";
import { Tally } from "@/tests/support/history/tally";
import { CAPACITY, createWorld, databaseNow, hireStaff, type Staff } from "@/tests/support/history/world";
import { brokenLaws, recordWrites } from "@/tests/support/lead-laws";
import { testHouse } from "@/tests/support/test-house";

const SECONDS = 6;
const house = testHouse({ poolSize: 4 });
const tally = new Tally("of one process beside the model");
let crew: Crew;
let staff: Staff;

beforeAll(async () => {
  await withConnection(house.url, recordWrites);
  staff = await hireStaff(house.container);
  crew = new Crew(house.db, house.url, 1);
  await crew.start();
}, START_MS);

afterAll(async () => {
  await crew.stop();
  await tally.report(house.db, crew);
});

const histories = (episode: typeof calm) =>
  fc.array(episode, { minLength: 8, maxLength: 25, size: "max" }).map((episodes) => episodes.flat());

async function perform(steps: SoloStep[]): Promise<void> {
  const world = await createWorld(house.container, staff);
  const model = new Model(firstState(CAPACITY), staff);
  const solo = new Solo(house.db, crew, world, model, await databaseNow(house.db), tally);
  for (const step of steps) await solo.step(step);
  const agents = world.agents.map(({ agentId }) => agentId);
  expect(await brokenLaws(house.db, world.leads, agents)).toEqual([]);
  expect(await brokenPlans(house.db, world.leads)).toEqual([]);
  tally.histories += 1;
}

it(
  "answers as the model does and leaves what it leaves",
  () => runHistories(histories(calm), perform, SECONDS),
  timeoutMs(SECONDS),
);

// Making a counterexample smaller would take a new process for each try.
it(
  "has done an act whole or not at all, wherever its process was killed over it",
  () => runHistories(histories(rough), perform, SECONDS, { endOnFailure: true }),
  timeoutMs(SECONDS),
);
