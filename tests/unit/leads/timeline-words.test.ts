import { describe, expect, it } from "vitest";
import { entryWords } from "@/modules/leads/components/timeline-words";
import { activityTypes } from "@/modules/leads/domain/activity";
import type { Activity } from "@/modules/leads/schemas";

const words = (type: string, data: Activity["data"] = {}) =>
  entryWords(
    { activity_id: "1", type, actor: "m@evenhand.test", actor_name: "Mara", at: "2026-11-23T10:00:00.000Z", data },
    {
      disposition: (code) => (code === "follow_up" ? "Follow up" : code),
      date: (date) => date.split("-").toReversed().join("."),
    },
  );

describe("entryWords", () => {
  it.each([
    ["created", {}, "added this lead"],
    ["updated", { changes: { name: { from: "A", to: "B" } } }, "changed name to B"],
    ["updated", { changes: { email: { from: "a@b.test", to: null } } }, "changed e-mail to nothing"],
    ["updated", { changes: { follow_up_on: { from: null, to: "2026-12-01" } } }, "set the follow-up to 01.12.2026"],
    ["updated", { changes: { follow_up_on: { from: "2026-12-01", to: null } } }, "took the follow-up away"],
    ["updated", { changes: { tags: { from: ["a"], to: ["a", "b", "c"] } } }, "added the tags b, c"],
    ["updated", { changes: { tags: { from: ["a", "b"], to: ["c"] } } }, "added the tag c, removed the tags a, b"],
    ["updated", { changes: { priority: { to: "high" } }, plan_id: "p" }, "changed priority to high in bulk"],
    ["disposition", { from: "new", to: "follow_up" }, "set the disposition to Follow up"],
    ["assigned", { agent: "a@x.test", agent_name: "Ada" }, "assigned this lead to Ada"],
    ["assigned", { agent_name: "Ada", overridden: ["capacity_exceeded"] }, "assigned this lead to Ada over capacity"],
    ["assigned", { agent_name: "Ada", plan_id: "p", strategy: "round_robin" }, "assigned this lead to Ada in bulk"],
    ["reassigned", { agent_name: "Bo", previous_agent_name: "Ada" }, "moved this lead from Ada to Bo"],
    [
      "unassigned",
      { previous_agent_name: "Ada", plan_id: "p", strategy: "undo" },
      "took this lead from Ada back to the pool, taking a bulk change back",
    ],
    ["returned", { previous_agent_name: "Ada" }, "gave this lead back to the pool: Ada had not worked on it in time"],
    ["undone", {}, "took a bulk change back"],
    ["locked", { reason: "Wait" }, "locked this lead"],
    ["unlocked", {}, "unlocked this lead"],
    ["merged", { name: "D. W.", changes: { tags: { from: [], to: ["a"] } } }, "merged D. W. into this lead"],
    [
      "merged",
      { name: "D. W.", changes: { name: { from: "D", to: "D. W." }, email: { from: null, to: "d@x.test" } } },
      "merged D. W. into this lead, taking over its name, e-mail",
    ],
    [
      "merged",
      { name: "D. W.", changes: { assigned_agent: { from: "a@x.test", to: null } }, tags_left_out: ["x"] },
      "merged D. W. into this lead; it is with nobody now; there was no room for its tags x",
    ],
    [
      "merged",
      { name: "D. W.", changes: { assigned_agent: { from: null, to: "a@x.test" } }, agent_name: "Ada" },
      "merged D. W. into this lead; it is with Ada now",
    ],
    ["unmerged", { name: "D. W." }, "took D. W. out of this lead again"],
    ["unmerged", { out_of: "Dana" }, "took this lead out of Dana again"],
    ["removed", {}, "removed this lead"],
    ["restored", {}, "brought this lead back"],
    ["restored", { previous_agent_name: "Ada", reason: "full" }, "brought this lead back to the pool: Ada had no room"],
    ["note", { text: "Hello" }, "wrote"],
    ["call", { outcome: "answered", agentName: "Ada", talkSeconds: 61 }, "Call with Ada for 1:01"],
  ] as const)("%s %j", (type, data, what) => {
    expect(words(type, data).what).toBe(what);
  });

  it("quotes what people wrote, and says who did what no person did", () => {
    expect(words("note", { text: "Hello" }).quote).toBe("Hello");
    expect(words("locked", { reason: "Wait" }).quote).toBe("Wait");
    expect(words("reassigned", { reason: "Holidays" }).quote).toBe("Holidays");
    expect(words("returned").who).toBe("The return timer");
    expect(words("note").who).toBeUndefined();
  });

  it("has words for every kind, whatever its data is like", () => {
    for (const type of activityTypes) {
      for (const data of [{}, { changes: null }, { changes: { tags: "x" } }, { tags_left_out: 3, reason: 7 }]) {
        expect(words(type, data).what.length, type).toBeGreaterThan(3);
      }
    }
  });
});
