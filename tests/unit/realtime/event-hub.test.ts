import { expect, it, onTestFinished, vi } from "vitest";
import { EventHub, hubTiming, type EventPage, type Listener } from "@/modules/realtime/services/event-hub.service";
import { isAfter, type Position } from "@/modules/realtime/domain/position";

const timing = { pollMs: 5, aliveMs: 40, sessionCheckMs: 1_000, patienceMs: 60, keptSeconds: 3_600 };
const log = { warn: () => undefined };
const sessions = { standing: async (ids: readonly string[]) => new Map(ids.map((id) => [id, staff])) };
const staff = { userId: "m", role: "manager", agentId: undefined } as const;

/** A database that can be switched off. */
class Source {
  away = false;
  tx = 10n;
  events: EventPage["events"] = [];

  async head(): Promise<Position> {
    if (this.away) throw new Error("connection refused");
    return { tx: this.tx, id: 0n, knownAt: 1_000 };
  }

  async after(from: Position): Promise<EventPage> {
    const head = await this.head();
    return {
      events: this.events.filter((event) => isAfter(event, from) && event.tx < head.tx),
      position: head,
      full: false,
    };
  }

  add(leadId: string): void {
    this.events.push({ tx: this.tx, id: 1n, topic: "lead", audience: "staff", data: { leadId } });
    this.tx += 1n;
  }
}

function listener() {
  const heard: string[] = [];
  let last: Position | undefined;
  const ended = vi.fn();
  const self: Listener = {
    sessionId: "s",
    hearer: staff,
    sendHello: (position) => void (last = position),
    sendChange: (event, position) => {
      heard.push(String(event.data.leadId));
      last = position;
    },
    sendReset: () => heard.push("reset"),
    sendAlive: (position) => {
      heard.push("alive");
      last = position;
    },
    end: ended,
  };
  return { self, heard, ended, last: () => last };
}

it("tells of a change a quarter of a second after its commit", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const source = new Source();
  const hub = new EventHub(source, sessions, { ...hubTiming, keptSeconds: 3_600 }, log);
  const { self, heard } = listener();
  const leave = await hub.join(self, undefined);
  source.add("now");
  await vi.advanceTimersByTimeAsync(250);
  expect(heard).toEqual(["now"]);
  leave();
});

it("keeps its listeners through a short absence of the database", async () => {
  const source = new Source();
  const hub = new EventHub(source, sessions, { ...timing, aliveMs: 1e6 }, log);
  const { self, heard, ended } = listener();
  const leave = await hub.join(self, undefined);
  source.away = true;
  source.add("while away");
  await new Promise((resolve) => setTimeout(resolve, 25));
  source.away = false;
  await expect.poll(() => heard).toEqual(["while away"]);
  expect(ended).not.toHaveBeenCalled();
  leave();
});

it("sends them away when it lasts; they come back and have missed nothing", async () => {
  const source = new Source();
  const hub = new EventHub(source, sessions, { ...timing, aliveMs: 1e6 }, log);
  const first = listener();
  await hub.join(first.self, undefined);
  source.away = true;
  await expect.poll(() => first.ended.mock.calls.length).toBe(1);
  expect(hub.size).toBe(0);
  await expect(hub.join(listener().self, first.last())).rejects.toThrow("connection refused");
  expect(hub.size).toBe(0);
  source.away = false;
  source.add("missed");
  const again = listener();
  const leave = await hub.join(again.self, first.last());
  await expect.poll(() => again.heard).toEqual(["missed"]);
  leave();
});

it("says that it is alive, with a position to resume from", async () => {
  const source = new Source();
  const hub = new EventHub(source, sessions, timing, log);
  const { self, heard, last } = listener();
  const leave = await hub.join(self, undefined);
  source.tx = 50n;
  await expect.poll(() => heard).toContain("alive");
  expect(last()?.tx).toBe(50n);
  leave();
});

it("starts one poller for listeners that come at once, and again after it has rested", async () => {
  const source = new Source();
  const head = vi.spyOn(source, "head");
  const hub = new EventHub(source, sessions, { ...timing, pollMs: 1e4 }, log);
  const leaves = await Promise.all(Array.from({ length: 20 }, () => hub.join(listener().self, undefined)));
  expect(head).toHaveBeenCalledTimes(1);
  expect(hub.size).toBe(20);
  for (const leave of leaves) leave();
  expect(hub.size).toBe(0);
});

it("does not end a stream that opens while sessions are looked up: it was not asked about", async () => {
  const source = new Source();
  let answer: (standing: Map<string, typeof staff>) => void = () => undefined;
  const asked: string[][] = [];
  const slow = {
    standing: (ids: readonly string[]) => {
      asked.push([...ids]);
      return new Promise<Map<string, typeof staff>>((resolve) => (answer = resolve));
    },
  };
  const hub = new EventHub(source, slow, { ...timing, aliveMs: 1e6, sessionCheckMs: 1 }, log);
  const [first, revoked, late] = [listener(), listener(), listener()];
  revoked.self.sessionId = "revoked";
  late.self.sessionId = "late";
  await hub.join(first.self, undefined);
  await hub.join(revoked.self, undefined);
  await expect.poll(() => asked).toEqual([["s", "revoked"]]);
  const leave = await hub.join(late.self, undefined);
  answer(new Map([["s", staff]]));
  // The next look asks about everybody who is left.
  await expect.poll(() => asked.at(-1)).toEqual(["s", "late"]);
  expect(revoked.ended).toHaveBeenCalled();
  expect(first.ended).not.toHaveBeenCalled();
  expect(late.ended).not.toHaveBeenCalled();
  answer(new Map());
  await expect.poll(() => hub.size).toBe(0);
  leave();
});
