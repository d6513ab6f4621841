import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import { Crew, START_MS } from "@/tests/support/history/crew";
import { slowWrites } from "@/tests/support/history/overlap";
import { brokenPlans } from "@/tests/support/history/plan-laws";
import { runHistories, timeoutMs } from "@/tests/support/history/run-histories";
import { type Round, round, weather, WORKERS } from "@/tests/support/history/storm";
import { Tally } from "@/tests/support/history/tally";
import { createWorld, hireStaff, SMALL, type Staff, type WorldSize } from "@/tests/support/history/world";
import { brokenLaws, recordWrites } from "@/tests/support/lead-laws";
import { testHouse } from "@/tests/support/test-house";

const SECONDS = 6;
/** Three chunks of a plan, and room for about half of them. */
const CROWDED: WorldSize = { crowd: 1_200, unit: 100 };
const house = testHouse({ poolSize: 4 });
const tally = new Tally("of several processes at once");
let crew: Crew;
let staff: Staff;

beforeAll(async () => {
  await withConnection(house.url, recordWrites);
  await withConnection(house.url, slowWrites);
  staff = await hireStaff(house.container);
  crew = new Crew(house.db, house.url, WORKERS);
  await crew.start();
}, START_MS);

afterAll(async () => {
  await crew.stop();
  await tally.report(house.db, crew);
});

const histories = (rounds: number) => fc.array(round, { minLength: 2, maxLength: rounds, size: "max" });

const perform =
  (size: WorldSize) =>
  async (rounds: Round[]): Promise<void> => {
    const world = await createWorld(house.container, staff, size);
    const agents = world.agents.map(({ agentId }) => agentId);
    for (const one of rounds) {
      expect(await weather(house.db, crew, world, one, tally), crew.words()).toEqual([]);
      expect(await brokenLaws(house.db, world.everyLead, agents)).toEqual([]);
      expect(await brokenPlans(house.db, world.everyLead)).toEqual([]);
    }
    tally.histories += 1;
  };

// What runs at once never runs twice alike: a smaller counterexample would be a matter of luck.
const asItIs = { endOnFailure: true };

it(
  "keeps laws 5 and 6 whatever several processes do at once and wherever they are killed",
  () => runHistories(histories(6), perform(SMALL), SECONDS, asItIs),
  timeoutMs(SECONDS),
);

it(
  "keeps them also between the chunks of long plans",
  () => runHistories(histories(4), perform(CROWDED), SECONDS, asItIs),
  timeoutMs(SECONDS),
);
