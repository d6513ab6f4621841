import { durableDatabase } from "./durable-database";
import { atLeast, plain, rounded, type Bench, type Figure } from "./figure";
import { AT_ONCE_S, FlappingDay, type DayOutcome } from "./flapping-day/day";
import { DayHouse } from "./flapping-day/house";

const AGENTS = 12;
const LOAD = 0.7;
const HOURS = 3;
const SEEDS = [4_021, 4_022];

export const flapping: Bench = {
  name: "flapping-agents",
  about:
    `${SEEDS.length} simulated shifts of ${HOURS} hours with ${AGENTS} agents at a load of ${LOAD}, through the product's own ` +
    "services over a real database whose clock goes ahead from event to event, with a carrier on paper. Every 40 minutes " +
    "or so an agent's network is lost, their microphone goes, their page crashes, they take a break or sign out, for " +
    "about a minute to ten; somebody who is there leaves 15 rings in a thousand. Callers give up after 5 minutes on " +
    `average; those who hang up within ${AT_ONCE_S} s are left out.`,
  async run({ share }): Promise<Figure[]> {
    const sum: DayOutcome = { calls: 0, connected: 0, rings: 0, answered: 0, found: 0, missed: 0 };
    for (const seed of SEEDS) {
      const database = await durableDatabase();
      const house = new DayHouse(database.url);
      try {
        const day = await new FlappingDay(house, { seed, hours: HOURS * share, agents: AGENTS, load: LOAD }).run();
        sum.calls += day.calls;
        sum.connected += day.connected;
        sum.rings += day.rings;
        sum.answered += day.answered;
        sum.found += day.found;
        sum.missed += day.missed;
      } finally {
        await house.close();
        await database.stop();
      }
    }
    return figures(sum);
  },
};

function figures({ calls, connected, rings, answered, found, missed }: DayOutcome): Figure[] {
  return [
    plain("calls", calls, "calls", `seeds ${SEEDS.join(", ")}`),
    atLeast("agents announced ready who did answer", rounded(answered / rings), "share", 0.95, `${rings} rings`),
    atLeast("calls connected", rounded(connected / calls), "share", 0.95),
    atLeast("callers brought to an agent who was there", rounded(found / (found + missed)), "share", 0.99),
  ];
}
