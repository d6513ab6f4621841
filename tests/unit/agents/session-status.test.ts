import { describe, expect, it } from "vitest";
import { chosenStatusOf, deriveStatus } from "@/modules/agents/domain/session-status";

describe("deriveStatus", () => {
  const session = { open: true, chosenStatus: "available" as const };

  it.each([
    [[], "available"],
    [["offered"], "available"],
    [["connecting"], "on_call"],
    [["in_conversation"], "on_call"],
    [["wrap_up"], "wrap_up"],
    [["wrap_up", "in_conversation"], "on_call"],
  ])("of calls %j is %s", (heldCalls, status) => {
    expect(deriveStatus({ ...session, heldCalls })).toBe(status);
  });

  it("shows a live call although the session has closed: the call is what is true", () => {
    expect(deriveStatus({ open: false, chosenStatus: "offline", heldCalls: ["in_conversation"] })).toBe("on_call");
    expect(deriveStatus({ open: false, chosenStatus: "available", heldCalls: [] })).toBe("offline");
  });

  it("shows a break as such", () => {
    expect(deriveStatus({ open: true, chosenStatus: "break", heldCalls: [] })).toBe("break");
  });
});

describe("chosenStatusOf", () => {
  it.each([
    ["available", "available"],
    ["on_call", "available"],
    ["wrap_up", "available"],
    ["break", "break"],
    ["away", "away"],
    ["offline", "offline"],
  ])("reads %s as %s", (stored, chosen) => {
    expect(chosenStatusOf(stored)).toBe(chosen);
  });
});
