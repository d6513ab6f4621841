import { describe, expect, it } from "vitest";
import { hears } from "@/modules/realtime/domain/audience";
import { canResume, isAfter, readPosition, writePosition } from "@/modules/realtime/domain/position";

const now = { tx: 100n, id: 5n, knownAt: 10_000 };

describe("a position", () => {
  it("survives its text", () => {
    const position = { tx: 2n ** 60n, id: 9n, knownAt: 1_795_000_000 };
    expect(readPosition(writePosition({ ...position, knownAt: position.knownAt + 0.9 }))).toEqual(position);
  });

  it.each(["", "1.2", "1.2.3.4", "a.b.c", "-1.2.3", "1.2.3 ", "99999999999999999999.1.1"])("%j is none", (text) => {
    expect(readPosition(text)).toBeUndefined();
  });

  it("is ordered by transaction, then row", () => {
    expect(isAfter({ tx: 2n, id: 1n }, { tx: 1n, id: 9n })).toBe(true);
    expect(isAfter({ tx: 1n, id: 9n }, { tx: 1n, id: 9n })).toBe(false);
    expect(isAfter({ tx: 1n, id: 8n }, { tx: 1n, id: 9n })).toBe(false);
  });

  it("can be resumed from while what followed is kept, with time for the slowest commit", () => {
    expect(canResume({ tx: 90n, id: 0n, knownAt: 10_000 - 3_479 }, now, 3_600)).toBe(true);
    expect(canResume({ tx: 90n, id: 0n, knownAt: 10_000 - 3_480 }, now, 3_600)).toBe(false);
    expect(canResume({ tx: 101n, id: 0n, knownAt: 10_000 }, now, 3_600)).toBe(false);
  });
});

describe("hears", () => {
  const agent = { userId: "u", role: "agent", agentId: "a" } as const;

  it.each([
    [{ userId: "s", role: "admin", agentId: undefined } as const, "agent:b", true],
    [{ userId: "s", role: "admin", agentId: undefined } as const, "user:u", false],
    [agent, "user:u", true],
    [agent, "user:a", false],
    [{ userId: "s", role: "manager", agentId: "a" } as const, "staff", true],
    [agent, "staff", false],
    [agent, "everyone", true],
    [agent, "agent:a", true],
    [agent, "agent:b", false],
    [{ userId: "u", role: "agent", agentId: undefined } as const, "agent:undefined", false],
    [{ userId: "u", role: "agent", agentId: undefined } as const, "everyone", true],
  ])("%j of %s: %s", (listener, audience, expected) => {
    expect(hears(listener, audience)).toBe(expected);
  });
});
