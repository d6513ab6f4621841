import { describe, expect, it } from "vitest";
import type { CarrierCommand } from "@/modules/twilio-voice/domain/carrier-commands";
import {
  CarrierCommandRunner,
  type CommandOutbox,
} from "@/modules/twilio-voice/services/carrier-command-runner.service";

/** More than one process has under way at once. */
const BURST = 40;
/** Turns of the event loop after which whatever would happen has happened: nothing here waits for longer than one. */
const TURNS = 50;

const commandOf = (id: number): CarrierCommand => ({
  id: BigInt(id),
  kind: "end_leg",
  payload: { callSid: `CA${id}` },
  attempts: 1,
  ageSeconds: 0,
  outcomeUnknown: false,
});

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A runner over a table in memory, and a carrier that answers when it is told to. */
function scene(commands: number) {
  const due = Array.from({ length: commands }, (_, index) => commandOf(index + 1));
  const finished: bigint[] = [];
  const waiting: (() => void)[] = [];
  const errors: string[] = [];
  const outbox: CommandOutbox = {
    // As a database answers: in a later turn of the event loop.
    claim: async (limit) => {
      await new Promise((resolve) => setImmediate(resolve));
      return due.splice(0, limit);
    },
    finish: (ended) => Promise.resolve(void finished.push(...ended.map(({ id }) => id))),
    postpone: () => Promise.reject(new Error("not asked for")),
    putBack: () => Promise.reject(new Error("not asked for")),
  };
  const runner = new CarrierCommandRunner(
    outbox,
    {
      run: async () => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return { kind: "done" };
      },
      giveUp: () => Promise.reject(new Error("not asked for")),
    },
    () => 5,
    { error: (_, message) => errors.push(message), warn: (_, message) => errors.push(message) },
    { budget: { secondsUntil: () => Promise.resolve(0) }, alerts: { raise: () => Promise.resolve() } },
  );
  return { runner, finished, waiting, errors, answerAll: () => waiting.splice(0).forEach((answer) => answer()) };
}

describe("the runner of carrier commands", () => {
  it("goes on after a burst that it was kicked for while it had no room", async () => {
    const { runner, finished, waiting, errors, answerAll } = scene(BURST);
    runner.kick();
    await turns();
    expect(waiting.length).toBeLessThan(BURST);
    const atOnce = waiting.length;
    runner.kick();
    await turns();
    expect(waiting).toHaveLength(atOnce);
    for (let round = 0; round < Math.ceil(BURST / atOnce); round += 1) {
      answerAll();
      await turns();
    }
    expect(finished).toHaveLength(BURST);
    expect(await runner.drain()).toBe(0);
    expect(errors).toEqual([]);
  });

  it("ends a drain that it is stopped in, and leaves what it had not begun", async () => {
    const { runner, finished, waiting, answerAll } = scene(BURST);
    const drained = runner.drain();
    await turns();
    const begun = waiting.length;
    answerAll();
    const stopped = runner.stop();
    await turns();
    answerAll();
    await stopped;
    expect(await drained).toBe(begun);
    expect(finished).toHaveLength(begun);
  });

  it("ends a drain that is asked for while a claim of a runner that was stopped is under way", async () => {
    const { runner } = scene(0);
    runner.kick();
    const stopped = runner.stop();
    expect(await runner.drain()).toBe(0);
    await stopped;
  });
});
