import { describe, expect, it } from "vitest";
import { afterAttempt, ATTEMPT_RESULTS, isTimeZone, nextCallable } from "@/modules/call-queue/domain/callback";

const settings = { mostAttempts: 3, retryMinutes: 15, machineCounts: true };
const window = { callsFrom: "08:00", callsUntil: "20:00", callDays: [1, 2, 3, 4, 5, 6, 7] };

describe("what becomes of a callback after an attempt", () => {
  it.each([
    ["no_answer", 0, { status: "scheduled", retrySeconds: 900, counts: true }],
    ["busy", 1, { status: "scheduled", retrySeconds: 900, counts: true }],
    ["machine", 2, { status: "failed" }],
    ["unreachable", 2, { status: "failed" }],
    ["agent_lost", 0, { status: "scheduled", retrySeconds: 60, counts: true }],
    ["lost", 2, { status: "failed" }],
    ["cancelled", 0, { status: "cancelled" }],
    ["expired", 0, { status: "expired" }],
  ] as const)("%s after %i attempts", (result, attempts, expected) => {
    expect(afterAttempt(result, { attempts, rang: true }, settings)).toEqual(expected);
  });

  it.each(["agent_lost", "lost"] as const)("%s before the telephone rang costs nothing", (result) => {
    const next = afterAttempt(result, { attempts: 9, rang: false }, settings);
    expect(next).toEqual({ status: "scheduled", retrySeconds: 0, counts: false });
  });

  it("the customer is never rung more often than the settings say", () => {
    for (const result of ATTEMPT_RESULTS) {
      const next = afterAttempt(result, { attempts: settings.mostAttempts - 1, rang: true }, settings);
      expect(next.status === "scheduled" && next.counts).toBe(false);
    }
  });
});

describe("when somebody may be rung", () => {
  const at = (iso: string, zone: string) => nextCallable(new Date(iso), window, zone).toISOString();

  it("at once by day, in the morning when it is too early, tomorrow when it is too late: by their own clock", () => {
    expect(at("2026-06-10T12:00:00Z", "Europe/Berlin")).toBe("2026-06-10T12:00:00.000Z");
    expect(at("2026-06-10T04:00:00Z", "Europe/Berlin")).toBe("2026-06-10T06:00:00.000Z");
    expect(at("2026-06-10T18:00:00Z", "Europe/Berlin")).toBe("2026-06-11T06:00:00.000Z");
    expect(at("2026-06-10T18:00:00Z", "America/New_York")).toBe("2026-06-10T18:00:00.000Z");
  });

  it("knows nights on which clocks change", () => {
    expect(at("2026-10-24T19:00:00Z", "Europe/Berlin")).toBe("2026-10-25T07:00:00.000Z");
    expect(at("2026-03-28T20:00:00Z", "Europe/Berlin")).toBe("2026-03-29T06:00:00.000Z");
  });

  it("waits for a day on which people are called, by their own calendar", () => {
    const weekdays = { ...window, callDays: [1, 2, 3, 4, 5] };
    const on = (iso: string, zone: string) => nextCallable(new Date(iso), weekdays, zone).toISOString();
    // Friday 2026-06-12, 19:30 in Berlin: still today; half an hour later: on Monday.
    expect(on("2026-06-12T17:30:00Z", "Europe/Berlin")).toBe("2026-06-12T17:30:00.000Z");
    expect(on("2026-06-12T18:00:00Z", "Europe/Berlin")).toBe("2026-06-15T06:00:00.000Z");
    // Sunday in Berlin is still Saturday in Honolulu, and Monday already in Auckland.
    expect(on("2026-06-14T22:30:00Z", "Pacific/Auckland")).toBe("2026-06-14T22:30:00.000Z");
    // One day a week, just over.
    const fridays = { ...window, callDays: [5] };
    const next = nextCallable(new Date("2026-06-12T18:00:00Z"), fridays, "Europe/Berlin");
    expect(next.toISOString()).toBe("2026-06-19T06:00:00.000Z");
  });

  it("tells time zones from other words", () => {
    expect([isTimeZone("Europe/Madrid"), isTimeZone("Mars/Olympus")]).toEqual([true, false]);
  });
});
