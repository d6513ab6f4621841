import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CellContext } from "@/modules/leads/components/lead-column";
import { leadColumns } from "@/modules/leads/components/lead-columns";
import { windowKey } from "@/modules/leads/components/lead-window";
import { changedColumns, type RowChange, watchRows } from "@/modules/leads/components/row-news";
import type { Lead } from "@/modules/leads/schemas";

const T0 = "2026-11-30T09:00:00.000Z";
const T1 = "2026-11-30T09:05:00.000Z";
const lead = (id: string, facts: Partial<Lead> = {}): Lead => ({
  lead_id: id,
  name: `Lead ${id}`,
  phone: "+14155550100",
  email: null,
  source: "web",
  disposition: "new",
  priority: "normal",
  tags: [],
  assigned_agent: null,
  assigned_agent_name: null,
  assigned_at: null,
  last_activity: null,
  follow_up_on: null,
  return_due_at: null,
  team: null,
  locked: null,
  notes_count: 0,
  version: 1,
  created_at: T0,
  updated_at: T0,
  ...facts,
});
const context: CellContext = {
  dispositionLabel: (code) => code,
  isOpen: () => true,
  href: (id) => id,
  instant: (at) => at,
  date: (date) => date,
  now: Date.parse(T1),
};
const shown = leadColumns.filter(({ id }) => ["name", "first_name", "tags", "last_activity"].includes(id));

describe("which cells say something else than before", () => {
  const before = lead("a");
  const changed = (after: Partial<Lead>, own = false) =>
    changedColumns({ before, after: { ...before, ...after }, own }, shown, context);

  it("those whose text differs, with what follows from it, and no others", () => {
    expect(changed({ name: "Bea a", version: 2, updated_at: T1 })).toEqual(["name", "first_name"]);
    expect(changed({ tags: ["vip"], last_activity: T1 })).toEqual(["tags", "last_activity"]);
    expect(changed({ version: 2, updated_at: T1, email: "a@example.com" })).toEqual([]);
  });

  it("after an own change none that it moves along, but what somebody else wrote", () => {
    expect(changed({ last_activity: T1 }, true)).toEqual([]);
    expect(changed({ name: "Bea a", last_activity: T1 }, true)).toEqual(["name"]);
  });
});

describe("rows that somebody looks at", () => {
  const search = {} as Parameters<typeof windowKey>[0];
  let queries: QueryClient;
  let answer: Lead[];
  let told: RowChange[];
  let stop: () => void;
  const news = () => told.splice(0).map(({ row, after, own }) => [row, after.name, own]);
  const key = (window: number) => windowKey(search, window);
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  const look = async (window: number): Promise<() => void> => {
    const observer = new QueryObserver(queries, {
      queryKey: key(window),
      queryFn: () => Promise.resolve({ leads: answer, next_cursor: null, total: 1, total_is_estimate: false }),
      staleTime: 60_000,
    });
    const leave = observer.subscribe(() => undefined);
    await settled();
    return leave;
  };
  const readAgain = (leads: Lead[]) => {
    answer = leads;
    return queries.invalidateQueries({ queryKey: ["lead"] });
  };
  const write = (facts: Partial<Lead>) =>
    queries.setQueryData<{ leads: Lead[] }>(key(0), (page) => ({
      ...page,
      leads: (page?.leads ?? []).map((each, at) => (at === 0 ? { ...each, ...facts } : each)),
    }));

  beforeEach(() => {
    queries = new QueryClient();
    answer = [lead("a"), lead("b")];
    told = [];
    stop = watchRows(queries, (changes) => told.push(...changes));
  });
  afterEach(() => {
    stop();
    queries.clear();
  });

  it("tells what is read otherwise, with its row in the list; not what comes, goes or is pushed down", async () => {
    await look(2);
    expect(news()).toEqual([]);
    await readAgain([lead("new"), lead("a"), lead("b", { name: "Theirs", version: 2 })]);
    expect(news()).toEqual([[202, "Theirs", false]]);
    await readAgain([lead("a"), lead("b", { name: "Theirs", version: 2 })]);
    expect(news()).toEqual([]);
  });

  it("tells nothing of what this page wrote, and what is read of it next as its own", async () => {
    await look(0);
    write({ name: "Mine", version: 2 });
    expect(news()).toEqual([]);
    // An answer from before that: the row will be read once more.
    await readAgain([lead("a"), lead("b")]);
    expect(news()).toEqual([]);
    await readAgain([lead("a", { name: "Mine", version: 2, updated_at: T1 }), lead("b")]);
    expect(news()).toEqual([[0, "Mine", true]]);
    await readAgain([lead("a", { name: "Theirs", version: 3, updated_at: T1 }), lead("b")]);
    expect(news()).toEqual([[0, "Theirs", false]]);
  });

  it("only learns a window that comes into sight, also one that is read because it does", async () => {
    const leave = await look(0);
    leave();
    await readAgain([lead("a", { name: "While away", version: 2 }), lead("b")]);
    await look(0);
    expect(queries.getQueryData<{ leads: Lead[] }>(key(0))?.leads[0]?.name).toBe("While away");
    expect(news()).toEqual([]);
    // Whoever begins to watch later knows what is there already.
    stop();
    stop = watchRows(queries, (changes) => told.push(...changes));
    await readAgain([lead("a", { name: "Theirs", version: 3 }), lead("b")]);
    expect(news()).toEqual([[0, "Theirs", false]]);
    // A window that was here all the time is learnt without being read.
    await look(1);
    stop();
    stop = watchRows(queries, (changes) => told.push(...changes));
    expect(news()).toEqual([]);
  });
});
