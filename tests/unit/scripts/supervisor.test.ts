import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Supervisor } from "@/scripts/process/supervisor";
import type { Service } from "@/scripts/process/supervisor";

interface Played extends Service {
  starts: number;
  crash(reason?: string): void;
}

function service(name: string, stopped: string[] = []): Played {
  let crash: (reason: string) => void = () => undefined;
  const played: Played = {
    name,
    starts: 0,
    crash: (reason = "SIGKILL") => crash(reason),
    async start() {
      played.starts += 1;
      const exited = new Promise<string>((resolve) => (crash = resolve));
      return {
        exited,
        async stop() {
          stopped.push(name);
          crash("code 0");
        },
      };
    },
  };
  return played;
}

function supervise(): Supervisor {
  return new Supervisor(
    () => undefined,
    (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  );
}

describe("the supervisor", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("starts a crashed service again, later each time, and gives up when it keeps crashing", async () => {
    const supervisor = supervise();
    const web = service("web");
    await supervisor.keep(web);
    for (const pause of [250, 500, 1_000, 2_000, 4_000]) {
      const before = web.starts;
      web.crash();
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(web.starts).toBe(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(web.starts).toBe(before + 1);
    }
    web.crash();
    await expect(supervisor.failed).rejects.toThrow("The web ended 6 times within a minute");
  });

  it("forgives crashes that are far apart", async () => {
    const supervisor = supervise();
    const worker = service("worker");
    await supervisor.keep(worker);
    for (let crash = 0; crash < 10; crash += 1) {
      worker.crash();
      await vi.advanceTimersByTimeAsync(61_000);
    }
    expect(worker.starts).toBe(11);
  });

  it("tries again when a restart itself fails", async () => {
    const supervisor = supervise();
    const database = service("database");
    const start = database.start.bind(database);
    await supervisor.keep(database);
    let refusals = 2;
    database.start = async () => {
      if (refusals-- > 0) throw new Error("still in use");
      return start();
    };
    database.crash();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(database.starts).toBe(2);
  });

  it("stops group after group and starts nothing again", async () => {
    const stopped: string[] = [];
    const supervisor = supervise();
    const services = ["database", "carrier", "web", "worker"].map((name) => service(name, stopped));
    for (const one of services) await supervisor.keep(one);
    await supervisor.stop([["web", "worker"], ["carrier"], ["database"]]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stopped).toEqual(["web", "worker", "carrier", "database"]);
    expect(services.map(({ starts }) => starts)).toEqual([1, 1, 1, 1]);
  });
});
