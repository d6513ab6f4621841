import { afterEach, describe, expect, it, vi } from "vitest";
import { Turns } from "@/lib/turns";
import { CallTurns } from "@/modules/twilio-voice/services/call-turns";

/** Work that ends when it is told to, with what has begun so far. */
function scene() {
  const begun: string[] = [];
  const ends = new Map<string, { ok(): void; fail(error: Error): void }>();
  const work = (name: string) => (): Promise<string> => {
    begun.push(name);
    return new Promise((resolve, reject) => ends.set(name, { ok: () => resolve(name), fail: reject }));
  };
  const end = (name: string) => {
    const one = ends.get(name);
    if (!one) throw new Error(`${name} has not begun`);
    return one;
  };
  return { begun, work, end };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("turns", () => {
  afterEach(() => vi.useRealTimers());

  it("runs work of one key in order, whatever became of the work before it, and other keys beside it", async () => {
    const { begun, work, end } = scene();
    const turns = new Turns(1_000);
    const first = turns.take("a", work("a1"));
    const second = turns.take("a", work("a2"));
    const third = turns.take("a", work("a3"));
    const other = turns.take("b", work("b1"));
    await turn();
    expect(begun).toEqual(["a1", "b1"]);
    end("a1").fail(new Error("broken"));
    await expect(first).rejects.toThrow("broken");
    await turn();
    expect(begun).toEqual(["a1", "b1", "a2"]);
    end("a2").ok();
    expect(await second).toBe("a2");
    await turn();
    end("a3").ok();
    end("b1").ok();
    expect(await Promise.all([third, other])).toEqual(["a3", "b1"]);
  });

  it("waits for nobody longer than its patience", async () => {
    vi.useFakeTimers();
    const { begun, work } = scene();
    const turns = new Turns(1_000);
    void turns.take("a", work("stuck"));
    void turns.take("a", work("next"));
    await vi.advanceTimersByTimeAsync(999);
    expect(begun).toEqual(["stuck"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toEqual(["stuck", "next"]);
  });
});

describe("webhooks of one call", () => {
  const request = (leg: string, query = "") => ({ params: { CallSid: leg }, query: new URLSearchParams(query) });

  it("take turns across the caller's leg, the agent's leg and the conference", async () => {
    const { begun, work, end } = scene();
    const calls = new CallTurns();
    // The caller's leg is named with its offer when it goes to the agent; its end is told without one.
    const connect = calls.take(request("CAcaller", "step=connect&offer=o1"), work("connect"));
    end("connect").ok();
    await connect;
    void calls.take(request("CAagent", "offer=o1&callback=status"), work("agent"));
    void calls.take(request("CAcaller"), work("status"));
    void calls.take(request("CAcaller", "entry=e1&offer=o1"), work("conference"));
    void calls.take(request("CAother"), work("other"));
    await turn();
    expect(begun).toEqual(["connect", "agent", "other"]);
    for (const name of ["agent", "status", "conference"]) {
      end(name).ok();
      await turn();
    }
    expect(begun).toEqual(["connect", "agent", "other", "status", "conference"]);
  });

  it("runs at once what names no call", async () => {
    const calls = new CallTurns();
    expect(await calls.take({ params: {}, query: new URLSearchParams() }, () => Promise.resolve(1))).toBe(1);
  });
});
