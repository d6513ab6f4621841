import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextAnnouncement } from "@/modules/call-queue/domain/announcement";
import {
  longestOvertakingSeconds,
  orderKeyMs,
  priorityScore,
  weightSeconds,
  type CallPriority,
} from "@/modules/call-queue/domain/priority";

const priority = fc.constantFrom<CallPriority>("normal", "high", "urgent");
const weights = fc
  .tuple(fc.nat(1_200), fc.nat(1_200), fc.nat(1_200))
  .map(([a, b, vip]) => ({ high: Math.min(a, b), urgent: Math.max(a, b), vip }));
const arrivals = fc.array(fc.record({ at: fc.nat(10_000), priority, vip: fc.boolean() }), { maxLength: 60 });

describe("the order of a line", () => {
  it("is by weight and time waited: head starts in seconds of waiting, the VIP's on top", () => {
    const queue = { high: 60, urgent: 180, vip: 300 };
    expect(weightSeconds(queue, { priority: "normal", vip: false })).toBe(0);
    expect(weightSeconds(queue, { priority: "urgent", vip: false })).toBe(180);
    expect(weightSeconds(queue, { priority: "high", vip: true })).toBe(360);
    expect(longestOvertakingSeconds(queue)).toBe(480);
    expect(longestOvertakingSeconds(queue, 480)).toBe(0);
  });

  it("is the same by key at any time as by score: ageing never reorders two who both wait", () => {
    fc.assert(
      fc.property(arrivals, weights, fc.nat(100_000), (calls, queue, later) => {
        const now = 10_000 + later;
        const scored = calls.map((call) => {
          const weight = weightSeconds(queue, call);
          return { key: orderKeyMs(call.at * 1_000, weight), score: priorityScore(weight, now - call.at) };
        });
        for (const one of scored) {
          for (const other of scored)
            expect(Math.sign(one.key - other.key)).toBe(Math.sign(other.score - one.score) + 0);
        }
      }),
    );
  });

  it("starves nobody: only who arrives within the bound is ever served before a caller who came earlier", () => {
    fc.assert(
      fc.property(arrivals, weights, fc.integer({ min: 1, max: 90 }), (given, queue, serviceSeconds) => {
        const calls = given.toSorted((a, b) => a.at - b.at).map((call, id) => ({ ...call, id }));
        const served: typeof calls = [];
        const waiting: typeof calls = [];
        const coming = [...calls];
        // One agent who takes whoever is first each time.
        for (let now = 0; coming.length > 0 || waiting.length > 0; now += serviceSeconds) {
          while (coming[0] && coming[0].at <= now) waiting.push(...coming.splice(0, 1));
          waiting.sort(
            (a, b) =>
              orderKeyMs(a.at * 1_000, weightSeconds(queue, a)) - orderKeyMs(b.at * 1_000, weightSeconds(queue, b)) ||
              a.id - b.id,
          );
          served.push(...waiting.splice(0, 1));
        }
        for (const [place, call] of served.entries()) {
          const bound = longestOvertakingSeconds(queue, weightSeconds(queue, call));
          for (const before of served.slice(0, place)) expect(before.at).toBeLessThanOrEqual(call.at + bound);
        }
      }),
    );
  });

  it("never lets a spoken position grow, whoever overtakes (law 8)", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(600), weight: fc.nat(600) }), { maxLength: 30 }), (others) => {
        let lastSpokenPosition: number | null = null;
        const spoken: number[] = [];
        for (let now = 300; now <= 900; now += 30) {
          // The caller came at 300 without a head start; everybody ahead of them leaves after 200 s.
          const ahead = others.filter(({ at, weight }) => at <= now && now < at + 200 && at - weight < 300);
          const said = nextAnnouncement({
            position: ahead.length + 1,
            lastSpokenPosition,
            range: undefined,
            lastRange: undefined,
            secondsSinceLast: now === 300 ? null : 30,
            announceEverySeconds: 30,
          });
          if (said?.position === undefined || said.position === null) continue;
          lastSpokenPosition = said.position;
          spoken.push(said.position);
        }
        expect(spoken).toEqual(spoken.toSorted((a, b) => b - a));
      }),
    );
  });
});
