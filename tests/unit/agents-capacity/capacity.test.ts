import { describe, expect, it } from "vitest";
import {
  availableSlots,
  capacityOf,
  fullReason,
  unavailableBecause,
  unavailableReason,
} from "@/modules/agents/domain/capacity";

describe("capacity", () => {
  it("rounds the percentage to a whole number, above 100 when over capacity", () => {
    expect(capacityOf({ openLeads: 1, maxCapacity: 8 })).toEqual({ current: 1, max: 8, percentage: 13 });
    expect(capacityOf({ openLeads: 3, maxCapacity: 2 }).percentage).toBe(150);
    expect(capacityOf({ openLeads: 0, maxCapacity: 0 }).percentage).toBe(100);
    expect(availableSlots({ openLeads: 3, reserved: 0, maxCapacity: 2 })).toBe(0);
  });

  it("takes promised places off the room", () => {
    expect(availableSlots({ openLeads: 3, reserved: 4, maxCapacity: 10 })).toBe(3);
    expect(availableSlots({ openLeads: 3, reserved: 9, maxCapacity: 10 })).toBe(0);
  });

  it("tells a manager what stands in the way", () => {
    const elif = { name: "Elif", openLeads: 1, reserved: 0, maxCapacity: 1 };
    expect(fullReason(elif, true)).toContain("Elif has 1 open lead and a capacity of 1.");
    expect(fullReason({ ...elif, openLeads: 5, maxCapacity: 3 }, true)).toContain("(2 over)");
    expect(fullReason({ ...elif, reserved: 2, maxCapacity: 3 }, true)).toContain(
      "1 open lead, 2 more promised to bulk work under way, and a capacity of 3.",
    );
  });

  it("speaks of an override only where there is one", () => {
    const elif = { name: "Elif", openLeads: 1, reserved: 0, maxCapacity: 1, disabled: false };
    expect(fullReason(elif, true)).toContain("override");
    expect(fullReason(elif, false)).not.toContain("override");
    expect(unavailableReason({ ...elif, availability: "away" }, true)).toContain("override");
    expect(unavailableReason({ ...elif, availability: "away" }, false)).not.toContain("override");
    expect(unavailableReason({ ...elif, availability: "active", disabled: true }, true)).not.toContain("override");
  });

  it("says why an agent takes no leads", () => {
    expect(unavailableBecause({ availability: "active", disabled: false })).toBeUndefined();
    expect(unavailableBecause({ availability: "busy", disabled: false })).toBe("busy");
    expect(unavailableBecause({ availability: "active", disabled: true })).toBe("disabled");
  });
});
