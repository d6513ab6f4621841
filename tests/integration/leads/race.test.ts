import { beforeAll, expect, it } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import { raceForCapacity, raceOutcome } from "@/tests/support/assignment-race";
import { createAgents } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { brokenLaws, recordWrites } from "@/tests/support/lead-laws";
import { testHouse } from "@/tests/support/test-house";

const house = testHouse({ poolSize: 16 });

beforeAll(() => withConnection(house.url, recordWrites));

const laws = (leadIds: string[], agents: { agentId: string }[]) =>
  brokenLaws(
    house.db,
    leadIds,
    agents.map(({ agentId }) => agentId),
  );

it("lets 64 workers fill eight agents to the last place and not one further", async () => {
  const manager = await createManager(house.db);
  const agents = await createAgents(house.db, 8, { maxCapacity: 50 });
  const leadIds = await createLeads(house.db, 500);
  const { answers } = await raceForCapacity(client(manager), leadIds, agents, { workers: 64, doubled: 5 });
  expect([...answers.keys()].toSorted()).toEqual(["200", "409 already_assigned", "409 capacity_exceeded"]);
  expect(await raceOutcome(house.db, agents)).toEqual({
    assigned: 400,
    mostOnOneAgent: 50,
    wrongCounters: 0,
    decisions: 400,
    leadsWithTwoDecisions: 0,
    audited: 400,
  });
  expect(await laws(leadIds, agents)).toEqual([]);
}, 120_000);

it("keeps bulk work, single work and capacity changes on the same agents true to the count", async () => {
  const manager = await createManager(house.db);
  const agents = await createAgents(house.db, 6, { maxCapacity: 60 });
  const leadIds = await createLeads(house.db, 600);
  const emails = agents.map(({ email }) => email);
  const bulk = (ids: string[]) =>
    client(manager).post("/api/leads/bulk-assign", {
      lead_ids: ids,
      assignment_strategy: "round_robin",
      agents: emails,
    });
  // Four bulk requests over overlapping halves, in opposite orders, while single assignments take the same places.
  const answers = await Promise.all([
    bulk(leadIds.slice(0, 400)),
    bulk(leadIds.slice(200).toReversed()),
    bulk(leadIds.toReversed()),
    bulk(leadIds),
    raceForCapacity(client(manager), leadIds, agents, { workers: 8, doubled: 3 }).then(() => ({ status: 200 })),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const between = await raceOutcome(house.db, agents);
  expect(between).toMatchObject({ wrongCounters: 0 });
  expect(between.mostOnOneAgent).toBeLessThanOrEqual(60);
  // What was promised to one plan and given by another is free again: one more fills the rest to the last place.
  expect(await house.db.leadReservation.count({ where: { slots: { gt: 0 } } })).toBe(0);
  expect((await bulk(leadIds)).status).toBe(200);
  expect(await raceOutcome(house.db, agents)).toMatchObject({ assigned: 360, mostOnOneAgent: 60, wrongCounters: 0 });
  expect(await laws(leadIds, agents)).toEqual([]);
}, 120_000);
