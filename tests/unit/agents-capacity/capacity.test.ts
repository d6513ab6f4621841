import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { availableSlots, capacityOf, fullReason, unavailableBecause } from "@/modules/agents/domain/capacity";
import { performanceScore } from "@/modules/agents/domain/performance-score";

describe("capacity", () => {
  it("rounds the percentage to a whole number, above 100 when over capacity", () => {
    expect(capacityOf({ openLeads: 1, maxCapacity: 8 })).toEqual({ current: 1, max: 8, percentage: 13 });
    expect(capacityOf({ openLeads: 3, maxCapacity: 2 }).percentage).toBe(150);
    expect(capacityOf({ openLeads: 0, maxCapacity: 0 }).percentage).toBe(100);
    expect(availableSlots({ openLeads: 3, maxCapacity: 2 })).toBe(0);
  });

  it("tells a manager what stands in the way", () => {
    expect(fullReason({ name: "Elif", openLeads: 1, maxCapacity: 1 })).toContain(
      "Elif has 1 open lead and a capacity of 1.",
    );
    expect(fullReason({ name: "Elif", openLeads: 5, maxCapacity: 3 })).toContain("(2 over)");
    expect(unavailableBecause({ availability: "active", disabled: false })).toBeUndefined();
    expect(unavailableBecause({ availability: "busy", disabled: false })).toBe("busy");
    expect(unavailableBecause({ availability: "active", disabled: true })).toBe("disabled");
  });
});

describe("performance score", () => {
  it("is the team's for an agent without closed leads, and 50 for a team without any", () => {
    expect(performanceScore({ closed: 0, converted: 0 }, { closed: 0, converted: 0 })).toBe(50);
    expect(performanceScore({ closed: 0, converted: 0 }, { closed: 98, converted: 29 })).toBe(30);
  });

  it("weighs an agent's own record half at twenty closed leads", () => {
    expect(performanceScore({ closed: 20, converted: 20 }, { closed: 98, converted: 29 })).toBe(65);
    const team = { closed: 398, converted: 99 };
    const lucky = performanceScore({ closed: 1, converted: 1 }, team);
    const proven = performanceScore({ closed: 100, converted: 60 }, team);
    expect(lucky).toBeLessThan(proven);
  });

  it("lies between 0 and 100 and grows with every lead won", () => {
    const record = fc.nat(500).chain((closed) => fc.record({ closed: fc.constant(closed), converted: fc.nat(closed) }));
    fc.assert(
      fc.property(record, record, (own, others) => {
        const team = { closed: own.closed + others.closed, converted: own.converted + others.converted };
        const score = performanceScore(own, team);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        if (own.converted < own.closed) {
          const better = performanceScore({ ...own, converted: own.converted + 1 }, team);
          expect(better).toBeGreaterThanOrEqual(score);
        }
      }),
    );
  });
});
