import { describe, expect, it } from "vitest";
import {
  hoursProblem,
  nextHours,
  shownEnd,
  storedEnd,
  weekWords,
  type Hours,
} from "@/modules/call-queue/components/settings/hours-words";

const open = (day: number, from = "09:00", to = "17:00"): Hours => ({ day, from, to });

describe("business hours in words", () => {
  it("put days together that are open alike, and no others", () => {
    expect(weekWords([1, 2, 3, 4, 5].map((day) => open(day)))).toBe("Mon–Fri 09:00–17:00");
    expect(weekWords([open(5), open(1), open(2, "13:00", "18:00"), open(2, "08:00", "12:00")])).toBe(
      "Mon 09:00–17:00, Tue 08:00–12:00 and 13:00–18:00, Fri 09:00–17:00",
    );
    expect(weekWords([])).toBe("never open");
  });

  it("end at midnight as fields of a browser have it, and are kept as the calendar has it", () => {
    expect([shownEnd("24:00"), storedEnd("00:00")]).toEqual(["00:00", "24:00"]);
    expect([shownEnd("17:30"), storedEnd("17:30")]).toEqual(["17:30", "17:30"]);
  });

  it("are refused where they are none, and not where they end on the next day", () => {
    expect(hoursProblem([open(1, "22:00", "06:00")])).toBeUndefined();
    expect(hoursProblem([open(1, "00:00", storedEnd("00:00"))])).toBeUndefined();
    expect(hoursProblem([open(1, "09:00", "09:00")])).toMatch(/none/);
    expect(hoursProblem([open(1, "", "09:00")])).toMatch(/until/);
  });

  it("go on with the next day", () => {
    expect(nextHours([])).toEqual(open(1));
    expect(nextHours([open(3, "10:00", "12:00")])).toEqual(open(4, "10:00", "12:00"));
    expect(nextHours([open(7)])).toEqual(open(7));
  });
});
