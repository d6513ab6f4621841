import { describe, expect, it } from "vitest";
import { chosen, isOn, quietUntil } from "@/modules/notifications/domain/preferences";

describe("choices", () => {
  it("keep only what differs from the defaults", () => {
    const off = chosen({}, "export", "email", false);
    expect(off).toEqual({ export: { email: false } });
    expect(isOn({ choices: off }, "export", "email")).toBe(false);
    expect(isOn({ choices: off }, "export", "in_app")).toBe(true);
    expect(isOn({ choices: off }, "export", "sms")).toBe(false);
    expect(chosen(off, "export", "email", true)).toEqual({});
  });
});

describe("quiet hours", () => {
  const night = { from: "22:00", until: "07:00" };
  const end = (at: string, timeZone: string, quiet = night) =>
    quietUntil(new Date(at), { quiet, timeZone })?.toISOString();

  it.each([
    ["before them", "2026-06-10T19:59:00Z", "Europe/Berlin", undefined],
    ["at their beginning", "2026-06-10T20:00:00Z", "Europe/Berlin", "2026-06-11T05:00:00.000Z"],
    ["behind midnight", "2026-06-11T02:00:00Z", "Europe/Berlin", "2026-06-11T05:00:00.000Z"],
    ["at their end", "2026-06-11T05:00:00Z", "Europe/Berlin", undefined],
    ["of another zone", "2026-06-10T20:00:00Z", "America/New_York", undefined],
    ["where half hours count", "2026-06-10T17:00:00Z", "Asia/Kolkata", "2026-06-11T01:30:00.000Z"],
    // The night has 7 hours in spring and 9 in autumn; it ends when the clock on the wall says so.
    ["in the night of summer time", "2026-03-28T22:30:00Z", "Europe/Berlin", "2026-03-29T05:00:00.000Z"],
    ["in the night of winter time", "2026-10-24T22:30:00Z", "Europe/Berlin", "2026-10-25T06:00:00.000Z"],
  ])("%s", (_when, at, timeZone, expected) => {
    expect(end(at, timeZone)).toBe(expected);
  });

  it("that end in an hour which is left out end at the change", () => {
    expect(end("2026-03-29T00:30:00Z", "Europe/Berlin", { from: "01:00", until: "02:30" })).toBe(
      "2026-03-29T01:00:00.000Z",
    );
  });

  it("that end in an hour which comes twice end the second time", () => {
    const quiet = { from: "01:00", until: "02:30" };
    expect(end("2026-10-25T00:10:00Z", "Europe/Berlin", quiet)).toBe("2026-10-25T01:30:00.000Z");
    expect(end("2026-10-25T01:10:00Z", "Europe/Berlin", quiet)).toBe("2026-10-25T01:30:00.000Z");
    expect(end("2026-10-25T01:30:00Z", "Europe/Berlin", quiet)).toBeUndefined();
  });

  it("within one day, and none at all", () => {
    const noon = { from: "12:00", until: "13:00" };
    expect(end("2026-06-10T12:30:00Z", "UTC", noon)).toBe("2026-06-10T13:00:00.000Z");
    expect(end("2026-06-10T13:00:00Z", "UTC", noon)).toBeUndefined();
    expect(quietUntil(new Date(), { quiet: undefined, timeZone: "UTC" })).toBeUndefined();
  });
});
