import { describe, expect, it } from "vitest";
import { FLAG_NAMES, readArms, type FlagArms, type FlagName } from "@/lib/types/flags";
import { discover, type ReadinessVerdict } from "@/modules/call-queue/domain/discovery";

interface Member {
  agentId: string;
  status: string;
  maxConcurrentCalls: number;
  heldCalls: string[];
  verdict: ReadinessVerdict | Error;
}

const member = (agentId: string, verdict: ReadinessVerdict | Error, more: Partial<Member> = {}): Member => ({
  agentId,
  status: "available",
  maxConcurrentCalls: 1,
  heldCalls: [],
  verdict,
  ...more,
});
const ready: ReadinessVerdict = { score: 90, ready: true, reasons: [] };
const refused: ReadinessVerdict = { score: 20, ready: false, reasons: ["device_disconnected"] };
const broken = new Error("no such report");

const judge = ({ verdict }: Member): ReadinessVerdict => {
  if (verdict instanceof Error) throw verdict;
  return verdict;
};
const without = (...off: FlagName[]): FlagArms => readArms(Object.fromEntries(off.map((name) => [name, false])));
const found = (pool: Member[], arms: FlagArms) => {
  const { way, found: who, excluded } = discover(pool, arms, judge);
  return { way, found: who.map((one) => one.member.agentId), excluded };
};

describe("discovery", () => {
  it("finds those whose readiness is proven, and says why not the others", () => {
    expect(found([member("a", ready), member("b", refused), member("c", broken)], without())).toEqual({
      way: "enhanced",
      found: ["a"],
      excluded: [
        { agentId: "b", reason: "device_disconnected" },
        { agentId: "c", reason: "readiness_unknown" },
      ],
    });
  });

  it("as before asks for status and a free slot alone", () => {
    const pool = [
      member("a", refused),
      member("b", broken),
      member("c", ready, { status: "away" }),
      member("d", ready, { heldCalls: ["offered"] }),
    ];
    expect(found(pool, without("FEATURE_ENHANCED_DISCOVERY"))).toEqual({
      way: "legacy",
      found: ["a", "b"],
      excluded: [
        { agentId: "c", reason: "on_away" },
        { agentId: "d", reason: "calls_full" },
      ],
    });
  });

  it("falls back to those it could not judge when it can prove nobody, never to those it refused", () => {
    const pool = [member("a", refused), member("b", broken), member("c", broken, { status: "break" })];
    expect(found(pool, without())).toMatchObject({ way: "fallback", found: ["b"] });
    expect(found(pool, without("FEATURE_DISCOVERY_FALLBACK"))).toMatchObject({ way: "enhanced", found: [] });
    expect(found([member("a", refused)], without())).toMatchObject({ way: "enhanced", found: [] });
  });

  it("goes by the call's arms alone: every other flag leaves it as it is", () => {
    const others = FLAG_NAMES.filter((name) => name !== "FEATURE_ENHANCED_DISCOVERY");
    const pool = [member("a", ready), member("b", refused)];
    expect(found(pool, without(...others))).toEqual(found(pool, without()));
  });
});
