import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AppError } from "@/lib/errors";
import type { Principal, Role } from "@/lib/principal";
import { CursorCodec } from "@/modules/leads/domain/cursor";
import { difference, type LeadFacts } from "@/modules/leads/domain/lead";
import { forbiddenFields, isWork, maySee } from "@/modules/leads/domain/permissions";

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as AppError).code;
  }
  return "nothing was thrown";
};

describe("cursors", () => {
  const codec = new CursorCodec("a secret of this installation");

  it("come back as they were, for the list they were made for", () => {
    fc.assert(
      fc.property(fc.option(fc.string({ unit: "grapheme" })), fc.uuid(), (value, id) => {
        expect(codec.decode("leads name asc", codec.encode("leads name asc", { value, id }))).toEqual({ value, id });
      }),
    );
  });

  it("are refused when any character was changed, by another list, and by another installation", () => {
    const cursor = codec.encode("leads name asc", { value: "Dana", id: "x" });
    for (let index = 0; index < cursor.length; index += 1) {
      const edited = `${cursor.slice(0, index)}${cursor[index] === "A" ? "B" : "A"}${cursor.slice(index + 1)}`;
      expect(codeOf(() => codec.decode("leads name asc", edited))).toBe("invalid_cursor");
    }
    expect(codeOf(() => codec.decode("leads name desc", cursor))).toBe("invalid_cursor");
    expect(codeOf(() => new CursorCodec("another").decode("leads name asc", cursor))).toBe("invalid_cursor");
    fc.assert(
      fc.property(fc.string(), (text) => codeOf(() => codec.decode("leads name asc", text)) === "invalid_cursor"),
    );
  });
});

describe("permissions", () => {
  const person = (role: Role, agentId?: string): Principal => ({
    kind: "user",
    userId: "u",
    sessionId: "s",
    email: "e@evenhand.test",
    name: "E",
    role,
    agentId,
    timeZone: "UTC",
  });
  const own = { assignedAgentId: "me", teamId: null };
  const foreign = { assignedAgentId: "other", teamId: null };
  const free = { assignedAgentId: null, teamId: null };

  it("shows agents their own leads and those nobody has", () => {
    const seen = (by: Principal) => [own, free, foreign].map((lead) => maySee(by, lead, []));
    expect(seen(person("agent", "me"))).toEqual([true, true, false]);
    expect(seen(person("agent"))).toEqual([false, true, false]);
    expect(seen(person("manager"))).toEqual([true, true, true]);
  });

  it("shows a team's leads that nobody has to its members, and what somebody has to them alone", () => {
    const ofNorth = [own, free, foreign].map((lead) => ({ ...lead, teamId: "north" }));
    const seen = (by: Principal, teams: string[]) => ofNorth.map((lead) => maySee(by, lead, teams));
    expect(seen(person("agent", "me"), ["north", "south"])).toEqual([true, true, false]);
    expect(seen(person("agent", "me"), ["south"])).toEqual([true, false, false]);
    expect(seen(person("agent"), [])).toEqual([false, false, false]);
    expect(seen(person("admin"), [])).toEqual([true, true, true]);
  });

  it("takes for work what an agent does on an own lead, or on one that nobody has", () => {
    expect([own, free, foreign].map((lead) => isWork(person("agent", "me"), lead))).toEqual([true, true, false]);
    expect([own, free, foreign].map((lead) => isWork(person("manager"), lead))).toEqual([false, false, false]);
  });

  it("lets agents change the facts of a conversation on their own leads only", () => {
    const fields = ["name", "disposition", "source"];
    expect(forbiddenFields(person("agent", "me"), own, fields)).toEqual(["source"]);
    expect(forbiddenFields(person("agent", "me"), free, fields)).toEqual(fields);
    expect(forbiddenFields(person("admin"), foreign, fields)).toEqual([]);
  });
});

describe("difference", () => {
  const lead: LeadFacts = {
    name: "Dana",
    phone: "+15550100100",
    email: null,
    source: "web",
    disposition: "new",
    priority: "normal",
    tags: ["a", "b"],
    follow_up_on: null,
  };

  it("names only what another value would be given to", () => {
    expect(difference(lead, { name: "Dana", tags: ["a", "b"], email: null, priority: undefined }).fields).toEqual([]);
    expect(difference(lead, { tags: ["b", "a"], email: "d@example.com" })).toEqual({
      fields: ["tags", "email"],
      before: { tags: ["a", "b"], email: null },
      after: { tags: ["b", "a"], email: "d@example.com" },
    });
  });
});
