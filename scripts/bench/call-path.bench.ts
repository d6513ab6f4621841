import { setTimeout as delay } from "node:timers/promises";
import { availableParallelism } from "node:os";
import type { QueuedCallState } from "@/modules/call-queue/domain/queued-call-transitions";
import { callHistory } from "./call-path/call-history";
import { Callers } from "./call-path/callers";
import { floorOf, type Floor } from "./call-path/floor";
import { callHouse, TIMES, type CallHouse } from "./call-path/house";
import { longestBeside } from "./call-path/idle-beside-waiting";
import { offersAtRate, type Offers } from "./call-path/offers-at-rate";
import { WebhookWatch, type SentWebhook } from "./call-path/webhook-watch";
import { atLeast, atMost, plain, rounded, type Bench, type BenchOptions, type Figure } from "./figure";
import { percentile } from "./percentiles";

const AGENTS = 1_000;
const DECLINERS = 200;
const WARM_UP = { rate: 20, seconds: 10 };
/** What is asked for, offers a second, and how many are ordered: one in a hundred more, since the last take their time. */
const WANTED = 100;
const OFFERS = { aSecond: 101, seconds: 60 };
/** As many whole calls as go: legs kept at the carrier, and for how long. */
const CROWD = { legs: 1_400, gatherSeconds: 15, seconds: 40 };
/** The even load is this share of the calls that went. */
const EVEN_SHARE = 0.8;
const EVEN_SECONDS = 60;
const DRAIN_MS = 60_000;
const FLOOR = { webhooks: 4_000, calls: 1_000 };

export const callPath: Bench = {
  name: "call-path",
  about:
    `Offers and calls over their whole path, on one machine: ${AGENTS + DECLINERS} agents signed in, one web process, one worker, ` +
    "a Postgres that waits for the disk, and the local carrier as a process of its own, its REST API, TwiML and signed " +
    "webhooks as they are, without sound (nothing is mixed or spoken; phones answer and callers hang up by themselves). " +
    "Agents are rung by REST, with the budget raised to 1,000 calls a second. The planner knows the tables as they are " +
    `after some calls. First offers: 60 callers in line for ${DECLINERS} agents, who decline ${OFFERS.aSecond} times a second by the ` +
    `clock, for ${OFFERS.seconds} s, whatever the product does (open loop). The path of an offer: the decline before it is reported ` +
    "by webhook and undone, which frees an agent and wakes dispatch; the offer is reserved and committed, ordered at the " +
    "carrier (REST) and rung, reported as ringing, declined, reported and undone. Then a crowd: as many whole calls as go, " +
    "each an answered one: dialling in, voice webhook, wait-URL tick, offer, ring, the agent's answer, the move into a " +
    `conference (REST), a talk of ${TIMES.talkMs / 1_000} s, hanging up, wrap-up by the worker. Then an even load of such calls, ` +
    `open loop, ${EVEN_SHARE * 100} % of what went. Last the floor of a call: as many webhooks answered with a constant through the ` +
    "same wrapper, signature checked, the rows of a call by the fewest raw statements (raw-call.ts), and what the carrier " +
    "took for a call of the even load.",
  async run(options: BenchOptions): Promise<Figure[]> {
    const { aSecond, seconds } = OFFERS;
    const count = Math.round(aSecond * seconds * options.share);
    const house = await callHouse(AGENTS, DECLINERS, { aSecond, count });
    const callers = new Callers(house.carrierUrl);
    const watch = new WebhookWatch(house.carrierUrl);
    try {
      await callers.atRate(WARM_UP.rate, WARM_UP.seconds);
      await callers.untilGone(DRAIN_MS);
      // As the database does by itself within a minute: plans made for empty tables would be what is measured.
      await house.db.$executeRaw`ANALYZE`;
      const offers = await offersAtRate(house, callers);
      await callers.untilGone(DRAIN_MS);
      const crowd = await measured(house, async () => {
        await callers.keep(CROWD.legs, CROWD.gatherSeconds);
        const from = Date.now();
        await callers.keep(CROWD.legs, CROWD.seconds * options.share);
        return from;
      });
      await callers.untilGone(DRAIN_MS);
      const went = await callsASecond(house, crowd);
      const rate = went * EVEN_SHARE;
      const even = await measured(house, async () => {
        const from = Date.now();
        await callers.atRate(rate, EVEN_SECONDS * options.share);
        return from;
      });
      await callers.untilGone(DRAIN_MS);
      await untilSettled(house);
      await watch.stop();
      return [
        ...offerFigures(offers, watch.sent),
        plain("whole answered calls, as many as go", went, "calls/s", cpuNote(crowd, went)),
        ...(await evenFigures(house, watch.sent, even, rate)),
        ...floorFigures(await floorOf(house, FLOOR), even, rate, watch.sent),
      ];
    } finally {
      callers.close();
      await house.stop();
    }
  },
};

/** Waits until the product knows of every call that it is over, for DRAIN_MS at most: reports are on their way. */
async function untilSettled({ db, queueId }: CallHouse): Promise<void> {
  const end = performance.now() + DRAIN_MS;
  const live = { queueId, state: { notIn: ["done", "abandoned", "short_abandoned"] as QueuedCallState[] } };
  while ((await db.queuedCall.count({ where: live })) > 0 && performance.now() < end) await delay(100);
}

interface Stretch {
  from: number;
  to: number;
  /** Cores that each part used. */
  cores: Record<string, number>;
}

async function measured(house: CallHouse, load: () => Promise<number>): Promise<Stretch> {
  const [before, begun] = [await house.cpu(), Date.now()];
  const from = await load();
  const [after, to] = [await house.cpu(), Date.now()];
  const cores = Object.entries(after).map(([name, used]) => [
    name,
    ((used - (before[name] ?? 0)) * 1_000) / (to - begun),
  ]);
  return { from, to, cores: Object.fromEntries(cores) as Record<string, number> };
}

const inside = (times: readonly number[], { from, to }: Stretch): number =>
  times.filter((at) => at >= from && at < to).length;

async function callsASecond({ db, queueId }: CallHouse, stretch: Stretch): Promise<number> {
  const { offers } = await callHistory(db, queueId, 0);
  return (inside(offers, stretch) * 1_000) / (stretch.to - stretch.from);
}

function cpuNote({ cores }: Stretch, perSecond: number): string {
  const each = Object.entries(cores).map(([name, used]) => `${name} ${used.toFixed(2)}`);
  const sum = Object.values(cores).reduce((total, used) => total + used, 0);
  return `cores used: ${each.join(", ")}; ${((sum * 1_000) / perSecond).toFixed(1)} ms a call`;
}

/** What became of offers that were declined by the clock. */
function offerFigures(offers: Offers, sent: readonly SentWebhook[]): Figure[] {
  const webhooks = answeredIn(sent, offers);
  const bad = webhooks.filter(({ status }) => status !== 200);
  const answers = webhooks.map(({ ms }) => ms);
  const each = Object.entries(offers.cost).map(([name, ms]) => `${name} ${ms.toFixed(1)}`);
  const cost = Object.values(offers.cost).reduce((total, ms) => total + ms, 0);
  const p99 = (sample: readonly number[]): number => percentile(sample, 0.99);
  const name = (what: string): string => `offers at ${OFFERS.aSecond} a second: ${what}`;
  return [
    atLeast(
      "offers over the whole path",
      offers.perSecond,
      "offers/s",
      WANTED,
      `${offers.late.length} at ${OFFERS.aSecond} a second; ${cost.toFixed(1)} ms each: ${each.join(", ")}`,
    ),
    plain(
      name("longest behind the schedule"),
      Math.max(...offers.late),
      "ms",
      `p99 ${rounded(p99(offers.late))} ms: no phone rang that could decline`,
    ),
    atMost(name("webhooks answered, p99"), p99(answers), "ms", 300, slowestOf(webhooks)),
    plain(name("webhooks answered, p50"), percentile(answers, 0.5), "ms", `${answers.length} webhooks`),
    atMost(name("webhooks answered other than 200"), bad.length, "webhooks", 0, wrongAnswers(bad)),
    atMost(name("offers that ended otherwise"), offers.otherEnds, "offers", 0),
    plain(
      name("declined to the caller's next offer, p99"),
      p99(offers.next),
      "ms",
      `p50 ${rounded(percentile(offers.next, 0.5))} ms`,
    ),
    plain(
      name("committed to reported as ringing, p99"),
      p99(offers.rung),
      "ms",
      `p50 ${rounded(percentile(offers.rung, 0.5))} ms`,
    ),
  ];
}

const answeredIn = (sent: readonly SentWebhook[], { from, to }: { from: number; to: number }): SentWebhook[] =>
  sent.filter(({ at, calledOff }) => at >= from && at < to && !calledOff);

async function evenFigures(
  { db, queueId }: CallHouse,
  sent: readonly SentWebhook[],
  stretch: Stretch,
  rate: number,
): Promise<Figure[]> {
  const history = await callHistory(db, queueId, stretch.from);
  const webhooks = sent.filter(({ at }) => at >= stretch.from && at < stretch.to);
  const answered = answeredIn(sent, stretch);
  const answers = answered.map(({ ms }) => ms);
  const waits = history.waiting.map(({ from, to }) => to - from);
  const bad = answered.filter(({ status }) => status !== 200);
  const unfinished = history.waiting.length - history.ends.length;
  const at = `${Math.round(rate)} calls/s`;
  const slowest = slowestOf(answered);
  return [
    plain("even load: calls a second", rate, "calls/s", cpuNote(stretch, rate)),
    ...Object.entries(stretch.cores).map(([name, used]) =>
      plain(`even load: processor time of a call, ${name}`, (used * 1_000) / rate, "ms"),
    ),
    atMost("even load: webhooks answered, p99", percentile(answers, 0.99), "ms", 300, `${at}; ${slowest}`),
    plain("even load: webhooks answered, p50", percentile(answers, 0.5), "ms", `${answers.length} webhooks`),
    atMost("even load: webhooks answered other than 200", bad.length, "webhooks", 0, wrongAnswers(bad)),
    plain(
      "even load: webhooks called off by the carrier",
      webhooks.length - answered.length,
      "webhooks",
      "the leg was moved on or hung up before its document came",
    ),
    plain(
      "even load: arrival to offer, p99",
      percentile(waits, 0.99),
      "ms",
      `p50 ${rounded(percentile(waits, 0.5))} ms`,
    ),
    atMost(
      "even load: longest that a call waited beside an idle agent",
      longestBeside(history.waiting, history.idle),
      "ms",
      2_000,
      `law 4; ${history.waiting.length} calls, from arrival to offer`,
    ),
    atMost("even load: calls that came to no end", unfinished, "calls", 0, history.unfinished),
  ];
}

/** What a call could cost at the least on this machine, and how far from it a call of the even load was. */
function floorFigures(floor: Floor, even: Stretch, rate: number, sent: readonly SentWebhook[]): Figure[] {
  const webhooks =
    sent.filter(({ at }) => at >= even.from && at < even.to).length / ((even.to - even.from) / 1_000) / rate;
  const carrier = ((even.cores.carrier ?? 0) * 1_000) / rate;
  const least = webhooks * floor.webhook + floor.rows.database + floor.rows.client + carrier;
  const cost = (Object.values(even.cores).reduce((total, used) => total + used, 0) * 1_000) / rate;
  const most = (availableParallelism() * 1_000) / least;
  return [
    plain(
      "floor: a webhook answered with a constant, web",
      floor.webhook,
      "ms",
      `${webhooks.toFixed(1)} webhooks a call`,
    ),
    plain("floor: the rows of a call by raw statements, Postgres", floor.rows.database, "ms", "six statements"),
    plain("floor: the same, the process that asks", floor.rows.client, "ms"),
    plain(
      "floor: a call whose business logic is free",
      least,
      "ms",
      `${most.toFixed(0)} calls/s on this machine, ${carrier.toFixed(1)} ms of each the carrier's`,
    ),
    plain("a call of the even load / its floor", cost / least, "times"),
  ];
}

/** Which webhooks were answered wrongly, and how. */
function wrongAnswers(bad: readonly SentWebhook[]): string | undefined {
  const seen = new Set(bad.map(({ name, status }) => `${name}: ${status ?? "no answer"}`));
  return seen.size === 0 ? undefined : [...seen].slice(0, 5).join(", ");
}

/** The three routes that took longest, by their p99. */
function slowestOf(webhooks: readonly SentWebhook[]): string {
  const names = [...new Set(webhooks.map(({ name }) => name))];
  const routes = names.map((name) => {
    const ms = webhooks.filter((one) => one.name === name).map((one) => one.ms);
    return { name, p99: percentile(ms, 0.99) };
  });
  const worst = routes.toSorted((a, b) => b.p99 - a.p99).slice(0, 3);
  return `slowest by p99: ${worst.map(({ name, p99 }) => `${name} ${p99} ms`).join(", ")}`;
}
