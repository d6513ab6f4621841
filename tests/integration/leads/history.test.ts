import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { withConnection } from "../../../scripts/postgres/database";
import { createAgents, type TestAgent } from "@/tests/support/factories/agents";
import { createLeads } from "@/tests/support/factories/leads";
import { createManager, type TestUser } from "@/tests/support/factories/users";
import { client } from "@/tests/support/http";
import { brokenLaws, recordLoads } from "@/tests/support/lead-laws";
import { testHouse } from "@/tests/support/test-house";

/** SEED replays one history, HISTORIES runs more of them. */
const SEED = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
const HISTORIES = Number(process.env.HISTORIES ?? 12);
const LEADS = 5;
const AGENTS = 3;

const house = testHouse({ poolSize: 12 });
let manager: TestUser;

beforeAll(async () => {
  manager = await createManager(house.db);
  await withConnection(house.url, recordLoads);
});

const lead = fc.nat(LEADS - 1);
const agent = fc.nat(AGENTS - 1);
const some = fc.uniqueArray(lead, { minLength: 1, maxLength: LEADS });
const disposition = fc.constantFrom("new", "contacted", "converted", "not_interested", "follow_up");
const kind = <K extends string>(name: K) => fc.constant(name);

const act = fc.oneof(
  fc.record({ kind: kind("assign"), lead, agent, override: fc.boolean() }),
  fc.record({ kind: kind("assign"), lead, agent, override: fc.boolean() }),
  fc.record({ kind: kind("reassign"), lead, agent }),
  fc.record({ kind: kind("patch"), lead, disposition }),
  fc.record({ kind: kind("note"), lead }),
  fc.record({ kind: kind("remove"), lead }),
  fc.record({ kind: kind("bulkUpdate"), some, disposition }),
  fc.record({
    kind: kind("bulkAssign"),
    some,
    strategy: fc.constantFrom("round_robin", "capacity_based", "performance_weighted", "manual"),
  }),
  fc.record({ kind: kind("capacity"), agent, max: fc.nat(4) }),
  fc.record({ kind: kind("availability"), agent, availability: fc.constantFrom("active", "active", "away") }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

interface World {
  leads: string[];
  agents: TestAgent[];
}

const EXPECTED = new Set([200, 404, 409]);

async function perform(world: World, step: Act): Promise<number> {
  const http = client(manager);
  const leadId = (index: number) => world.leads[index] as string;
  const email = (index: number) => (world.agents[index] as TestAgent).email;
  const ids = (indexes: number[]) => indexes.map(leadId);
  switch (step.kind) {
    case "assign": {
      const override = step.override ? { override_capacity: true, reason: "Wanted" } : {};
      return (
        await http.post(`/api/leads/${leadId(step.lead)}/assign`, { agent_email: email(step.agent), ...override })
      ).status;
    }
    case "reassign":
      return (
        await http.put(`/api/leads/${leadId(step.lead)}/reassign`, {
          new_agent: email(step.agent),
          reason: "Wanted",
          notes: "Moved",
        })
      ).status;
    case "patch":
      return (await http.patch(`/api/leads/${leadId(step.lead)}`, { disposition: step.disposition })).status;
    case "note":
      return (await http.post(`/api/leads/${leadId(step.lead)}/notes`, { text: "Said hello" })).status;
    case "remove":
      return (await http.delete(`/api/leads/${leadId(step.lead)}`)).status;
    case "bulkUpdate":
      return (
        await http.post("/api/leads/bulk-update", {
          lead_ids: ids(step.some),
          updates: { disposition: step.disposition },
          notes: "Together",
        })
      ).status;
    case "bulkAssign":
      return (
        await http.post("/api/leads/bulk-assign", {
          lead_ids: ids(step.some),
          assignment_strategy: step.strategy,
          agents: world.agents.map((one) => one.email),
        })
      ).status;
    case "capacity":
      return (await http.put(`/api/agents/${email(step.agent)}/capacity`, { max_capacity: step.max })).status;
    case "availability":
      return (await http.put(`/api/agents/${email(step.agent)}/capacity`, { availability: step.availability })).status;
  }
}

it("keeps laws 5 and 6 in random histories of several workers", async () => {
  // Each round runs at once; between rounds nothing runs and the laws are checked.
  const history = fc.array(fc.array(act, { minLength: 2, maxLength: 8 }), { minLength: 3, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(history, async (rounds) => {
      const world: World = {
        leads: await createLeads(house.db, LEADS),
        agents: await createAgents(house.db, AGENTS, { maxCapacity: 2 }),
      };
      for (const round of rounds) {
        const statuses = await Promise.all(round.map((step) => perform(world, step)));
        expect(statuses.filter((status) => !EXPECTED.has(status))).toEqual([]);
        expect(
          await brokenLaws(
            house.db,
            world.leads,
            world.agents.map(({ agentId }) => agentId),
          ),
        ).toEqual([]);
      }
    }),
    { numRuns: HISTORIES, endOnFailure: true, ...(SEED === undefined ? {} : { seed: SEED }) },
  );
}, 180_000);
