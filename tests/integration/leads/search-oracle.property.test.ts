import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { checkFilter } from "@/modules/leads/domain/lead-filter";
import { searchLimits, type SearchLimits } from "@/modules/leads/domain/search-plan";
import { LeadListRepository, type LeadSearch } from "@/modules/leads/repositories/lead-list.repository";
import { createAgents, type TestAgent } from "@/tests/support/factories/agents";
import { testHouse } from "@/tests/support/test-house";
import { filters, holds, type KnownLead, knownLeads, ordered, sorts, visibleTo } from "./search-world";

const house = testHouse();
/** Searches of each way: `npm run soak` makes thousands. */
const RUNS = Number(process.env.SOAK_RUNS ?? 25);
const SEED = process.env.SEED;
const TEAMS = ["north", "south"];
const START = Date.parse("2026-11-10T00:00:00Z");
let agents: TestAgent[];
let leads: KnownLead[];
const teamIds = new Map<string, string>();

const { rareRows } = searchLimits;
/**
 * Every way to search, over few leads: as it comes, always along the index, never for long, hardly counted; and with so
 * few texts taken for rare that some are common in leads, and some in notes too.
 */
const WAYS: Readonly<Record<string, SearchLimits>> = {
  "as it comes": searchLimits,
  "along the index": { exactUpTo: 0, surelyMany: 0, sureSample: 0, walkFrom: 0, walkRows: 1_000_000, rareRows },
  "giving up soon": { exactUpTo: 3, surelyMany: 20, sureSample: 1, walkFrom: 5, walkRows: 40, rareRows },
  "never along the index": { exactUpTo: 3, surelyMany: 10, sureSample: 5, walkFrom: 0, walkRows: 1, rareRows },
  "asking lead by lead": { ...searchLimits, rareRows: 120 },
};

beforeAll(async () => {
  agents = await createAgents(house.db, 3, { maxCapacity: 1_000 });
  for (const name of TEAMS) {
    const id = newId();
    teamIds.set(name, id);
    await house.db.team.create({ data: { id, name } });
  }
  await house.db.teamMember.create({ data: { teamId: idOf("north"), agentId: agentAt(0).agentId } });
  await house.db.lead.createMany({ data: Array.from({ length: 400 }, (_, index) => leadData(index)) });
  const rows = await house.db.lead.findMany({ select: { id: true, notesCount: true } });
  await house.db.leadActivity.createMany({ data: rows.flatMap(({ id, notesCount }) => notesOf(id, notesCount)) });
  await house.db.$executeRaw`ANALYZE leads, lead_search`;
  leads = await knownLeads(house.db);
});

const idOf = (team: string): string => teamIds.get(team) ?? "";
const agentAt = (index: number): TestAgent => agents[index] as TestAgent;
const oneOf = <T>(values: readonly T[], index: number): T => values[index % values.length] as T;

function leadData(index: number) {
  const names = [
    "Ann Lee",
    "Anna 100%",
    "O'Brien_x",
    "Åsa Ek",
    "Дмитрий",
    "李明",
    "back\\slash Ab",
    "Zed X303 ZZ",
    "Lead 7",
  ];
  const owner = index % 3 === 0 ? undefined : agentAt(index % 5 === 0 ? 1 : index % 2 === 0 ? 2 : 0);
  const at = (hours: number): Date => new Date(START + (hours % 250) * 3_600_000);
  return {
    id: newId(),
    name: oneOf(names, index * 7),
    phone: `+1555700${1_000 + index}`,
    email: index % 4 === 0 ? null : index % 40 === 1 ? "" : `ann${index}_x@example.com`,
    source: oneOf(["web", "event"], index),
    dispositionCode: oneOf(["new", "contacted", "closed"], index * 5),
    priority: oneOf(["normal", "normal", "high", "urgent"] as const, index * 3),
    tags: index % 6 === 0 ? ["hot", "vip"] : index % 5 === 0 ? ["vip"] : [],
    assignedAgentId: owner?.agentId ?? null,
    assignedAt: owner ? at(index * 13) : null,
    teamId: index % 4 === 1 ? idOf(oneOf(TEAMS, index >> 2)) : null,
    lockedAt: index % 11 === 0 ? at(index) : null,
    returnDueAt: index % 7 === 0 ? at(index * 3) : null,
    followUpOn:
      index % 8 < 3
        ? new Date(
            at(index * 19)
              .toISOString()
              .slice(0, 10),
          )
        : null,
    lastActivityAt: index % 9 === 0 ? null : at(index * 17),
    notesCount: index % 4,
    createdAt: at(Math.floor(index / 3)),
    updatedAt: at(index),
    deletedAt: index % 50 === 49 ? at(index) : null,
  };
}

function notesOf(leadId: string, count: number) {
  const texts = ["Quokka on Maple Street.", "Ring 555-700 or ann@work.", "Åsa says \\ 100% _ДМИТ_ ab"];
  return texts.slice(0, count).map((text) => ({ leadId, type: "note", actorLabel: "test", data: { text } }));
}

/** Every page of a search, and the total it told. */
async function found(repository: LeadListRepository, search: LeadSearch, size: number) {
  const { rows, total, isEstimate } = await repository.first(search, size);
  const ids = rows.map(({ id }) => id);
  for (let page = rows; page.length === size;) {
    const last = page.at(-1);
    if (!last || ids.length > leads.length) break;
    page = await repository.next(search, { values: last.place, id: last.id }, total, size);
    ids.push(...page.map(({ id }) => id));
  }
  return { ids, total, isEstimate };
}

describe("a search, whichever way it goes", () => {
  for (const [way, limits] of Object.entries(WAYS)) {
    it(`finds what plain JavaScript finds, in the same order, page by page (${way})`, async () => {
      const repository = new LeadListRepository(house.db, limits);
      const emails = agents.map(({ email }) => email);
      const asker = fc.constantFrom(undefined, 0, 1);
      await fc.assert(
        fc.asyncProperty(
          filters(emails, TEAMS),
          sorts,
          asker,
          fc.integer({ min: 5, max: 120 }),
          async (given, sort, as, size) => {
            const filter = checkFilter(given);
            const agentId = as === undefined ? undefined : agentAt(as).agentId;
            const teams = as === 0 ? [idOf("north")] : [];
            const seen = leads.filter((lead) => agentId === undefined || visibleTo(agentId, teams, lead));
            const expected = ordered(
              seen.filter((lead) => holds(filter, lead)),
              sort,
            );
            const { ids, total, isEstimate } = await found(repository, { filter, sort, visibleTo: agentId }, size);
            expect(ids).toEqual(expected);
            if (!isEstimate) expect(total).toBe(expected.length);
            else expect(total).toBeGreaterThanOrEqual(Math.min(expected.length, limits.exactUpTo));
          },
        ),
        { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
      );
    });
  }

  it("finds what stands in notes alone, also where leads are asked for their own words", async () => {
    const repository = new LeadListRepository(house.db, WAYS["asking lead by lead"]);
    const filter = checkFilter({
      and: [
        { field: "disposition", op: "eq", value: "contacted" },
        { field: "text", op: "contains", value: "100%" },
      ],
    });
    const expected = leads.filter((lead) => holds(filter, lead));
    expect(expected.some(({ name }) => !name.includes("100%"))).toBe(true);
    const sort = { field: "created_at", direction: "asc" } as const;
    expect((await found(repository, { filter, sort }, 500)).ids).toEqual(ordered(expected, sort));
  });
});
