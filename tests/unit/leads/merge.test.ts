import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distinctTags, MAX_TAGS, tagKey, type Priority } from "@/modules/leads/domain/lead";
import { merged, placesTaken, stateOf, type Place, type WholeLead } from "@/modules/leads/domain/merge";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23) + seconds * 1_000);

function lead(given: Partial<WholeLead> = {}): WholeLead {
  return {
    id: "a",
    name: "Dana",
    phone: "+15550100001",
    email: null,
    source: "web",
    disposition: "new",
    isOpen: true,
    priority: "normal",
    tags: [],
    assignedAgentId: null,
    assignedAgentEmail: null,
    assignedAgentName: null,
    assignedAt: null,
    lastActivityAt: null,
    returnDueAt: null,
    follow_up_on: null,
    teamId: null,
    teamName: null,
    lockedAt: null,
    lockedBy: null,
    lockedByName: null,
    lockReason: null,
    notesCount: 0,
    version: 1,
    createdAt: at(0),
    updatedAt: at(0),
    firstTouchedAt: null,
    touchedAt: null,
    mergedInto: null,
    isRemoved: false,
    ...given,
  };
}

const owned = (agent: string, given: Partial<WholeLead> = {}) =>
  lead({
    id: "b",
    assignedAgentId: agent,
    assignedAgentEmail: `${agent}@evenhand.test`,
    assignedAt: at(5),
    touchedAt: at(6),
    returnDueAt: null,
    ...given,
  });

describe("merged", () => {
  it("keeps this lead's values, fills what it lacks, and takes the other's where asked to", () => {
    const other = lead({ id: "b", name: "D. W.", email: "d@example.com", priority: "urgent", notesCount: 2 });
    const plain = merged(lead({ notesCount: 1 }), other, {});
    expect(plain.state).toMatchObject({ name: "Dana", email: "d@example.com", priority: "normal", notesCount: 3 });
    expect(plain.changes).toEqual({ email: { from: null, to: "d@example.com" } });
    const asked = merged(lead(), other, { name: "other", priority: "other", email: "this" });
    expect(asked.state).toMatchObject({ name: "D. W.", email: null, priority: "urgent" });
    expect(Object.keys(asked.changes).toSorted()).toEqual(["name", "priority"]);
    expect(merged(lead({ email: "mine@example.com" }), lead({ id: "b" }), { email: "other" }).state.email).toBeNull();
  });

  it("takes an owner over only as a whole, with since when and what was done", () => {
    const { state, owner, changes } = merged(lead(), owned("bo"), {});
    expect(owner).toBe("other");
    expect(state).toMatchObject({ assignedAgentId: "bo", assignedAt: at(5), touchedAt: at(6) });
    expect(changes.assigned_agent).toEqual({ from: null, to: "bo@evenhand.test" });
    expect(merged(owned("al"), owned("bo"), {}).owner).toBe("this");
    expect(merged(owned("al"), owned("bo"), { assigned_agent: "other" }).state.assignedAgentId).toBe("bo");
    // An open lead does not go unasked to an agent who holds no place for it.
    expect(merged(lead(), owned("bo", { isOpen: false }), {}).owner).toBe("this");
    expect(merged(lead({ isOpen: false }), owned("bo", { isOpen: false }), {}).owner).toBe("other");
  });

  it("leaves no timer on a closed lead, and the earlier first touch", () => {
    const closed = merged(owned("al", { returnDueAt: at(9) }), lead({ disposition: "converted", isOpen: false }), {
      disposition: "other",
    });
    expect(closed.isOpen).toBe(false);
    expect(closed.state.returnDueAt).toBeNull();
    const touched = merged(lead({ firstTouchedAt: at(7) }), lead({ firstTouchedAt: at(3) }), {});
    expect(touched.state.firstTouchedAt).toEqual(at(3));
    expect(merged(lead(), lead({ firstTouchedAt: at(3) }), {}).state.firstTouchedAt).toEqual(at(3));
  });

  const tags = fc.array(fc.constantFrom("a", "A", "b", "B ", "c c", "C  c", "d"), { maxLength: 8 }).map(distinctTags);
  const side = fc.constantFrom("this" as const, "other" as const, undefined);
  const some = fc.record({
    name: fc.constantFrom("x", "y"),
    email: fc.constantFrom(null, "x@e.test", "y@e.test"),
    priority: fc.constantFrom<Priority>("normal", "high"),
    tags,
    assignedAgentId: fc.constantFrom(null, "al", "bo"),
    isOpen: fc.boolean(),
    notesCount: fc.nat(5),
  });

  it("has only values of the two, every tag of both once, and needs no place unless asked", () => {
    fc.assert(
      fc.property(some, some, fc.record({ name: side, email: side, priority: side }), (one, two, keep) => {
        const [survivor, other] = [lead(one), lead({ id: "b", ...two })];
        const { state, isOpen, tagsLeftOut } = merged(survivor, other, keep);
        expect([survivor.name, other.name]).toContain(state.name);
        expect([survivor.email, other.email]).toContain(state.email);
        expect(new Set(state.tags.map(tagKey))).toEqual(new Set([...survivor.tags, ...other.tags].map(tagKey)));
        expect(distinctTags(state.tags)).toEqual(state.tags);
        expect(tagsLeftOut).toEqual([]);
        const after: Place[] = [
          { assignedAgentId: state.assignedAgentId, isOpen, isRemoved: false },
          { ...other, isRemoved: true },
        ];
        for (const delta of placesTaken([survivor, other], after).values()) expect(delta).toBeLessThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it("bounds the tags without taking any from this lead", () => {
    const many = (from: number, count: number) => Array.from({ length: count }, (_, index) => `t${from + index}`);
    const { state, tagsLeftOut } = merged(lead({ tags: many(0, 40) }), lead({ tags: many(30, 30) }), {});
    expect(state.tags).toHaveLength(MAX_TAGS);
    expect(tagsLeftOut).toEqual(many(50, 10));
    expect(merged(lead({ tags: many(0, 60) }), lead({ tags: ["z"] }), {}).state.tags).toEqual(many(0, 60));
  });
});

describe("placesTaken", () => {
  it("counts open leads that somebody has and that are not removed", () => {
    const place = (assignedAgentId: string | null, isOpen = true, isRemoved = false): Place => ({
      ...{ assignedAgentId, isOpen, isRemoved },
    });
    expect(placesTaken([place("al"), place("bo")], [place("bo"), place("bo", true, true)])).toEqual(
      new Map([["al", -1]]),
    );
    expect(placesTaken([place("al", false)], [place("al")])).toEqual(new Map([["al", 1]]));
    expect(placesTaken([place(null)], [place(null)])).toEqual(new Map());
  });
});

it("keeps the whole state", () => {
  const whole = owned("al", { tags: ["a"], teamId: "t" });
  expect(merged(whole, lead({ id: "z" }), {}).state).toEqual(stateOf(whole));
});
