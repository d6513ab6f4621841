import fc from "fast-check";

/** Small worlds on purpose: with few leads and agents, histories meet the same ones again and again. */
export const LEADS = 6;
export const AGENTS = 3;

const kind = <K extends string>(name: K) => fc.constant(name);
const lead = fc.nat(LEADS - 1);
const agent = fc.nat(AGENTS - 1);
const some = fc.uniqueArray(lead, { minLength: 1, maxLength: LEADS });
const few = fc.uniqueArray(agent, { minLength: 1, maxLength: AGENTS });
const disposition = fc.constantFrom("new", "contacted", "follow_up", "converted", "not_interested");
const priority = fc.constantFrom("normal" as const, "high" as const, "urgent" as const);
const strategy = fc.constantFrom("round_robin", "capacity_based", "performance_weighted", "manual");
const byStaff = fc.constantFrom("manager" as const, "manager" as const, "colleague" as const, "admin" as const);
/** Managers may work on their own plans only. */
const byOwner = fc.constantFrom(
  "manager" as const,
  "colleague" as const,
  "admin" as const,
  "admin" as const,
  "admin" as const,
);
/** Staff, or one of the agents by number. */
const byAnyone = fc.oneof(byStaff, agent);
/** Leads by their ids, or by a search that finds all of this history that are not removed. */
const selection = fc.oneof(
  { weight: 2, arbitrary: fc.record({ ids: some }) },
  { weight: 1, arbitrary: fc.record({ ids: fc.constant("all" as const) }) },
);
const priorityOrNot = fc.option(priority, { nil: undefined });
/** A plan by its age: 0 is the newest. */
const plan = fc.nat(2);
const updates = fc.oneof(
  fc.record({ disposition }),
  fc.record({ priority }),
  fc.record({ disposition, priority }),
  fc.record({ tags: fc.subarray(["a", "b", "c"]) }),
);
const noted = fc.option(fc.constant("Together"), { nil: undefined });

const single = [
  fc.record({ kind: kind("assign"), lead, agent, override: fc.boolean(), priority: priorityOrNot, by: byStaff }),
  fc.record({ kind: kind("reassign"), lead, agent, notes: noted, by: byStaff }),
  fc.record({ kind: kind("patch"), lead, change: updates, by: byAnyone }),
  fc.record({ kind: kind("note"), lead, by: byAnyone }),
  fc.record({ kind: kind("remove"), lead, by: byStaff }),
  fc.record({ kind: kind("restore"), lead, by: byStaff }),
  fc.record({ kind: kind("lock"), lead, by: byStaff }),
  fc.record({ kind: kind("unlock"), lead, by: byStaff }),
  fc.record({ kind: kind("merge"), lead, other: lead, agentOf: fc.constantFrom("this", "other"), by: byStaff }),
  fc.record({ kind: kind("unmerge"), lead, by: byStaff }),
  fc.record({ kind: kind("team"), lead, team: fc.option(fc.nat(1)), by: byStaff }),
  fc.record({ kind: kind("capacity"), agent, max: fc.nat(4), by: byStaff }),
  fc.record({
    kind: kind("availability"),
    agent,
    availability: fc.constantFrom("active", "active", "away", "offline"),
    by: byStaff,
  }),
] as const;
const bulk = [
  fc.record({ kind: kind("bulkUpdate"), selection, updates, notes: noted, by: byStaff }),
  fc.record({ kind: kind("bulkAssign"), selection, strategy, few, priority: priorityOrNot, by: byStaff }),
] as const;

const plans = [
  fc.record({ kind: kind("planUpdate"), selection, updates, notes: noted, refuse: fc.boolean(), by: byStaff }),
  fc.record({
    kind: kind("planAssign"),
    selection,
    strategy,
    few,
    priority: priorityOrNot,
    refuse: fc.boolean(),
    by: byStaff,
  }),
  fc.record({ kind: kind("apply"), plan, by: byOwner }),
  fc.record({ kind: kind("cancel"), plan, by: byOwner }),
  fc.record({ kind: kind("undo"), plan, preview: fc.boolean(), by: byOwner }),
] as const;

const time = [
  fc.record({ kind: kind("returns") }),
  fc.record({ kind: kind("drain") }),
  fc.record({ kind: kind("later") }),
] as const;

/** One thing that somebody asks of the product, or that its worker does. */
export const act = fc.oneof(
  { weight: 3, arbitrary: single[0] },
  { weight: 2, arbitrary: single[1] },
  { weight: 2, arbitrary: single[2] },
  ...single.slice(3).map((arbitrary) => ({ weight: 1, arbitrary })),
  ...bulk.map((arbitrary) => ({ weight: 2, arbitrary })),
  ...plans.map((arbitrary) => ({ weight: 2, arbitrary })),
  { weight: 2, arbitrary: plans[2] },
  { weight: 2, arbitrary: plans[4] },
  ...time.map((arbitrary) => ({ weight: 1, arbitrary })),
);
export type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;
export type By = "manager" | "colleague" | "admin" | number;
export type ActOf<K extends Act["kind"]> = Extract<Act, { kind: K }>;

const disturbed = fc.array(
  fc.oneof(
    fc.record({ kind: kind("capacity"), agent, max: fc.nat(1), by: byStaff }),
    fc.record({ kind: kind("availability"), agent, availability: fc.constantFrom("away", "active"), by: byStaff }),
    single[0],
    single[1],
    single[2],
    single[4],
    single[6],
    bulk[0],
  ),
  { maxLength: 2 },
);
const newest = { plan: 0, by: "admin" as const };
const applied: Act = { kind: "apply", ...newest };
const undone: Act = { kind: "undo", preview: false, ...newest };

/**
 * What belongs together, with something in between now and then: left to chance, few plans would be applied to a world
 * that has changed, and few merges taken back.
 */
export const episode: fc.Arbitrary<Act[]> = fc.oneof(
  { weight: 8, arbitrary: act.map((one) => [one]) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.oneof(plans[0], plans[1]), disturbed).map(([made, between]) => [made, ...between, applied]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.oneof(bulk[0], bulk[1]), disturbed, fc.boolean())
      .map(([done, between, again]) => [done, ...between, undone, ...(again ? [undone] : [])]),
  },
  {
    weight: 1,
    arbitrary: single[0].map((given): Act[] => [
      { ...given, priority: "urgent", override: true },
      { kind: "later" },
      { kind: "returns" },
    ]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(single[8], fc.array(single[2], { maxLength: 1 }))
      .map(([merge, between]): Act[] => [merge, ...between, { kind: "unmerge", lead: merge.other, by: merge.by }]),
  },
);

/** What is worth wanting at the same moment as somebody else. */
const wanted = fc.oneof(
  { weight: 4, arbitrary: single[0] },
  { weight: 3, arbitrary: single[1] },
  { weight: 1, arbitrary: single[2] },
  { weight: 1, arbitrary: single[4] },
  { weight: 1, arbitrary: single[6] },
);

/** Lists of acts for so many who all want the same lead, or all the same agent: left to chance, they seldom meet. */
export const rivals = (many: number): fc.Arbitrary<Act[][]> =>
  fc
    .record({
      over: fc.constantFrom("lead" as const, "agent" as const),
      lead,
      agent,
      lists: fc.array(fc.array(wanted, { minLength: 1, maxLength: 2 }), { minLength: many, maxLength: many }),
    })
    .map(({ over, lists, ...the }) =>
      lists.map((acts) =>
        acts.map((one): Act => {
          if (over === "lead") return { ...one, lead: the.lead };
          return "agent" in one ? { ...one, agent: the.agent } : one;
        }),
      ),
    );
