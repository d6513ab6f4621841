import { describe, expect, it } from "vitest";
import { coerce, emptied } from "@/modules/leads/components/cell-values";
import {
  adopt,
  begin,
  EMPTY,
  isPending,
  type Journal,
  pendingCells,
  settle,
  write,
  type Write,
} from "@/modules/leads/components/edit-journal";

const cell = (leadId: string, field: Write["field"], before: Write["before"], after: Write["after"]): Write => ({
  leadId,
  name: leadId,
  version: 1,
  field,
  before,
  after,
});
const ok = () => ({ written: true });

describe("the journal of edits", () => {
  it("gathers cells of a lead in one row, and drops one that is as it was", () => {
    const both = write(EMPTY, [cell("a", "name", "A", "B"), cell("a", "email", null, "b@x.io")]);
    expect(begin(both, "k").sent).toEqual({
      key: "k",
      agent: null,
      rows: {
        a: {
          version: 1,
          name: "a",
          cells: { name: { before: "A", after: "B" }, email: { before: null, after: "b@x.io" } },
        },
      },
    });
    const back = write(both, [cell("a", "name", "B", "A"), cell("a", "email", "b@x.io", null)]);
    expect(isPending(back)).toBe(false);
    expect(isPending(write(EMPTY, [cell("a", "tags", ["x"], ["x"])]))).toBe(false);
  });

  it("sends one batch at a time; what is written meanwhile stands on the version it makes", () => {
    const sent = begin(write(EMPTY, [cell("a", "name", "A", "B")]), "k1");
    const more = write(sent, [cell("a", "name", "B", "C"), cell("a", "source", "web", "fair")]);
    expect(begin(more, "k2").sent?.key).toBe("k1");
    expect(pendingCells(more, "a")).toMatchObject({ name: { after: "C" }, source: { after: "fair" } });
    const next = begin(settle(more, ok), "k2");
    expect(next.sent?.rows.a).toMatchObject({ version: 2, cells: { name: { before: "B", after: "C" } } });
    expect(isPending(settle(next, ok))).toBe(false);
  });

  it("writes back to what was there before a batch under way", () => {
    const sent = begin(write(EMPTY, [cell("a", "name", "A", "B")]), "k1");
    const back = settle(write(sent, [cell("a", "name", "B", "A")]), ok);
    expect(back.drafts.a?.cells.name).toEqual({ before: "B", after: "A" });
  });

  it("gives leads to agents in batches of their own, behind the cells", () => {
    const journal = write(EMPTY, [
      cell("a", "assigned_agent", null, "x@e.io"),
      cell("b", "assigned_agent", null, "y@e.io"),
      cell("c", "assigned_agent", null, "x@e.io"),
      cell("a", "name", "A", "B"),
    ]);
    const first = begin(journal, "1");
    expect([first.sent?.agent, Object.keys(first.sent?.rows ?? {})]).toEqual([null, ["a"]]);
    const second = begin(settle(first, ok), "2");
    expect([second.sent?.agent, Object.keys(second.sent?.rows ?? {})]).toEqual(["x@e.io", ["a", "c"]]);
    expect(second.sent?.rows.a?.version).toBe(2);
    const third = begin(settle(second, ok), "3");
    expect([third.sent?.agent, Object.keys(third.sent?.rows ?? {})]).toEqual(["y@e.io", ["b"]]);
  });

  it("takes leads from agents as cells, beside others", () => {
    const journal = write(EMPTY, [cell("a", "assigned_agent", "x@e.io", null), cell("a", "name", "A", "B")]);
    const { sent } = begin(journal, "1");
    expect([sent?.agent, Object.keys(sent?.rows.a?.cells ?? {})]).toEqual([null, ["assigned_agent", "name"]]);
    expect(isPending(settle(begin(journal, "1"), ok))).toBe(false);
  });

  it("keeps what was refused beside the cell, with what was wanted, until it is written again", () => {
    const sent = begin(write(EMPTY, [cell("a", "name", "A", "B"), cell("b", "name", "A", "B")]), "k");
    const failure = { tone: "conflict" as const, words: "changed" };
    const settled = settle(sent, (leadId) => (leadId === "a" ? { written: false, failure } : { written: true }));
    expect(settled.refused).toEqual({ a: { name: { ...failure, wanted: "B" } } });
    expect(isPending(settled)).toBe(false);
    expect(write(settled, [cell("a", "name", "T", "B")]).refused).toEqual({});
  });

  it("takes over what a closed page left: its batch under way with its key, or its cells anew", () => {
    const left: Journal = begin(write(EMPTY, [cell("a", "name", "A", "B")]), "theirs");
    const alone = adopt(EMPTY, { drafts: { b: { version: 3, name: "b", cells: {} } }, sent: left.sent });
    expect([alone.sent?.key, Object.keys(alone.drafts)]).toEqual(["theirs", ["b"]]);
    const busy = adopt(begin(write(EMPTY, [cell("c", "name", "A", "B")]), "mine"), left);
    expect([busy.sent?.key, Object.keys(busy.drafts)]).toEqual(["mine", ["a"]]);
  });
});

describe("what a text means in a cell", () => {
  const choices = {
    dispositions: [{ code: "no_answer", label: "No answer" }],
    agents: [
      { agent_id: "a@e.io", name: "Ana" },
      { agent_id: "b@e.io", name: "Bo" },
      { agent_id: "b2@e.io", name: "Bo" },
    ],
    dates: { locale: "en-GB", today: "2026-11-30" },
  };
  it.each([
    ["phone", "(415) 555-0100", "+14155550100"],
    ["phone", "+49 30 5550123", "+49305550123"],
    ["email", " ADA@Example.com ", "ada@example.com"],
    ["email", "", null],
    ["priority", "URGENT", "urgent"],
    ["disposition", "no answer", "no_answer"],
    ["assigned_agent", "ana", "a@e.io"],
    ["assigned_agent", "B2@e.io", "b2@e.io"],
    ["assigned_agent", "", null],
    ["assigned_agent", "unassigned", null],
    ["tags", "hot; VIP, vip\n new ", ["hot", "VIP", "new"]],
    ["name", "  Ada Lovelace ", "Ada Lovelace"],
    ["follow_up_on", "3/4/2027", "2027-04-03"],
    ["follow_up_on", "tomorrow", "2026-12-01"],
    ["follow_up_on", " ", null],
  ] as const)("%s %j is %j", (field, text, value) => expect(coerce(field, text, choices)).toEqual({ value }));

  it.each([
    ["phone", "soon", /phone/],
    ["email", "ada@", /e-mail/],
    ["priority", "highest", /no priority “highest”/],
    ["assigned_agent", "bo", /several/],
    ["name", " ", /empty/],
    ["tags", "x".repeat(41), /40/],
    ["follow_up_on", "31/11/2026", /no date; write it as 31\/12\/2026/],
    ["follow_up_on", "2206-11-30", /year from 2000 to 2099/],
  ] as const)("%s %j is refused in words", (field, text, words) =>
    expect(coerce(field, text, choices)).toEqual({ error: expect.stringMatching(words) as string }),
  );

  it("empties what may be empty", () => {
    expect([emptied("tags"), emptied("email"), emptied("follow_up_on"), emptied("priority")]).toEqual([
      { value: [] },
      { value: null },
      { value: null },
      { value: "normal" },
    ]);
    expect(emptied("name")).toHaveProperty("error");
  });
});
