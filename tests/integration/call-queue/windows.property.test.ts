import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { systemActor, type Principal } from "@/lib/principal";
import { createCallSide, type CallSide } from "@/modules/container-calls";
import { isTerminal, type QueuedCallState } from "@/modules/call-queue/domain/queued-call-transitions";
import { clientIdentity } from "@/modules/twilio-voice/domain/client-identity";
import { StoryCarrier, type Reports } from "../../support/calls/story-carrier";
import { setClock } from "../../support/clock";
import { createLead } from "../../support/factories/leads";
import { createQueue, createReadyAgent } from "../../support/factories/queues";
import { createAdmin } from "../../support/factories/users";
import { client } from "../../support/http";
import { testHouse } from "../../support/test-house";

/**
 * Everybody who can vanish, vanishes in every window between two things that happen: before and after each order to the
 * carrier, each document, each answer. Whatever becomes of the call, nobody stays behind: not a line at the carrier, not
 * a slot, not an offer, not an order.
 */
const house = testHouse({ poolSize: 12 });
const actor = systemActor("test");
/** `npm run soak -- windows` plays each window with the reports of the carrier prompt, late and never. */
const WHOLE = process.env.SOAK_RUNS !== undefined;
const MODES = ["prompt", "late", "never"] as const satisfies readonly Reports[];
/** More than any story has. */
const MOST_WINDOWS = 80;
const carrier = { current: new StoryCarrier() };
let side: CallSide;
let nextNumber = 0;

beforeAll(() => {
  const forwarded = new Proxy({} as StoryCarrier, {
    get: (_nobody, name) => {
      const value: unknown = Reflect.get(carrier.current, name);
      return typeof value === "function" ? value.bind(carrier.current) : value;
    },
  });
  side = createCallSide(env(), house.db, house.container.presenceChanges, house.container.flags, forwarded);
});

afterAll(async () => {
  await side.dispatcher.stop();
  await side.carrierCommands.stop();
});

type Who = "customer" | "agent" | "third";
type Agent = Awaited<ReturnType<typeof createReadyAgent>>;

/** The people of one story, and what they do. */
class World {
  readonly carrier = carrier.current;
  private secondsAhead = 0;

  private constructor(
    readonly number: string,
    readonly leadId: string,
    readonly queueId: string,
    readonly agent: Agent,
    readonly third: Agent,
  ) {}

  static async make(): Promise<World> {
    const { db } = house;
    carrier.current = new StoryCarrier();
    carrier.current.serve(side);
    await setClock(db, 0);
    await db.agentSession.updateMany({ where: { logoutAt: null }, data: { logoutAt: new Date() } });
    await db.callQueue.updateMany({ data: { createdAt: new Date("2100-01-01") } });
    const queueId = await createQueue(db, { shortAbandonSeconds: 0, wrapUpSeconds: 0 });
    await db.callbackSettings.create({ data: { queueId, callsFrom: "00:00", callsUntil: "23:59" } });
    const agent = await createReadyAgent(db, queueId);
    const third = await createReadyAgent(db, await createQueue(db));
    const number = `+1555016${String((nextNumber += 1)).padStart(4, "0")}`;
    return new World(number, await createLead(db, { phone: number }), queueId, agent, third);
  }

  nameOf(who: Who): string {
    return who === "customer" ? this.number : clientIdentity((who === "agent" ? this.agent : this.third).agentId);
  }

  /** Goes on until nothing more happens by itself; everybody who is rung answers. */
  async play(): Promise<void> {
    for (let quiet = 0, turn = 0; quiet < 2; turn += 1) {
      if (turn > 200) throw new Error("The story does not come to rest.");
      let busy = (await side.carrierCommands.drain()) > 0;
      if (this.carrier.reports === "prompt") busy = (await this.carrier.tellAll((list) => [...list])) || busy;
      busy = (await this.carrier.askNext()) || busy;
      for (const leg of this.carrier.legs.filter(({ status }) => status === "ringing")) {
        await this.carrier.answer(leg);
        busy = true;
      }
      busy = (await side.dispatcher.run()) > 0 || busy;
      quiet = busy ? 0 : quiet + 1;
    }
  }

  /** Does something as the agent; it may have become impossible. */
  async tries(act: (agent: Principal, callId: string) => Promise<unknown>): Promise<void> {
    const { agent } = this;
    const call = await house.db.call.findFirst({ where: { leadId: this.leadId }, orderBy: { startedAt: "desc" } });
    const person = { kind: "user", sessionId: newId(), name: "Agent", role: "agent", timeZone: "UTC" } as const;
    const { userId, email, agentId } = agent;
    try {
      await act({ ...person, userId, email, agentId }, call?.id ?? "");
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
    this.carrier.pass();
    await this.play();
  }

  /** What the worker does as time passes. Agents who are there go on beating. */
  async timePasses(): Promise<void> {
    const here = ([this.agent, this.third] as const).filter(
      ({ agentId }) => !this.carrier.gone.has(clientIdentity(agentId)),
    );
    if (this.carrier.reports === "late") await this.carrier.tellAll(shuffled);
    await this.play();
    for (let step = 0; step < 3 && !(await this.isOver()); step += 1) {
      this.secondsAhead += 61;
      await setClock(house.db, this.secondsAhead);
      await house.db.agentSession.updateMany({
        where: { agentId: { in: here.map(({ agentId }) => agentId) } },
        data: { lastHeartbeat: new Date(Date.now() + this.secondsAhead * 1_000) },
      });
      await side.queueProcessor.process(actor);
      await side.callbackRounds.round(actor);
      await this.play();
    }
  }

  /** Nothing is left that time could change. */
  private async isOver(): Promise<boolean> {
    if (this.carrier.linesUp().length > 0) return false;
    if ((await this.openCallbacks()) > 0) return false;
    return (await this.entries()).every(({ state }) => isTerminal(state));
  }

  openCallbacks(): Promise<number> {
    return house.db.callback.count({ where: { number: this.number, status: { in: ["scheduled", "in_line"] } } });
  }

  async entries() {
    return house.db.queuedCall.findMany({
      where: { call: { leadId: this.leadId } },
      include: { call: true, slots: true, offers: true },
      orderBy: { enqueuedAt: "asc" },
    });
  }
}

let chance = 48_271;

/** Another order each time, and the same ones in each run of this file. */
function shuffled<T>(list: readonly T[]): T[] {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i -= 1) {
    chance = (chance * 48_271) % 2_147_483_647;
    const j = chance % (i + 1);
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}

interface Story {
  begin: (world: World) => Promise<void>;
  /** Of a long story the tests play one window of so many (no multiple of 3, or all were of one mode); the soak plays all. */
  every?: number;
  people: readonly Who[];
  /** How the call ends; `company`: somebody was with the customer when the customer's line ended. */
  ends: (vanished: Who, company: boolean) => readonly QueuedCallState[];
}

const talked = (_vanished: Who, company: boolean): QueuedCallState[] => [company ? "done" : "abandoned"];

const callsIn = async (world: World): Promise<void> => {
  await world.carrier.callIn(world.number, "+15550100000");
  await world.play();
};

const STORIES: Record<string, Story> = {
  "a call in": { begin: callsIn, people: ["customer", "agent"], ends: talked },
  "a call without a queue": {
    begin: callsIn,
    people: ["customer", "agent"],
    ends: (vanished, company) =>
      vanished === "agent" ? ["voicemail", "done"] : [company ? "done" : "abandoned", "voicemail"],
  },
  "an agent asked in, all together, and given the call": {
    begin: async (world) => {
      await callsIn(world);
      await world.tries((agent, callId) => side.transfers.consult(agent, callId, { agent: world.third.email }));
      await world.tries((agent, callId) => side.talkControl.swap(agent, callId));
      await world.tries((agent, callId) => side.talkControl.merge(agent, callId));
      await world.tries((agent, callId) => side.transfers.transfer(agent, callId, {}));
    },
    every: 5,
    people: ["customer", "agent", "third"],
    ends: talked,
  },
  "a call given away unasked": {
    begin: async (world) => {
      await callsIn(world);
      await world.tries((agent, callId) => side.transfers.transfer(agent, callId, { agent: world.third.email }));
    },
    every: 4,
    people: ["customer", "agent", "third"],
    ends: talked,
  },
  "a call out": {
    begin: async (world) => {
      const order = { to: world.number, connect: "ring", outsideHours: true } as const;
      await world.tries((agent) => side.outbound.place(agent, order));
    },
    people: ["customer", "agent"],
    ends: () => ["done", "failed", "abandoned"],
  },
  "a callback": {
    begin: async (world) => {
      const leads = { find: () => Promise.reject(new Error("no lead is asked for")) };
      const order = { leadId: undefined, number: world.number, queueId: world.queueId, at: undefined };
      const rest = { note: undefined, timeZone: undefined };
      await world.tries((agent) => side.callbackRequests(leads).create(agent, { ...order, ...rest }));
    },
    people: ["customer", "agent"],
    ends: () => ["done", "failed", "abandoned"],
  },
};

/** Plays a story in which somebody vanishes in the nth window; answers whether there was one. */
async function playOnce(story: Story, who: Who, window: number, reports: Reports): Promise<boolean> {
  const world = await World.make();
  world.carrier.reports = reports;
  let [passed, company, ended] = [0, false, false];
  const hangsUp = (): void => {
    if (!ended) company = world.carrier.hasCompany(world.number);
    ended = true;
  };
  world.carrier.pass = () => {
    passed += 1;
    if (passed !== window) return;
    if (who === "customer") hangsUp();
    world.carrier.vanish(world.nameOf(who));
  };
  await story.begin(world);
  const found = passed >= window;
  world.carrier.pass = () => undefined;
  await world.timePasses();
  // Whoever is left on the line goes in the end; a callback that nobody could make is given up.
  if (world.carrier.lineOf(world.number)) hangsUp();
  world.carrier.vanish(world.number);
  await world.timePasses();
  for (const { id } of await house.db.callback.findMany({ where: { number: world.number } })) {
    await side.callbackRounds.close(id, "cancelled", actor);
  }
  await world.timePasses();
  await expectNobodyLeft(world, story.ends(who, company));
  return found;
}

async function expectNobodyLeft(world: World, ends: readonly QueuedCallState[]): Promise<void> {
  const entries = await world.entries();
  for (const entry of entries) {
    expect(ends).toContain(entry.state);
    expect(isTerminal(entry.state)).toBe(true);
    expect(entry.call.endedAt).not.toBeNull();
    expect(entry.slots).toEqual([]);
    expect(entry.offers.filter(({ status }) => status === "open")).toEqual([]);
  }
  const ids = entries.map(({ id }) => id);
  const participants = await house.db.callParticipant.findMany({ where: { queuedCallId: { in: ids } } });
  expect(participants.filter(({ state }) => state !== "ended")).toEqual([]);
  const orders = await house.db.carrierCommand.findMany({ where: { queuedCallId: { in: ids } } });
  expect(orders.filter(({ status }) => status === "pending" || status === "running")).toEqual([]);
  expect(world.carrier.linesUp()).toEqual([]);
  const logged = await house.db.leadActivity.count({ where: { leadId: world.leadId, type: "call" } });
  expect(logged).toBe(entries.length);
  expect(await world.openCallbacks()).toBe(0);
}

describe("whoever vanishes, in whichever window, leaves nobody behind", () => {
  const cases = Object.entries(STORIES).flatMap(([name, story]) => story.people.map((who) => [name, who] as const));

  it.each(cases)("%s: the %s", async (name, who) => {
    const story = STORIES[name] as Story;
    const admin = client(await createAdmin(house.db));
    await admin.put("/api/flags/FEATURE_ENHANCED_QUEUE", { enabled: name !== "a call without a queue" });
    let windows = 0;
    const step = WHOLE ? 1 : (story.every ?? 1);
    for (let window = 1, more = true; more && window < MOST_WINDOWS; window += step) {
      // Each window once, with the carrier's reports prompt, late and never in turn.
      const modes = WHOLE ? MODES : [MODES[window % MODES.length] ?? "prompt"];
      for (const mode of modes) {
        try {
          more = await playOnce(story, who, window, mode);
        } catch (cause) {
          throw new Error(`The ${who} vanishes in window ${window}, reports ${mode}`, { cause });
        }
      }
      if (more) windows = window;
    }
    expect(windows).toBeGreaterThan(3);
    expect(windows).toBeLessThan(MOST_WINDOWS - 1);
  });
});
