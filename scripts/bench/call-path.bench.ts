import { setTimeout as delay } from "node:timers/promises";
import { availableParallelism } from "node:os";
import { callHistory } from "./call-path/call-history";
import { Callers } from "./call-path/callers";
import { floorOf, type Floor } from "./call-path/floor";
import { callHouse, TIMES, type CallHouse } from "./call-path/house";
import { longestBeside } from "./call-path/idle-beside-waiting";
import { offersAlone, type OffersAlone } from "./call-path/offers-alone";
import { WebhookWatch, type SentWebhook } from "./call-path/webhook-watch";
import { atLeast, atMost, plain, rounded, type Bench, type BenchOptions, type Figure } from "./figure";
import { percentile } from "./percentiles";

const AGENTS = 1_000;
const DECLINERS = 200;
const WARM_UP = { rate: 20, seconds: 10 };
/** As much as goes: legs kept at the carrier, and for how long. */
const CROWD = { legs: 1_400, gatherSeconds: 15, seconds: 40 };
/** What is asked for, offers a second; the even load is this much, or this share of what went. */
const WANTED = 100;
const EVEN_SHARE = 0.8;
const EVEN_SECONDS = 60;
const DRAIN_MS = 60_000;
const FLOOR = { webhooks: 4_000, calls: 1_000 };
const OFFERS_SECONDS = 20;

export const callPath: Bench = {
  name: "call-path",
  about:
    `The whole path of a call: dialling in, voice webhook, wait-URL tick, offer, the carrier's order to ring (REST), the ` +
    `agent's answer, the move into a conference (REST), the talk of ${TIMES.talkMs / 1_000} s, hanging up, wrap-up by the ` +
    `worker. One queue, ${AGENTS} agents signed in, one web process, one worker, a Postgres that waits for the disk, and ` +
    "the local carrier as a process of its own, its REST API, TwiML and signed webhooks as they are, without sound " +
    "(nothing is mixed or spoken; phones answer and callers hang up by themselves), all on this machine. Agents are rung by REST, with " +
    "the budget raised to 1,000 calls a second. The planner knows the tables as they are after some calls. First a crowd: as " +
    "many calls as go. Then an even load, open loop. Then the floor: the same webhooks answered with a constant through " +
    "the same wrapper, and the rows of a call by the fewest raw statements (raw-call.ts), with what the carrier took for a call " +
    `of the even load. Last, offers alone: ${DECLINERS} agents who decline whatever rings, and 60 callers in line for them.`,
  async run(options: BenchOptions): Promise<Figure[]> {
    const house = await callHouse(AGENTS, DECLINERS);
    const callers = new Callers(house.carrierUrl);
    const watch = new WebhookWatch(house.carrierUrl);
    try {
      await callers.atRate(WARM_UP.rate, WARM_UP.seconds);
      // As the database does by itself within a minute: plans made for empty tables would be what is measured.
      await house.db.$executeRaw`ANALYZE`;
      const crowd = await measured(house, async () => {
        await callers.keep(CROWD.legs, CROWD.gatherSeconds);
        const from = Date.now();
        await callers.keep(CROWD.legs, CROWD.seconds * options.share);
        return from;
      });
      await callers.untilGone(DRAIN_MS);
      const went = await offersASecond(house, crowd);
      const rate = Math.min(WANTED, went * EVEN_SHARE);
      const even = await measured(house, async () => {
        const from = Date.now();
        await callers.atRate(rate, EVEN_SECONDS * options.share);
        return from;
      });
      await callers.untilGone(DRAIN_MS);
      await delay(2_000);
      await watch.stop();
      const figures = [
        atLeast("offers over the whole path", went, "offers/s", WANTED, cpuNote(crowd, went)),
        ...(await evenFigures(house, watch.sent, even, rate)),
        ...floorFigures(await floorOf(house, FLOOR), even, rate, watch.sent),
      ];
      const alone = await offersAlone(house, callers, OFFERS_SECONDS * options.share);
      return [...figures, ...aloneFigures(alone)];
    } finally {
      callers.close();
      await house.stop();
    }
  },
};

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

async function offersASecond({ db }: CallHouse, stretch: Stretch): Promise<number> {
  const { offers } = await callHistory(db, 0);
  return (inside(offers, stretch) * 1_000) / (stretch.to - stretch.from);
}

function cpuNote({ cores }: Stretch, perSecond: number): string {
  const each = Object.entries(cores).map(([name, used]) => `${name} ${used.toFixed(2)}`);
  const sum = Object.values(cores).reduce((total, used) => total + used, 0);
  return `cores used: ${each.join(", ")}; ${((sum * 1_000) / perSecond).toFixed(1)} ms a call`;
}

async function evenFigures(
  { db }: CallHouse,
  sent: readonly SentWebhook[],
  stretch: Stretch,
  rate: number,
): Promise<Figure[]> {
  const history = await callHistory(db, stretch.from);
  const webhooks = sent.filter(({ at }) => at >= stretch.from && at < stretch.to);
  const answered = webhooks.filter(({ calledOff }) => !calledOff);
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

function aloneFigures({ perSecond, cost }: OffersAlone): Figure[] {
  const each = Object.entries(cost).map(([name, ms]) => `${name} ${ms.toFixed(1)}`);
  const sum = Object.values(cost).reduce((total, ms) => total + ms, 0);
  return [
    plain(
      "offers alone: reserved, rung, declined and undone",
      perSecond,
      "offers/s",
      `${sum.toFixed(1)} ms each: ${each.join(", ")}`,
    ),
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
